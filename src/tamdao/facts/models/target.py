"""Bare targets: what a document promised, measured only through an explicit link to an indicator."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .indicator import Indicator, Measure, Source


class Target(models.Model):
    """A promised value with comparator, deadline, level and document."""

    COMPARATORS = (">=", ">", "<=", "<", "=", "exactly", "keep")

    class Kind(models.TextChoices):
        PERCENTAGE = "percentage"
        PERCENTAGE_BY_LEVEL = "percentage_by_level"
        PERCENTAGE_WITH_EXCLUSION = "percentage_with_exclusion"
        COUNT = "count"
        RATIO = "ratio"
        SHARE_OF_GRDP = "share_of_grdp"
        GROWTH = "growth"
        RANK = "rank"
        MILESTONE = "milestone"
        COVERAGE = "coverage"

    code = models.CharField(primary_key=True, max_length=60)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="targets")
    # What the target is about, as the document words it; it measures nothing by itself.
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    measured_by = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="measured_targets"
    )
    name_vi = models.CharField(max_length=400)
    name_en = models.CharField(max_length=400)
    folded = models.CharField(max_length=900)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    pillar = models.CharField(max_length=20)
    comparator = models.CharField(max_length=8)
    value = models.CharField(max_length=60)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT)
    # Level the target speaks of (a province's target may be about its districts), "sector" for each sector.
    level = models.CharField(max_length=20, blank=True)
    scope_vi = models.CharField(max_length=200, blank=True)
    scope_en = models.CharField(max_length=200, blank=True)
    deadline = models.DateField()
    universe = models.CharField(max_length=20, blank=True)
    document = models.ForeignKey("files.SourceDocument", on_delete=models.PROTECT, related_name="targets")
    locator = models.CharField(max_length=300, blank=True)
    base_value = models.CharField(max_length=60, blank=True)
    base_date = models.DateField(null=True, blank=True)
    base_source = models.CharField(max_length=300, blank=True)
    owner_vi = models.CharField(max_length=200, blank=True)
    owner_en = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comparator__in=[">=", ">", "<=", "<", "=", "exactly", "keep"]),
                name="target_comparator_known",
            ),
            models.CheckConstraint(
                condition=Q(base_value="", base_date__isnull=True)
                | (~Q(base_value="") & Q(base_date__isnull=False)),
                name="base_has_value_and_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_vi}"


class TargetBase(models.Model):
    """A base value of a target from a source (sample bases, or one agreed after the document)."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="bases")
    value = models.CharField(max_length=60)
    date = models.DateField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    document = models.ForeignKey("files.SourceDocument", null=True, blank=True, on_delete=models.PROTECT)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "source"], name="one_base_per_target_and_source")
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.value}"


class TargetLink(models.Model):
    """An explicit link target → indicator that holds only for one source (sample data measures nothing else)."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="links")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT)
    source = models.ForeignKey(Source, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "source"], name="one_link_per_target_and_source")
        ]

    def __str__(self) -> str:
        return f"{self.target_id} ← {self.indicator_id}"
