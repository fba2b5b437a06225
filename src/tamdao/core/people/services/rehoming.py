"""Posts whose unit came to an end: an administrator decides where they go on; nothing moves by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from tamdao.core.ledger.acting import acting
from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .. import access, errors, relations, rules
from ..access import Actor
from ..models import RehomingDecision, RoleHolding
from ..policy import Capacity, Role
from ..queries import waiting_rehomings
from . import common, posts


@common.change
def decide(
    *, holding: RoleHolding, to_unit_id: str | None, by: Actor, at: datetime, reason: str
) -> RehomingDecision:
    """The post goes on at `to_unit_id`, one of the units that came out of the ended one, from today; or nowhere (None).

    Refuses: a post that doesn't wait or is not shown (not_found), another unit, a role above the actor's, oneself.
    """
    actor = access.fresh(by)
    today = timezone.localdate(at)
    queryset = waiting_rehomings(at=today).select_for_update(of=("self",))
    found = access.get_visible(actor, queryset, "rehoming", "decide", pk=holding.pk, at=today)
    common.check_not_oneself(actor, found.person)
    heirs, role = relations.heirs(found.unit_id, at=today), Role(found.role)
    errors.check(rules.reason_problems(reason))
    made: RoleHolding | None = None
    with acting(by=access.name_of(actor), event="people.role.rehomed", reason=reason):
        if to_unit_id is not None:
            if to_unit_id not in heirs:
                raise errors.refused([_not_an_heir(heirs)])
            common.check_may_deal_with(actor, role, unit_id=to_unit_id, action="grant", at=today)
            made = posts.write(
                person=found.person,
                role=role,
                unit_id=to_unit_id,
                period=rules.Period(today, found.end_date),
                capacity=Capacity(found.capacity),
                actor=actor,
                at=at,
                reason=reason,
            )
        elif not any(
            common.may_deal_with(actor, role, unit_id=unit, action="end", at=today)
            for unit in (found.unit_id, *heirs)
        ):
            raise errors.role_not_yours_to_give()
        return RehomingDecision.objects.create(
            holding=found, to_holding=made, decided_by=access.name_of(actor), decided_at=at, reason=reason
        )


def _not_an_heir(heirs: list[str]) -> Problem:
    names = ", ".join(heirs)
    message = (
        Message(
            f"Chọn một trong các đơn vị kế thừa: {names}.", f"Choose one of the successor units: {names}."
        )
        if heirs
        else Message(
            "Đơn vị này không có đơn vị kế thừa; kết thúc hẳn chức vụ.",
            "No unit came out of this one; let the post end.",
        )
    )
    return Problem(message, field="unit")
