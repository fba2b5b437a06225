"""The policy table asked for a real person: which roles are held today, and may one of them do this."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from .models import ApiClient, Person, RoleHolding
from .policy import Role, allowed


def list_holdings(*, person: Person, at: date) -> list[RoleHolding]:
    """Role holdings of `person` that run on the day `at`, with their units, in a stable order."""
    return list(
        person.holdings.filter(from_date__lte=at)
        .filter(Q(end_date__isnull=True) | Q(end_date__gt=at))
        .select_related("unit")
        .order_by("role", "unit_id")
    )


def roles_of(actor: Any, *, at: date) -> frozenset[Role]:
    """Roles an actor holds on the day `at`; nobody, and a person who was switched off, holds none."""
    if isinstance(actor, ApiClient):
        return frozenset({Role(actor.role)}) if actor.revoked_at is None else frozenset()
    if not isinstance(actor, Person) or not actor.is_active:
        return frozenset()
    # asked several times while a page is made; the object lives for one request
    kept: dict[date, frozenset[Role]] = actor.__dict__.setdefault("_roles_at", {})
    if at not in kept:
        kept[at] = frozenset(Role(holding.role) for holding in list_holdings(person=actor, at=at))
    return kept[at]


def can(actor: Any, resource: str, action: str) -> bool:
    """Whether `actor` may do `action` on `resource` today. A missing person is the public and nothing more."""
    roles: Iterable[Role] = roles_of(_resolved(actor), at=timezone.localdate())
    return allowed(roles, resource, action)


def _resolved(actor: Any) -> Any:
    """`request.user` is a lazy wrapper; the real object stands inside."""
    wrapped = getattr(actor, "_wrapped", None)
    if wrapped is None:
        return actor
    bool(actor.is_authenticated)  # makes the wrapper look the person up
    return actor._wrapped
