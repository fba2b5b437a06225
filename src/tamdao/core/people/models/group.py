"""Named groups outside the tree of units: steering committees, working groups (tổ công tác)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from .person import Person


def member(at: date, prefix: str = "") -> Q:
    """Memberships that run on the day `at`; `prefix` is the way to the membership."""
    return Q(**{f"{prefix}from_date__lte": at}) & (
        Q(**{f"{prefix}end_date__isnull": True}) | Q(**{f"{prefix}end_date__gt": at})
    )


class Group(models.Model):
    """A group of people from several units, kept by one of them."""

    name = models.CharField(max_length=160, unique=True)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="groups")
    document = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """Somebody belongs to a group for a period; `end_date` is exclusive."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    from_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"],
                condition=Q(end_date__isnull=True),
                name="one_open_membership_per_group",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("from_date")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.group_id}"
