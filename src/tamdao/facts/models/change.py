"""The one append-only list of changes; whatever is memoised is keyed by its newest row."""

from __future__ import annotations

from django.db import models


class FactChange(models.Model):
    """Something that figures depend on was added or changed."""

    at = models.DateTimeField()
    # What changed, e.g. "observation", "indicator", "target", "unit", "edition".
    kind = models.CharField(max_length=20)
    # Key of the record, or the name of the pack or file that brought many at once.
    key = models.CharField(max_length=200)
    rows = models.PositiveIntegerField(default=1)
    summary_vi = models.CharField(max_length=300, blank=True)
    summary_en = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.id} {self.kind} {self.key}"
