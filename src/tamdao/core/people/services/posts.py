"""Posts: grant and end."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from tamdao.core.ledger.acting import acting
from tamdao.core.units.models import Unit

from .. import access, errors, rules
from ..access import Actor
from ..models import Person, RoleHolding
from ..policy import Capacity, Role
from . import common


@common.change
def grant(
    *,
    person: Person,
    role: Role,
    unit_id: str,
    from_date: date,
    end_date: date | None = None,
    capacity: Capacity = Capacity.OWN,
    by: Actor,
    at: datetime,
    reason: str,
) -> RoleHolding:
    """A post for `person` at the unit from a day on. Several posts at once are several calls.

    Refuses: a giver without the right at that unit or for that role, a giver who would gain, a person whom the giver
    may not choose (not_found), and, all at once, whatever is wrong with the period.
    """
    actor = access.fresh(by)
    today = timezone.localdate(at)
    common.check_may_deal_with(actor, role, unit_id=unit_id, action="grant", at=today)
    common.check_not_oneself(actor, person)
    access.get_visible(actor, Person.objects.all(), "person", "choose", pk=person.pk, at=today)
    return write(
        person=person,
        role=role,
        unit_id=unit_id,
        period=rules.Period(from_date, end_date),
        capacity=capacity,
        actor=actor,
        at=at,
        reason=reason,
    )


def write(
    *,
    person: Person,
    role: Role,
    unit_id: str,
    period: rules.Period,
    capacity: Capacity,
    actor: Actor,
    at: datetime,
    reason: str,
) -> RoleHolding:
    """The state check and the write of a grant, for services that checked who may. Inside their transaction."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise access.absent()
    held = RoleHolding.objects.filter(person=locked, role=role, unit=unit)
    errors.check(
        [
            *rules.reason_problems(reason),
            *rules.period_problems(period, today=timezone.localdate(at), backdated=common.backdated(actor)),
            *rules.unit_problems(period, rules.Period(unit.first_date, unit.end_date)),
            *rules.overlap_problems(
                period, [rules.Period(holding.from_date, holding.end_date) for holding in held]
            ),
        ]
    )
    if not locked.is_active:
        raise errors.already_so(active=False)
    with acting(by=access.name_of(actor), event="people.role.granted", reason=reason):
        made = RoleHolding.objects.create(
            person=locked,
            role=role.value,
            unit=unit,
            capacity=capacity.value,
            from_date=period.start,
            end_date=period.end,
            granted_by=access.name_of(actor),
            granted_at=at,
            grant_reason=reason,
        )
        common.note_rights_changed([locked.pk])
    return made


@common.change
def end(*, holding: RoleHolding, on: date | None = None, by: Actor, at: datetime, reason: str) -> RoleHolding:
    """Ends a post: `on` is the first day on which it is no longer held, today unless given. What was lent from it ends
    with it.

    Refuses: a post that is not shown (not_found), roles above the actor's, what would leave a day without a system
    administrator, a post that ended already, days in the past.
    """
    actor = access.fresh(by)
    today = timezone.localdate(at)
    queryset = RoleHolding.objects.select_for_update(of=("self",)).select_related("unit", "person")
    found = access.get_visible(actor, queryset, "post", "end", pk=holding.pk, at=today)
    role = Role(found.role)
    common.check_may_deal_with(actor, role, unit_id=found.unit_id, action="end", at=today)
    last = on or today
    errors.check(
        [
            *rules.reason_problems(reason),
            *([] if common.backdated(actor) else rules.end_problems(last, today=today)),
        ]
    )
    # a post that has not begun yet is withdrawn: it ends where it would have begun
    last = max(last, found.from_date)
    if (found.end_date is not None and found.end_date <= last) or _unit_ended(found, today):
        raise errors.already_ended()
    if role is Role.ADMIN:
        common.check_not_last_admin(ending=[found.pk], on=last, at=today)
    found.end_date = last
    found.ended_by, found.ended_at, found.end_reason = access.name_of(actor), at, reason
    with acting(by=access.name_of(actor), event="people.role.ended", reason=reason):
        found.save(update_fields=["end_date", "ended_by", "ended_at", "end_reason"])
        common.note_rights_changed({found.person_id, *common.receivers_of([found.pk])})
    return found


def _unit_ended(holding: RoleHolding, today: date) -> bool:
    return holding.unit.end_date is not None and holding.unit.end_date <= today
