"""Who holds which role where, and what a person has already seen. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from .access import list_holdings
from .models import PageVisit, Person, RoleHolding
from .policy import Role

# The role a person works in when several are held and none was chosen: the one that must decide comes first.
ORDER = (Role.LEADER, Role.ANALYST, Role.DIRECTOR, Role.OFFICER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Post:
    """One role at one unit, as a page needs it. `key` names it in forms and in the session."""

    role: Role
    unit_id: str

    @property
    def key(self) -> str:
        """`role:unit`, stable while the holding lasts."""
        return f"{self.role}:{self.unit_id}"


@dataclass(frozen=True, slots=True)
class Since:
    """The visit before the present one: newest change seen then, and when. None twice: this is the first."""

    change: int | None
    at: datetime | None


def list_posts(*, person: Person, at: date) -> list[Post]:
    """Posts of `person` on the day `at`, the deciding role first."""
    posts = [Post(Role(holding.role), holding.unit_id) for holding in list_holdings(person=person, at=at)]
    return sorted(posts, key=lambda post: (ORDER.index(post.role), post.unit_id))


def find_post(*, person: Person, at: date, key: str = "") -> Post | None:
    """The post named by `key` if it is held on that day, otherwise the first one held; None when none is."""
    posts = list_posts(person=person, at=at)
    return next((post for post in posts if post.key == key), posts[0] if posts else None)


def holders(*, role: Role, unit_ids: Collection[str], at: date) -> dict[str, str]:
    """Display name of whoever holds `role` at each unit on the day `at`; units without a holder are left out."""
    found = (
        RoleHolding.objects.filter(role=role, unit_id__in=unit_ids, from_date__lte=at, person__is_active=True)
        .filter(Q(end_date__isnull=True) | Q(end_date__gt=at))
        .order_by("-from_date", "-id")
        .values_list("unit_id", "person__display_name")
    )
    return dict(found)


def find_since(*, person: Person, page: str) -> Since:
    """What `services.note_visit` kept as the visit before the present one."""
    visit = PageVisit.objects.filter(person=person, page=page).first()
    return Since(visit.previous_change, visit.previous_at) if visit else Since(None, None)


def name_of_actor(by: str) -> str | None:
    """Display name of an actor of the ledger ("person:12"); None for anything but a person who still exists."""
    kind, _, number = by.partition(":")
    if kind != "person" or not number.isdigit():
        return None
    return Person.objects.filter(pk=int(number)).values_list("display_name", flat=True).first()
