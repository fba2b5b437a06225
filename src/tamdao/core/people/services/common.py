"""What the services of people share: reading the actor anew, who may deal with a role, what follows a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models import F

from .. import access, errors, rules
from ..access import Actor, SystemActor
from ..models import Delegation, Person, RoleHolding
from ..models.post import unended
from ..policy import Role
from ..rows import house_rows

P = ParamSpec("P")
R = TypeVar("R")

# any fixed number: "who may do what" among the advisory locks of the database
_LOCK = 0x7A6D_0009


def change(service: Callable[P, R]) -> Callable[P, R]:
    """Decorator of a service that changes rights: one transaction, after every other such change has ended.

    Such changes touch people, posts and delegations of both sides in an order that depends on who acts on whom; two at
    once could wait for each other. They are rare, so they simply come one after the other (SQLite has one writer
    anyway), and what one of them has checked holds until it commits. They see every row: whether an administrator
    remains, or whose session is renewed, does not depend on whom the actor sees.
    """

    @wraps(service)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(), house_rows():
            if connection.vendor == "postgresql":  # pragma: no cover  (make test-postgres runs it)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return service(*args, **kwargs)

    return alone


def note_rights_changed(people: Iterable[int]) -> None:
    """Every session of these people is renewed at its next request."""
    Person.objects.filter(pk__in=set(people)).update(rights_stamp=F("rights_stamp") + 1)


def may_deal_with(actor: Actor, role: Role, *, unit_id: str, action: str, at: date) -> bool:
    """Whether `actor` may do `action` (grant, end) with posts of `role` at the unit, by some right that covers both."""
    found = access.reach(actor, "post", action, at=at)
    return any(
        rules.may_give(role, [ground.right.role]) and alone.covers(unit_id) for ground, alone in found.each()
    )


def check_may_deal_with(actor: Actor, role: Role, *, unit_id: str, action: str, at: date) -> None:
    """Refuse: not at that unit (forbidden), or not that role (role_not_yours_to_give)."""
    access.check_can_at(actor, "post", action, unit_id=unit_id, at=at)
    if not may_deal_with(actor, role, unit_id=unit_id, action=action, at=at):
        raise errors.role_not_yours_to_give()


def check_not_oneself(actor: Actor, person: Person) -> None:
    """Refuse when the actor would be the one who gains."""
    if isinstance(actor, Person) and actor.pk == person.pk:
        raise errors.not_to_oneself()


def check_not_last_admin(*, ending: Iterable[int], on: date, at: date) -> None:
    """Refuse when some day from `at` on would be left without a system administrator by the end of these posts.

    `on`: the first day on which they are no longer held. Posts that end by their own date or with their unit, and
    posts that have not begun, count for the days on which they run.
    """
    gone = set(ending)
    held = RoleHolding.objects.filter(unended(at), role=Role.ADMIN, person__is_active=True)
    before = {
        holding.pk: rules.Period(holding.from_date, holding.last) for holding in held.select_related("unit")
    }
    after = [
        rules.Period(period.start, min(on, period.end or on)) if key in gone else period
        for key, period in before.items()
    ]
    day = rules.first_uncovered(before.values(), after, since=at)
    if day is not None:
        raise errors.last_admin(day)


def backdated(actor: Actor) -> bool:
    """Only the house itself, when it takes over what was so before, writes down beginnings in the past."""
    return isinstance(actor, SystemActor)


def receivers_of(holdings: Iterable[int]) -> set[int]:
    """People to whom any of these posts was lent."""
    found = Delegation.objects.filter(holding__in=list(holdings), revoked_at__isnull=True)
    return set(found.values_list("receiver", flat=True))
