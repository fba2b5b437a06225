"""Posts: a role held at a unit for a period; and what was decided about those whose unit came to an end."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from ..policy import HELD, Capacity
from .person import Person


def running(at: date, prefix: str = "") -> Q:
    """Posts that run on the day `at`; `prefix` is the way to the post (`holding__`).

    A post ends with its unit, at the latest: nobody has to remember to end it.
    """
    return (
        Q(**{f"{prefix}from_date__lte": at})
        & (Q(**{f"{prefix}end_date__isnull": True}) | Q(**{f"{prefix}end_date__gt": at}))
        & (Q(**{f"{prefix}unit__end_date__isnull": True}) | Q(**{f"{prefix}unit__end_date__gt": at}))
    )


def unended(at: date) -> Q:
    """Posts that run on the day `at` or will run after it, if nothing else happens."""
    return (Q(end_date__isnull=True) | Q(end_date__gt=at)) & (
        Q(unit__end_date__isnull=True) | Q(unit__end_date__gt=at)
    )


class RoleHolding(models.Model):
    """A role held at a unit for a period; `end_date` is exclusive, empty means until further notice."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in HELD])
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="holdings")
    capacity = models.CharField(
        max_length=3,
        blank=True,
        default="",
        db_default="",
        choices=[(capacity.value, capacity.value) for capacity in Capacity],
    )
    from_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    # who gave and who ended it (as the ledger writes actors: `person:12`), when and why
    granted_by = models.CharField(max_length=100, blank=True, db_default="")
    granted_at = models.DateTimeField(null=True, blank=True)
    grant_reason = models.CharField(max_length=400, blank=True, db_default="")
    ended_by = models.CharField(max_length=100, blank=True, db_default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=400, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "unit", "from_date"],
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("from_date")),
                name="one_holding_per_start",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "unit"],
                condition=Q(end_date__isnull=True),
                name="one_open_holding_per_role_and_unit",
            ),
            models.CheckConstraint(
                # equal: withdrawn on or before its first day, so it never ran
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("from_date")),
                name="holding_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in HELD]), name="holding_of_a_role_that_is_held"
            ),
            models.CheckConstraint(
                condition=Q(capacity__in=[capacity.value for capacity in Capacity]),
                name="holding_capacity_known",
            ),
        ]
        indexes = [models.Index(fields=["unit", "role"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.unit_id}"

    @property
    def last(self) -> date | None:
        """The first day on which it is no longer held, by its own end or that of its unit; None: not known yet."""
        return min((day for day in (self.end_date, self.unit.end_date) if day is not None), default=None)


class RehomingDecision(models.Model):
    """What an administrator decided about a post whose unit came to an end: a new post, or none (`to_holding` empty).

    A post that waits has no row here: which ones wait follows from the map (`queries.waiting_rehomings`).
    """

    holding = models.OneToOneField(RoleHolding, on_delete=models.PROTECT, related_name="rehoming")
    to_holding = models.OneToOneField(
        RoleHolding, null=True, blank=True, on_delete=models.PROTECT, related_name="rehomed_from"
    )
    decided_by = models.CharField(max_length=100)
    decided_at = models.DateTimeField()
    reason = models.CharField(max_length=400)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="rehoming_has_a_reason"),
            models.CheckConstraint(
                condition=Q(to_holding__isnull=True) | ~Q(to_holding=F("holding")),
                name="rehoming_leads_elsewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holding_id} → {self.to_holding_id}"
