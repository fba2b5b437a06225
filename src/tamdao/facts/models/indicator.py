"""Units of measure, sources and the catalogue of indicators."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Measure(models.Model):
    """A unit of measure: symbol, dimension (base → exponent) and scale to the base."""

    code = models.CharField(primary_key=True, max_length=40)
    name_vi = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    symbol = models.CharField(max_length=20, blank=True)
    symbol_en = models.CharField(max_length=40, blank=True)
    dimension = models.JSONField(default=dict)
    scale = models.CharField(max_length=40, default="1")
    decimals = models.PositiveSmallIntegerField(default=0)
    # Ranks and grades: ordered, but without arithmetic.
    ordinal = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name_vi


class Source(models.Model):
    """Where figures come from. Lower `priority` is more official; `sample` never shows in the plain view."""

    class Kind(models.TextChoices):
        MACHINE = "machine"
        FORM = "form"
        DOCUMENT = "document"
        SAMPLE = "sample"

    code = models.CharField(primary_key=True, max_length=60)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    priority = models.PositiveIntegerField()
    sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["priority", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sample=False) | Q(kind="sample"), name="sample_sources_say_so_in_their_kind"
            )
        ]

    def __str__(self) -> str:
        return self.name_vi


class Indicator(models.Model):
    """What is counted: definition, measure, direction, period, levels, owner, conversion rule, formula."""

    class Direction(models.TextChoices):
        UP = "up"
        DOWN = "down"
        NONE = "none"

    class Rule(models.TextChoices):
        SUM = "sum"
        MEAN = "mean"
        WEIGHTED_MEAN = "weighted_mean"
        MAX = "max"
        NONE = "none"

    class Frequency(models.TextChoices):
        YEAR = "year"
        HALF = "half"
        QUARTER = "quarter"
        MONTH = "month"
        DAY = "day"

    code = models.CharField(primary_key=True, max_length=80)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    definition_vi = models.TextField()
    definition_en = models.TextField()
    folded = models.CharField(max_length=700)
    pillar = models.CharField(max_length=20)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT)
    direction = models.CharField(max_length=4, choices=Direction.choices)
    frequency = models.CharField(max_length=8, choices=Frequency.choices)
    window_vi = models.CharField(max_length=200, blank=True)
    levels = models.JSONField()
    owner_vi = models.CharField(max_length=200, blank=True)
    owner_en = models.CharField(max_length=200, blank=True)
    rule = models.CharField(max_length=16, choices=Rule.choices)
    rule_weight = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="weighs"
    )
    formula = models.TextField(blank=True)
    # Formula indicators convert their inputs first; True converts the finished value instead.
    convert_result = models.BooleanField(default=False)
    decimals = models.PositiveSmallIntegerField(null=True, blank=True)
    # Source codes, most official first, where it differs from the sources' own priority.
    source_order = models.JSONField(default=list)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rule="weighted_mean", rule_weight__isnull=False)
                | (~Q(rule="weighted_mean") & Q(rule_weight__isnull=True)),
                name="weighted_mean_names_its_weight",
            )
        ]

    def __str__(self) -> str:
        return self.name_vi
