"""People: create, switch off and on. Nobody is deleted: what they did keeps their name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from tamdao.core.ledger.acting import acting

from .. import access, errors, rules
from ..access import Actor
from ..models import Person, RoleHolding
from ..models.post import unended
from ..policy import Capacity, Role
from . import common, posts

Ending = Callable[[Person], object]
_endings: list[Ending] = []


def on_switching_off(ending: Ending) -> None:
    """Register what else ends with an account, in the same transaction: `core.accounts` ends its sessions."""
    _endings.append(ending)


@common.change
def create(
    *,
    username: str,
    display_name: str,
    role: Role | None = None,
    unit_id: str = "",
    from_date: date | None = None,
    end_date: date | None = None,
    capacity: Capacity = Capacity.OWN,
    by: Actor,
    at: datetime,
    reason: str,
) -> Person:
    """A new person with a first post; without one (a citizen) only whoever may create people anywhere.

    The account has no password until one is set; then it can sign in.
    """
    actor = access.fresh(by)
    today = timezone.localdate(at)
    if role is not None:
        access.check_can_at(actor, "person", "create", unit_id=unit_id, at=today)
        common.check_may_deal_with(actor, role, unit_id=unit_id, action="grant", at=today)
    elif not access.reach(actor, "person", "create", at=today).everything:
        raise errors.role_not_yours_to_give()
    errors.check(rules.reason_problems(reason))
    with acting(by=access.name_of(actor), event="people.person.created", reason=reason):
        try:
            with transaction.atomic():
                person = Person.objects.create_person(username=username, display_name=display_name)
        except IntegrityError as error:
            raise errors.username_taken(username) from error
    if role is not None:
        posts.write(
            person=person,
            role=role,
            unit_id=unit_id,
            period=rules.Period(from_date or today, end_date),
            capacity=capacity,
            actor=actor,
            at=at,
            reason=reason,
        )
    return person


@common.change
def switch_off(*, person: Person, by: Actor, at: datetime, reason: str) -> Person:
    """The account can't sign in, its sessions end, and it holds nothing until it is switched on again; its posts stay
    written."""
    return _switch(person=person, active=False, by=by, at=at, reason=reason)


@common.change
def switch_on(*, person: Person, by: Actor, at: datetime, reason: str) -> Person:
    """The account may sign in again and holds the posts that still run."""
    return _switch(person=person, active=True, by=by, at=at, reason=reason)


def _switch(*, person: Person, active: bool, by: Actor, at: datetime, reason: str) -> Person:
    """Refuses: oneself, people who hold or will hold a post that the actor could not end, the last administrator."""
    actor = access.fresh(by)
    today = timezone.localdate(at)
    queryset = Person.objects.select_for_update()
    found = access.get_visible(actor, queryset, "person", "switch", pk=person.pk, at=today)
    common.check_not_oneself(actor, found)
    held = list(RoleHolding.objects.filter(unended(today), person=found).order_by("pk"))
    for holding in held:
        if not common.may_deal_with(
            actor, Role(holding.role), unit_id=holding.unit_id, action="end", at=today
        ):
            raise errors.role_not_yours_to_give()
    errors.check(rules.reason_problems(reason))
    if found.is_active is active:
        raise errors.already_so(active=active)
    admin = [holding.pk for holding in held if holding.role == Role.ADMIN]
    if admin and not active:
        common.check_not_last_admin(ending=admin, on=today, at=today)
    event = "people.person.switched_on" if active else "people.person.switched_off"
    with acting(by=access.name_of(actor), event=event, reason=reason):
        found.is_active = active
        found.save(update_fields=["is_active"])
        common.note_rights_changed({found.pk, *common.receivers_of(holding.pk for holding in held)})
        for ending in () if active else _endings:
            ending(found)
    return found
