"""What the holder of a post lends to somebody else: parts of it (ủy quyền, thừa lệnh) or all of it (ký thay)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from ..policy import Capacity
from .person import Person
from .post import RoleHolding, running

LENT = (Capacity.KT, Capacity.TL, Capacity.TUQ)


def lent(at: date) -> Q:
    """Delegations in force on the day `at`: never longer than the post they come from, or than its holder is active."""
    return (
        Q(revoked_at__isnull=True, from_date__lte=at, holding__person__is_active=True)
        & (Q(end_date__isnull=True) | Q(end_date__gt=at))
        & running(at, "holding__")
    )


class Delegation(models.Model):
    """Somebody acts by the right of somebody else's post.

    Who gives is not written here: it is whoever holds the post. So what was received can't be given on, and nobody
    gives what they don't hold.
    """

    holding = models.ForeignKey(RoleHolding, on_delete=models.PROTECT, related_name="delegations")
    receiver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="received")
    capacity = models.CharField(max_length=3, choices=[(capacity.value, capacity.value) for capacity in LENT])
    # `resource.action` pairs, separated by spaces; empty means all that the role may do
    pairs = models.CharField(max_length=400, blank=True)
    from_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    # the paper by which it was given; an authorisation (TUQ.) needs one
    document = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=400)
    given_by = models.CharField(max_length=100)
    given_at = models.DateTimeField()
    revoked_by = models.CharField(max_length=100, blank=True, db_default="")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(max_length=400, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__in=[capacity.value for capacity in LENT]),
                name="delegation_capacity_known",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("from_date")),
                name="delegation_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(capacity=Capacity.TUQ) | (Q(end_date__isnull=False) & ~Q(document="")),
                name="authorisation_has_end_and_paper",
            ),
            models.CheckConstraint(
                condition=~Q(capacity=Capacity.KT) | Q(pairs=""), name="substitute_signs_for_the_whole_post"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="delegation_has_a_reason"),
        ]
        indexes = [models.Index(fields=["receiver", "from_date"])]

    def __str__(self) -> str:
        return f"{self.holding_id} → {self.receiver_id} {self.capacity}"

    @property
    def pair_set(self) -> frozenset[str] | None:
        """The pairs lent; None when it is the whole role."""
        return frozenset(self.pairs.split()) or None
