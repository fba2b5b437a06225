"""The policy table asked for a real actor: which rights are held on a day, what they reach, may this be done.

One question, three forms, all from `reach`: `can` (is there any object at all: the guard of routes), `visible` (which
rows of a queryset) and `can_at` (something new at a unit, where no row exists yet). Each has a `check_` or `get_` form
that refuses with a sentence. What one may not see is refused exactly like what does not exist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from tamdao.kit.errors import Forbidden, NotFound
from tamdao.kit.messages import Message

from . import relations, words
from .models import ApiClient, Delegation, Person, RoleHolding
from .models.delegation import lent
from .models.post import running
from .policy import Relation, Role, rules_for
from .rows import house_rows, read_as

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The house itself at work, or whoever sits at its command line: `system:demo`, `cli:tamdao`.

    Named, so that a missing person never means "allowed".
    """

    name: str


# a Person, an ApiClient, a SystemActor; Django's anonymous reader and None are the public
Actor = Any


@dataclass(frozen=True, slots=True)
class Right:
    """A role that may be exercised: at which unit, limited to which pairs (None: all of the role), lent by which
    delegation (None: held in person)."""

    role: Role
    unit_id: str | None = None
    pairs: frozenset[str] | None = None
    holding_id: int | None = None
    delegation_id: int | None = None

    def covers(self, resource: str, action: str) -> bool:
        """Whether a limited right includes the pair."""
        return self.pairs is None or f"{resource}.{action}" in self.pairs


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is allowed: by which right, for objects in which relation."""

    right: Right
    relation: Relation


@dataclass(frozen=True, slots=True)
class Reach:
    """Which objects an actor's rights for one pair reach; empty: none."""

    grounds: tuple[Ground, ...]
    actor_id: int | None
    at: date

    @property
    def everything(self) -> bool:
        """Whether every object is reached."""
        return any(ground.relation is Relation.EVERY for ground in self.grounds)

    def units(self) -> frozenset[str]:
        """Units whose objects are reached."""
        own = {ground.right.unit_id for ground in self.grounds if ground.relation is Relation.UNIT}
        above = {ground.right.unit_id for ground in self.grounds if ground.relation is Relation.CHILD}
        below = relations.units_below({unit for unit in above if unit is not None}, at=self.at)
        return frozenset(unit for unit in own if unit is not None) | below

    def covers(self, unit_id: str) -> bool:
        """Whether objects of the unit are reached."""
        return self.everything or unit_id in self.units()

    def each(self) -> Iterator[tuple[Ground, Reach]]:
        """Every ground with what it reaches by itself."""
        return ((ground, replace(self, grounds=(ground,))) for ground in self.grounds)

    def has(self, relation: Relation) -> bool:
        """Whether any ground is of this relation."""
        return any(ground.relation is relation for ground in self.grounds)


def list_holdings(*, person: Person, at: date) -> list[RoleHolding]:
    """Posts of `person` that run on the day `at`, with their units, in a stable order."""
    return list(person.holdings.filter(running(at)).select_related("unit").order_by("role", "unit_id"))


def list_received(*, person: Person, at: date) -> list[Delegation]:
    """What others have lent to `person` and is in force on the day `at`."""
    found = Delegation.objects.filter(lent(at), receiver=person)
    # whether the giver's account is open counts for people whom the receiver does not see
    with house_rows():
        return list(found.select_related("holding__unit", "holding__person").order_by("pk"))


def rights_of(actor: Actor, *, at: date) -> tuple[Right, ...]:
    """Every right of an actor on the day `at`. Nobody, and a person who was switched off, has only the public's."""
    public = Right(Role.PUBLIC)
    if isinstance(actor, SystemActor):
        return public, Right(Role.ADMIN)
    if isinstance(actor, ApiClient):
        return (public, Right(Role(actor.role))) if actor.revoked_at is None else (public,)
    if not isinstance(actor, Person) or not actor.is_active:
        return (public,)
    # asked many times while a page is made; the object lives for one request, and services ask a fresh one
    kept: dict[date, tuple[Right, ...]] = actor.__dict__.setdefault("_rights_at", {})
    if at not in kept:
        held = [
            Right(Role(holding.role), holding.unit_id, holding_id=holding.pk)
            for holding in list_holdings(person=actor, at=at)
        ]
        borrowed = [
            Right(Role(given.holding.role), given.holding.unit_id, given.pair_set, given.holding_id, given.pk)
            for given in list_received(person=actor, at=at)
        ]
        kept[at] = (public, Right(Role.PERSON), *held, *borrowed)
    return kept[at]


def roles_of(actor: Actor, *, at: date) -> frozenset[Role]:
    """Roles held in person on the day `at`: not what was lent, nor the implied ones."""
    implied = {Role.PUBLIC, Role.PERSON}
    held = (right for right in rights_of(actor, at=at) if right.delegation_id is None)
    return frozenset(right.role for right in held if right.role not in implied)


def rights_mark(actor: Actor, *, at: date) -> str:
    """A short text that is another one as soon as the actor may do more or less than before: by a change that somebody
    wrote down, or by a day on which a post or delegation begins or ends."""
    person = resolved(actor)
    told = [str(person.rights_stamp) if isinstance(person, Person) else ""]
    for right in rights_of(person, at=at):
        pairs = "*" if right.pairs is None else " ".join(sorted(right.pairs))
        told.append(f"{right.role}|{right.unit_id}|{pairs}|{right.holding_id}|{right.delegation_id}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


def read_rows_as(actor: Actor) -> None:
    """From here on the request sees the rows of PostgreSQL that `actor` may see today, and no others."""
    person, day = resolved(actor), timezone.localdate()
    rights = [
        (right.role.value, right.unit_id, None if right.pairs is None else sorted(right.pairs))
        for right in rights_of(person, at=day)
    ]
    read_as(me=person.pk if isinstance(person, Person) else None, day=day, rights=rights)


def reach(actor: Actor, resource: str, action: str, *, at: date) -> Reach:
    """What `actor` may do `action` on, among the objects of `resource`."""
    person = resolved(actor)
    grounds = tuple(
        Ground(right, relation)
        for right in rights_of(person, at=at)
        if right.covers(resource, action)
        for rule in rules_for(right.role, resource, action)
        for relation in rule.relations
    )
    return Reach(grounds, person.pk if isinstance(person, Person) else None, at)


def can(actor: Actor, resource: str, action: str) -> bool:
    """Whether `actor` may do `action` on any `resource` today. A missing person is the public and nothing more."""
    return bool(reach(actor, resource, action, at=timezone.localdate()).grounds)


def can_at(actor: Actor, resource: str, action: str, *, unit_id: str, at: date) -> bool:
    """Whether `actor` may do `action` on a `resource` of the unit: for what does not exist yet."""
    return reach(actor, resource, action, at=at).covers(unit_id)


def check_can(actor: Actor, resource: str, action: str, *, at: date) -> None:
    """Refuse (Forbidden) unless there is any ground at all."""
    if not reach(actor, resource, action, at=at).grounds:
        raise Forbidden(_refusal(resource, action))


def check_can_at(actor: Actor, resource: str, action: str, *, unit_id: str, at: date) -> None:
    """Refuse (Forbidden) unless `can_at`."""
    if not can_at(actor, resource, action, unit_id=unit_id, at=at):
        raise Forbidden(_refusal(resource, action, unit_id))


def visible(
    actor: Actor, queryset: QuerySet[M], resource: str, action: str, *, at: date | None = None
) -> QuerySet[M]:
    """The rows of `queryset` on which `actor` may do `action`; how rows relate to units and people stands in
    `relations`."""
    day = at or timezone.localdate()
    found = reach(actor, resource, action, at=day)
    if found.everything:
        return queryset
    if not found.grounds:
        return queryset.none()
    condition = relations.condition(
        queryset.model,
        resource,
        own=found.actor_id if found.has(Relation.OWN) else None,
        units=found.units(),
        group_of=found.actor_id if found.has(Relation.GROUP) else None,
        at=day,
    )
    keys = queryset.model._default_manager.filter(condition).values("pk")
    return queryset.filter(Q(pk__in=keys))


def get_visible(
    actor: Actor, queryset: QuerySet[M], resource: str, action: str, *, pk: int, at: date | None = None
) -> M:
    """One row. Absent and forbidden are refused with the same sentence (NotFound)."""
    found = visible(actor, queryset, resource, action, at=at).filter(pk=pk).first()
    if found is None:
        raise absent()
    return found


def absent() -> NotFound:
    """The one refusal for what does not exist and for what is not shown."""
    return NotFound(Message("Không tìm thấy nội dung được yêu cầu.", "What was asked for was not found."))


def fresh(by: Actor) -> Actor:
    """`by` as the database has it at this moment, locked: services ask it, not what a session remembers.

    Refuses (Forbidden) nobody, and people and programs that may not act for others.
    """
    actor = resolved(by)
    if isinstance(actor, SystemActor):
        return actor
    if isinstance(actor, Person):
        found = Person.objects.select_for_update().filter(pk=actor.pk, is_active=True).first()
        if found is not None:
            return found
    raise Forbidden(
        Message(
            "Việc này phải do một người có tài khoản đang hoạt động thực hiện.",
            "This has to be done by a person with an active account.",
        )
    )


def name_of(actor: Actor) -> str:
    """The actor as the ledger writes it."""
    return f"person:{actor.pk}" if isinstance(actor, Person) else str(getattr(actor, "name", ""))


def resolved(actor: Actor) -> Any:
    """`request.user` is a lazy wrapper; the real object stands inside."""
    wrapped = getattr(actor, "_wrapped", None)
    if wrapped is None:
        return actor
    bool(actor.is_authenticated)  # makes the wrapper look the person up
    return actor._wrapped


def _refusal(resource: str, action: str, unit_id: str = "") -> Message:
    what = words.doing(resource, action)
    where = Message(f" tại {unit_id}", f" at {unit_id}") if unit_id else Message("", "")
    return Message(
        f"Tài khoản này không có quyền {what.vi}{where.vi}. Xem trang “Ai được làm gì” để biết ai có quyền.",
        f"This account may not {what.en}{where.en}. The page “Who may do what” says who may.",
    )
