"""What made or ended units, with the legal act; `unknown` stays `unknown`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .unit import Unit


class UnitEvent(models.Model):
    """Merge, split, transfer, abolition … on a day, by a legal act."""

    class Kind(models.TextChoices):
        MERGE = "merge"
        SPLIT = "split"
        TRANSFER = "transfer"
        ABOLISH = "abolish"
        CREATE = "create"
        RENAME = "rename"
        RECODE = "recode"
        REPARENT = "reparent"

    code = models.CharField(primary_key=True, max_length=80)
    date = models.DateField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    legal_act = models.CharField(max_length=200)
    document = models.ForeignKey("files.SourceDocument", null=True, blank=True, on_delete=models.PROTECT)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["date", "code"]
        constraints = [
            models.CheckConstraint(condition=~Q(legal_act=""), name="event_names_its_act_or_unknown")
        ]

    def __str__(self) -> str:
        return self.code


class UnitLink(models.Model):
    """One arrow of an event: what part of `from_unit` went into `to_unit`.

    `share` is exact decimal text, "1" for the whole; empty means that the part is not known, and then nothing is
    converted across it. A part needs its source.
    """

    event = models.ForeignKey(UnitEvent, on_delete=models.PROTECT, related_name="links")
    from_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="links_out"
    )
    to_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="links_in"
    )
    share = models.CharField(max_length=40, blank=True)
    share_source = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "from_unit", "to_unit"], name="one_link_per_pair_and_event"
            ),
            models.CheckConstraint(
                condition=Q(share__in=["", "1"]) | ~Q(share_source=""), name="a_part_needs_its_source"
            ),
            models.CheckConstraint(
                condition=Q(from_unit__isnull=False) | Q(to_unit__isnull=False), name="link_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_unit_id} → {self.to_unit_id}"
