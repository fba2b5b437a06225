"""Acts about people as the tests of services call them, on the world of the permission tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tamdao.core.people.access import SystemActor
from tamdao.core.people.models import Delegation, Person, RoleHolding
from tamdao.core.people.policy import Capacity, Role
from tamdao.core.people.services import delegations, posts
from tamdao.kit.errors import DomainError
from tests.integration.permissions.world import (
    NOW,
    PROVINCE,
    TODAY,
    World,
)

HOUSE = SystemActor("system:test")
MONTH = TODAY + timedelta(days=30)


def refused(code: str, call: Callable[[], object]) -> DomainError:
    """The refusal of a call, by its code or the field of a problem."""
    with pytest.raises(DomainError) as caught, transaction.atomic():
        call()
    fields = {problem.field for problem in caught.value.problems}
    assert code == caught.value.code or code in fields, (caught.value.code, fields)
    return caught.value


def target(world: World, relation: str = "u") -> Person:
    return Person.objects.get(pk=world.objects["person"][relation])


def post_of(world: World, actor: str) -> RoleHolding:
    return RoleHolding.objects.get(pk=world.own[actor]["post"])


def grant(who: Person, role: Role = Role.ANALYST, unit: str = PROVINCE, **more: Any) -> RoleHolding:
    given = {"from_date": TODAY, "by": HOUSE, "at": NOW, "reason": "thử", **more}
    return posts.grant(person=who, role=role, unit_id=unit, **given)


def lend(world: World, receiver: Person, **more: Any) -> Delegation:
    leader = post_of(world, "leader")
    given = {"capacity": Capacity.TUQ, "from_date": TODAY, "end_date": MONTH, "document": "số 1", **more}
    return delegations.delegate(
        holding=leader, receiver=receiver, by=leader.person, at=NOW, reason="thử", **given
    )
