"""Thirty authorisation bugs, put in one at a time and in memory only: the probes of the matrix must find them.

Each is a mistake that has been made somewhere: a filter left out, a column mixed up, a date forgotten, a check skipped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from typing import Any

import pytest
from django.db.models import Q

from tamdao.core.people import access, policy, queries, relations, rules
from tamdao.core.people.models import Delegation, Group, Person, RoleHolding
from tamdao.core.people.policy import HELD, Relation, Role
from tamdao.core.people.rest import routers
from tamdao.core.people.services import common
from tamdao.core.units.models import Unit
from tamdao.kit.web import routes

from . import probes
from .world import TODAY, World, build

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch
EVERY = (Relation.EVERY,)
STAFF = policy._STAFF


def add(*row: Any) -> Callable[[Patch], None]:
    """A row too many in the policy table."""
    return lambda patch: patch.setattr(policy, "TABLE", (*policy.TABLE, row))


def drop(chosen: Callable[[policy.Row], bool]) -> Callable[[Patch], None]:
    """Rows missing from the policy table."""
    return lambda patch: patch.setattr(policy, "TABLE", tuple(row for row in policy.TABLE if not chosen(row)))


def _only_own_unit(patch: Patch) -> None:
    table = [
        (roles, resource, actions, (Relation.UNIT,) if Relation.CHILD in of and roles == (Role.UNIT_ADMIN,) else of)
        for roles, resource, actions, of in policy.TABLE
    ]  # fmt: skip
    patch.setattr(policy, "TABLE", tuple(table))


def _declared(patch: Patch, model: Any, resource: str, relates: relations.Relates) -> None:
    patch.setitem(relations._declared, (model, resource), relates)


def _running(*, end: bool = True, unit: bool = True) -> Callable[..., Q]:
    """`models.post.running` with a date forgotten."""

    def condition(at: date, prefix: str = "") -> Q:
        found = Q(**{f"{prefix}from_date__lte": at})
        if end:
            found &= Q(**{f"{prefix}end_date__isnull": True}) | Q(**{f"{prefix}end_date__gt": at})
        if unit:
            found &= Q(**{f"{prefix}unit__end_date__isnull": True}) | Q(**{f"{prefix}unit__end_date__gt": at})
        return found

    return condition


def _always_active(patch: Patch) -> None:
    real = access.rights_of

    def rights(actor: Any, *, at: date) -> Any:
        if isinstance(actor, Person):
            actor.is_active = True
        return real(actor, at=at)

    patch.setattr(access, "rights_of", rights)


def _unfiltered(patch: Patch) -> None:
    def visible(actor: Any, queryset: Any, resource: str, action: str, *, at: Any = None) -> Any:
        found = access.reach(actor, resource, action, at=at or TODAY)
        return queryset if found.grounds else queryset.none()

    patch.setattr(access, "visible", visible)


def _by_key(patch: Patch) -> None:
    patch.setattr(access, "get_visible", lambda actor, queryset, *names, pk, at=None: queryset.get(pk=pk))


def _search_all(patch: Patch) -> None:
    def search(actor: Any, *, text: str = "", **filters: Any) -> Any:
        return Person.objects.filter(folded__contains=text).order_by("folded")

    patch.setattr(queries, "search_people", search)


def _export_all(patch: Patch) -> None:
    def exported(actor: Any, *, at: date) -> Any:
        return list(RoleHolding.objects.select_related("person", "unit"))

    patch.setattr(queries, "exported_posts", exported)


def _remembered_actor(patch: Patch) -> None:
    """The API answers everybody as it answered the first."""
    first: list[Any] = []

    def actor_of(request: Any) -> Any:
        if not first and request.user.is_authenticated:
            first.append(request.user._wrapped if hasattr(request.user, "_wrapped") else request.user)
        return first[0] if first else request.user

    patch.setattr(routers, "actor_of", actor_of)


def _door_only(patch: Patch) -> None:
    def deal(actor: Any, role: Role, *, unit_id: str, action: str, at: date) -> bool:
        return bool(access.reach(actor, "post", action, at=at).grounds)

    patch.setattr(common, "may_deal_with", deal)
    patch.setattr(access, "check_can_at", lambda *args, **kwargs: None)


def _every_unit(ids: Any, *, at: date) -> frozenset[str]:
    return frozenset(Unit.objects.values_list("pk", flat=True))


PERSON = (Role.PERSON,)
FAULTS: dict[str, Callable[[Patch], None]] = {
    "officers see everybody": add((Role.OFFICER,), "person", "view", EVERY),
    "unit administrators end posts anywhere": add((Role.UNIT_ADMIN,), "post", "end", EVERY),
    "unit administrators forget the units below": _only_own_unit,
    "auditors lock accounts": add((Role.AUDITOR,), "person", "switch", EVERY),
    "everyone sees everybody": add(PERSON, "person", "view", EVERY),
    "everyone reads every history": add(PERSON, "person", "history", EVERY),
    "staff lend their colleagues' posts": add(STAFF, "delegation", "give", (Relation.UNIT,)),
    "staff name substitutes for colleagues": add(STAFF, "substitute", "name", (Relation.UNIT,)),
    "auditors decide re-homings": add((Role.AUDITOR,), "rehoming", "decide", EVERY),
    "fellow members are given posts": add(PERSON, "person", "choose", (Relation.GROUP,)),
    "groups are forgotten": drop(lambda row: row[3] == (Relation.GROUP,)),
    "leaders export": add((Role.LEADER,), "person", "export", (Relation.CHILD,)),
    "staff open the style guide": add(STAFF, "styleguide", "view", EVERY),
    "the public sees people": add((Role.PUBLIC,), "person", "view", EVERY),
    "unit administrators appoint system administrators": lambda patch: patch.setitem(
        dict_of(policy.GRANTABLE), Role.UNIT_ADMIN, HELD
    ),
    "administration may be lent": lambda patch: patch.setattr(rules, "NOT_LENT", ()),
    "the tree is ignored": lambda patch: patch.setattr(relations, "units_below", _every_unit),
    "nothing is below": lambda patch: patch.setattr(relations, "units_below", lambda ids, at: frozenset()),
    "every ended unit is inherited": lambda patch: patch.setattr(
        relations, "ended_into", lambda ids: _every_unit(ids, at=TODAY)
    ),
    "a delegation belongs to the whole office": lambda patch: _declared(
        patch, Delegation, "delegation", relations.Relates(("holding__person", "receiver", "holding__unit__holdings__person"), relations.by_path("holding__unit"))
    ),
    "a post belongs to whoever gave it": lambda patch: _declared(
        patch, RoleHolding, "delegation", relations.Relates(("unit__holdings__person",), None)
    ),
    "memberships never end": lambda patch: patch.setattr(
        relations, "member", lambda at, prefix="": Q(from_date__lte=at)
    ),
    "posts never end": lambda patch: patch.setattr(access, "running", _running(end=False)),
    "posts outlive their unit": lambda patch: patch.setattr(access, "running", _running(unit=False)),
    "delegations never end": lambda patch: patch.setattr(access, "lent", lambda at: Q(from_date__lte=at)),
    "what was lent in part is lent whole": lambda patch: patch.setattr(
        access.Right, "covers", lambda self, resource, action: True
    ),
    "switched-off accounts keep their rights": _always_active,
    "the filter is left out": _unfiltered,
    "objects are fetched by their key alone": _by_key,
    "search does not ask who searches": _search_all,
    "the export holds everything": _export_all,
    "one may grant to oneself": lambda patch: patch.setattr(common, "check_not_oneself", lambda *args: None),
    "the last administrator may go": lambda patch: patch.setattr(
        common, "check_not_last_admin", lambda **kwargs: None
    ),
    "pages open to whoever signed in": lambda patch: patch.setattr(
        routes, "can", lambda actor, resource, action: bool(getattr(actor, "is_authenticated", True))
    ),
    "the API remembers the first actor": _remembered_actor,
    "granting asks at the door only": _door_only,
    "lending asks nothing about the post": lambda patch: patch.setattr(
        rules, "lending_problems", lambda **kwargs: []
    ),
    "rights begin in the past": lambda patch: patch.setattr(
        rules, "period_problems", lambda *args, **kwargs: []
    ),
}  # fmt: skip
# of these as many may slip through: the promise is 29 of 30
MISSED = len(FAULTS) // 30


def dict_of(table: Any) -> dict[Any, Any]:
    """The table behind a read-only type."""
    assert isinstance(table, dict)
    return table


def differences(world: World) -> Iterator[str]:
    """The object-level part of the matrix, the cheap questions first."""
    some = ("admin", "citizen", "unit_admin", "other_citizen")
    return chain(
        probes.doors(world),
        probes.filters(world),
        probes.attempts(world),
        probes.lists(world, some),
        probes.objects(world, some[1:2]),
    )


def test_seeded_faults_are_found(
    hold_today: Callable[[date], Any], capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    hold_today(TODAY)
    caplog.set_level(logging.CRITICAL, logger="django.request")
    world = build()
    assert Group.objects.exists()
    assert next(differences(world), None) is None, "without a fault the probes find nothing"
    found: dict[str, str] = {}
    for name, put_in in FAULTS.items():
        with pytest.MonkeyPatch.context() as patch:
            put_in(patch)
            found[name] = next(differences(world), "")
    with capsys.disabled():
        print(f"\n{sum(map(bool, found.values()))} of {len(found)} seeded faults found:")
        for name, sign in found.items():
            print(f"  {'found' if sign else 'MISSED'}: {name} ({sign})")
    assert len(found) >= 30
    missed = [name for name, sign in found.items() if not sign]
    assert len(missed) <= MISSED, missed
