"""Observations: published values, append-only. Superseded means that a later revision exists."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from .indicator import Indicator, Source


class Observation(models.Model):
    """One published value of an indicator for a unit, a period, dimensions, source and kind.

    `value` is canonical decimal text (exact); `value_number` is generated from it for sorting only. Rows are never
    updated or deleted: database triggers refuse it (see migration 0002).
    """

    class Status(models.TextChoices):
        VALUE = "value"
        MISSING = "missing"
        NOT_APPLICABLE = "not_applicable"
        REJECTED = "rejected"

    class Kind(models.TextChoices):
        PLAN = "plan"
        ESTIMATE = "estimate"
        PRELIMINARY = "preliminary"
        OFFICIAL = "official"
        REVISED = "revised"

    class Flow(models.TextChoices):
        IN_PERIOD = "in_period"
        CUMULATIVE = "cumulative"

    SIGNS = ("=", "~", ">", ">=", "<", "<=")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="observations")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="observations")
    period = models.CharField(max_length=10)
    period_start = models.DateField()
    period_end = models.DateField()
    # Canonical "k=v;k=v", sorted by key; empty for the total.
    dims = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="observations")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OFFICIAL)
    flow = models.CharField(max_length=12, choices=Flow.choices, default=Flow.IN_PERIOD)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.VALUE)
    value = models.CharField(max_length=60, null=True, blank=True)
    value_number = models.GeneratedField(
        expression=Cast("value", models.FloatField()),
        output_field=models.FloatField(null=True),
        db_persist=True,
    )
    sign = models.CharField(max_length=2, default="=")
    sign_word = models.CharField(max_length=20, blank=True)
    # For ranks: among how many ("63"); empty otherwise.
    universe = models.CharField(max_length=20, blank=True)
    revision = models.PositiveIntegerField(default=1)
    document = models.ForeignKey(
        "files.SourceDocument", on_delete=models.PROTECT, related_name="observations"
    )
    locator = models.CharField(max_length=300, blank=True)
    published_date = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    # Name of the person or of the system actor, e.g. "pack:vn-dti@1.0.0".
    recorded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "unit", "period", "dims", "source", "kind", "flow", "revision"],
                name="one_observation_per_revision",
            ),
            models.CheckConstraint(
                condition=Q(status="value", value__isnull=False)
                | (~Q(status="value") & Q(value__isnull=True)),
                name="only_values_have_a_value",
            ),
            models.CheckConstraint(
                condition=Q(sign__in=["=", "~", ">", ">=", "<", "<="]), name="observation_sign_known"
            ),
            models.CheckConstraint(condition=Q(period_end__gte=F("period_start")), name="period_has_days"),
        ]
        indexes = [
            models.Index(fields=["unit", "indicator", "period"]),
            models.Index(fields=["indicator", "period"]),
            models.Index(fields=["recorded_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit_id} {self.period} = {self.value}"
