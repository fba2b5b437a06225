"""Lending a post: delegate parts of it, name a substitute signer, take it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.utils import timezone

from tamdao.core.ledger.acting import acting
from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .. import access, errors, rules
from ..access import Actor
from ..models import Delegation, Person, RoleHolding
from ..models.post import running
from ..policy import Capacity, Role
from . import common


@common.change
def delegate(
    *,
    holding: RoleHolding,
    receiver: Person,
    capacity: Capacity,
    pairs: Collection[str] = (),
    from_date: date,
    end_date: date | None = None,
    document: str = "",
    by: Actor,
    at: datetime,
    reason: str,
) -> Delegation:
    """The holder lends `pairs` of a post (all of it when none is named) to somebody: thừa ủy quyền or thừa lệnh.

    Refuses: a post that is not the giver's own (not_found), what was itself only lent, roles that are held in person,
    more than the role may do, longer than the post runs, an authorisation without end or paper.
    """
    if capacity not in {Capacity.TUQ, Capacity.TL}:
        raise errors.refused([_capacity_problem()])
    return _lend(
        action=("delegation", "give"),
        event="people.delegation.given",
        holding=holding,
        receiver=receiver,
        capacity=capacity,
        pairs=pairs,
        period=rules.Period(from_date, end_date),
        document=document,
        by=by,
        at=at,
        reason=reason,
    )


@common.change
def substitute(
    *,
    holding: RoleHolding,
    receiver: Person,
    from_date: date,
    end_date: date | None = None,
    by: Actor,
    at: datetime,
    reason: str,
) -> Delegation:
    """Somebody of the same unit signs in place of the holder (ký thay) for a while: the whole post.

    Named by the holder or by whoever administers the unit; never by the one who would sign.
    """
    return _lend(
        action=("substitute", "name"),
        event="people.substitute.named",
        holding=holding,
        receiver=receiver,
        capacity=Capacity.KT,
        pairs=(),
        period=rules.Period(from_date, end_date),
        document="",
        by=by,
        at=at,
        reason=reason,
    )


def _lend(
    *,
    action: tuple[str, str],
    event: str,
    holding: RoleHolding,
    receiver: Person,
    capacity: Capacity,
    pairs: Collection[str],
    period: rules.Period,
    document: str,
    by: Actor,
    at: datetime,
    reason: str,
) -> Delegation:
    actor = access.fresh(by)
    today = timezone.localdate(at)
    queryset = RoleHolding.objects.select_for_update(of=("self",)).select_related("unit", "person")
    post = access.get_visible(actor, queryset, *action, pk=holding.pk, at=today)
    common.check_not_oneself(actor, receiver)
    people = Person.objects.select_for_update()
    taker = access.get_visible(actor, people, "person", "choose", pk=receiver.pk, at=today)
    errors.check(
        [
            *rules.reason_problems(reason),
            *rules.period_problems(period, today=today, backdated=common.backdated(actor)),
            *rules.lending_problems(
                role=Role(post.role),
                capacity=capacity,
                pairs=pairs,
                period=period,
                post=rules.Period(post.from_date, post.last),
                document=document,
            ),
            *_taker_problems(post, taker, capacity, today),
            *_twice_problems(post, taker, capacity, period),
        ]
    )
    with acting(by=access.name_of(actor), event=event, reason=reason):
        made = Delegation.objects.create(
            holding=post,
            receiver=taker,
            capacity=capacity.value,
            pairs=" ".join(sorted(set(pairs))),
            from_date=period.start,
            end_date=period.end,
            document=document,
            reason=reason,
            given_by=access.name_of(actor),
            given_at=at,
        )
        common.note_rights_changed([taker.pk])
    return made


def _taker_problems(post: RoleHolding, taker: Person, capacity: Capacity, today: date) -> list[Problem]:
    """Not to the holder, not to an account that is switched off; a substitute holds a post at the same unit."""
    if taker.pk == post.person_id or not taker.is_active:
        message = Message(
            "Người nhận phải là người khác, tài khoản đang hoạt động.",
            "The receiver must be somebody else with an active account.",
        )
        return [Problem(message, field="receiver")]
    same_unit = RoleHolding.objects.filter(running(today), person=taker, unit=post.unit_id)
    if capacity is Capacity.KT and not same_unit.exists():
        message = Message(
            "Người ký thay phải đang giữ chức vụ tại cùng đơn vị.",
            "A substitute signer must hold a post at the same unit.",
        )
        return [Problem(message, field="receiver")]
    return []


def _twice_problems(
    post: RoleHolding, taker: Person, capacity: Capacity, period: rules.Period
) -> list[Problem]:
    """The same post is lent to the same person once at a time."""
    before = Delegation.objects.filter(
        holding=post, receiver=taker, capacity=capacity, revoked_at__isnull=True
    )
    if not any(period.overlaps(rules.Period(one.from_date, one.end_date)) for one in before):
        return []
    message = Message(
        "Đã có ủy quyền cho người này trong thời gian ấy; thu hồi trước rồi giao lại.",
        "This person has it for that period already; revoke it first.",
    )
    return [Problem(message, field="receiver")]


def _capacity_problem() -> Problem:
    message = Message(
        "Chọn thừa ủy quyền (TUQ.) hoặc thừa lệnh (TL.); ký thay thì chỉ định người ký thay.",
        "Choose TUQ. or TL.; for KT. name a substitute signer.",
    )
    return Problem(message, field="capacity")


@common.change
def revoke(*, delegation: Delegation, by: Actor, at: datetime, reason: str) -> Delegation:
    """Takes back what was lent, at once. Giver, receiver and whoever administers the unit may."""
    actor = access.fresh(by)
    today = timezone.localdate(at)
    queryset = Delegation.objects.select_for_update()
    found = access.get_visible(actor, queryset, "delegation", "revoke", pk=delegation.pk, at=today)
    errors.check(rules.reason_problems(reason))
    if found.revoked_at is not None or (found.end_date is not None and found.end_date <= today):
        raise errors.already_revoked()
    found.revoked_at, found.revoked_by, found.revoke_reason = at, access.name_of(actor), reason
    with acting(by=access.name_of(actor), event="people.delegation.revoked", reason=reason):
        found.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        common.note_rights_changed([found.receiver_id])
    return found
