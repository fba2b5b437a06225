"""A unit is an extent of land (or an agency) with a first and a last day; its name, code and parent are versions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tamdao.core.units.names import called
from tamdao.kit.messages import Message


class Level(models.Model):
    """A level of administration. Levels are data: no code counts on three tiers."""

    code = models.CharField(primary_key=True, max_length=20)
    depth = models.PositiveSmallIntegerField()
    name_vi = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    territorial = models.BooleanField(default=True)

    class Meta:
        ordering = ["depth", "code"]

    def __str__(self) -> str:
        return self.name_vi


class Unit(models.Model):
    """One extent. `id` is `code@first-day`; a change of extent closes the unit and opens another one."""

    id = models.CharField(primary_key=True, max_length=32)
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="units")
    first_date = models.DateField()
    # Exclusive: the first day on which the unit no longer exists.
    end_date = models.DateField(null=True, blank=True)
    # False when the unit existed before its first day on the map and its true beginning is not recorded.
    from_known = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("first_date")),
                name="unit_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(id__contains="@"), name="unit_id_has_first_day"),
        ]

    def __str__(self) -> str:
        return self.id


class UnitVersion(models.Model):
    """Name, code, type and parent of a unit from a day on, until the day before `end_date`."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions")
    from_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    code = models.CharField(max_length=20)
    name_vi = models.CharField(max_length=120)
    type_vi = models.CharField(max_length=40)
    name_en = models.CharField(max_length=120, blank=True)
    # `kit.text.fold` of the full name: search works without diacritics on both databases.
    folded = models.CharField(max_length=200, db_index=True)
    parent = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="child_versions"
    )
    document = models.ForeignKey("files.SourceDocument", null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "from_date"], name="one_version_per_unit_and_day"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(end_date__isnull=True), name="one_open_version_per_unit"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("from_date")),
                name="version_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["code"]), models.Index(fields=["parent", "from_date"])]

    def __str__(self) -> str:
        return f"{self.type_vi} {self.name_vi}"

    @property
    def called(self) -> Message:
        """Full name in both languages."""
        return called(self.type_vi, self.name_vi)
