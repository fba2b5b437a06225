"""An edition of an index: named by its decision, chosen by assessment year and level, a tree of nodes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Edition(models.Model):
    """One edition. Parts that are not known are nodes with status `unknown`, never invented."""

    code = models.CharField(primary_key=True, max_length=60)
    document = models.ForeignKey("files.SourceDocument", on_delete=models.PROTECT, related_name="editions")
    level = models.ForeignKey("units.Level", on_delete=models.PROTECT, related_name="editions")
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    total_points = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.name_vi


class EditionYear(models.Model):
    """The assessment years an edition applies to: a decision of 2022 was applied to the year 2021."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="years")
    level = models.ForeignKey("units.Level", on_delete=models.PROTECT, related_name="edition_years")
    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "year"], name="one_edition_per_level_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.year}"


class EditionNode(models.Model):
    """A node of the tree. `assessed_points` stands apart from `max_points`: not all points are assessed each year."""

    class Role(models.TextChoices):
        TOTAL = "total"
        GROUP = "group"
        MAIN = "main"
        PILLAR = "pillar"
        COMPONENT = "component"

    class Status(models.TextChoices):
        KNOWN = "known"
        DERIVED = "derived"
        HYPOTHESIS = "hypothesis"
        UNKNOWN = "unknown"

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="nodes")
    code = models.CharField(max_length=40)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    position = models.PositiveIntegerField()
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    role = models.CharField(max_length=12, choices=Role.choices)
    max_points = models.CharField(max_length=20, blank=True)
    assessed_points = models.CharField(max_length=20, blank=True)
    scored = models.BooleanField(default=True)
    indicator = models.ForeignKey(
        "facts.Indicator", null=True, blank=True, on_delete=models.PROTECT, related_name="edition_nodes"
    )
    rank_indicator = models.ForeignKey(
        "facts.Indicator", null=True, blank=True, on_delete=models.PROTECT, related_name="ranked_nodes"
    )
    pillar = models.CharField(max_length=20, blank=True)
    group = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices)
    note_vi = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    document = models.ForeignKey("files.SourceDocument", null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="one_node_per_edition_and_code"),
            models.CheckConstraint(
                condition=Q(pillar__in=["", "government", "economy", "society"]), name="node_pillar_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.code}"
