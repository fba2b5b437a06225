"""Working groups outside the tree of units: form, add, remove."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from tamdao.core.ledger.acting import acting

from .. import access, errors, rules
from ..access import Actor
from ..models import Group, GroupMember, Person
from . import common


@common.change
def form(*, name: str, unit_id: str, document: str = "", by: Actor, at: datetime, reason: str) -> Group:
    """A new group kept by the unit. Conflict when the name is taken."""
    actor = access.fresh(by)
    access.check_can_at(actor, "group", "manage", unit_id=unit_id, at=timezone.localdate(at))
    errors.check(rules.reason_problems(reason))
    with acting(by=access.name_of(actor), event="people.group.formed", reason=reason):
        try:
            with transaction.atomic():
                return Group.objects.create(name=name, unit_id=unit_id, document=document)
        except IntegrityError as error:
            raise errors.group_exists(name) from error


@common.change
def add_member(*, group: Group, person: Person, by: Actor, at: datetime, reason: str) -> GroupMember:
    """`person` belongs to the group from today. Whom one only meets in a group can't be added to another."""
    actor = access.fresh(by)
    today = timezone.localdate(at)
    found = access.get_visible(actor, Group.objects.all(), "group", "manage", pk=group.pk, at=today)
    shown = access.get_visible(actor, Person.objects.all(), "person", "choose", pk=person.pk, at=today)
    errors.check(rules.reason_problems(reason))
    with acting(by=access.name_of(actor), event="people.group.joined", reason=reason):
        member, made = GroupMember.objects.get_or_create(
            group=found, person=shown, end_date=None, defaults={"from_date": today}
        )
    if not made:
        raise errors.member_already()
    return member


@common.change
def remove_member(*, member: GroupMember, by: Actor, at: datetime, reason: str) -> GroupMember:
    """The membership ends today."""
    actor = access.fresh(by)
    today = timezone.localdate(at)
    access.get_visible(actor, Group.objects.all(), "group", "manage", pk=member.group_id, at=today)
    errors.check(rules.reason_problems(reason))
    if member.end_date is not None:
        raise errors.already_ended()
    member.end_date = max(today, member.from_date)
    with acting(by=access.name_of(actor), event="people.group.left", reason=reason):
        member.save(update_fields=["end_date"])
    return member
