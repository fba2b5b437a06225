"""What the services of people share: reading the actor anew, who may deal with a role, what follows a change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import F

from .. import access, errors, rules
from ..access import Actor, SystemActor
from ..models import Delegation, Person, RoleHolding
from ..policy import Role


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


def check_not_last_admin(*, without: Iterable[int], at: date) -> None:
    """Refuse when no system administrator would remain; holds the posts of all of them locked until the end.

    Two administrators who end each other's post at the same moment therefore wait for one another.
    """
    keys = list(access.holders_of((Role.ADMIN,), at=at).order_by("pk").values_list("pk", flat=True))
    locked = RoleHolding.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    gone = set(without)
    still = access.holders_of((Role.ADMIN,), at=at).filter(pk__in=[holding.pk for holding in locked])
    if not any(holding.pk not in gone for holding in still):
        raise errors.last_admin()


def backdated(actor: Actor) -> bool:
    """Only the house itself, when it takes over what was so before, writes down beginnings in the past."""
    return isinstance(actor, SystemActor)


def receivers_of(holdings: Iterable[int]) -> set[int]:
    """People to whom any of these posts was lent."""
    found = Delegation.objects.filter(holding__in=list(holdings), revoked_at__isnull=True)
    return set(found.values_list("receiver", flat=True))
