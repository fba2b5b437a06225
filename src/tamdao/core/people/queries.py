"""Who holds which role where, and what a person has already seen. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from tamdao.kit.text import fold

from . import access
from .access import Actor, list_holdings
from .models import Delegation, Group, GroupMember, PageVisit, Person, RoleHolding
from .models.delegation import lent
from .models.group import member
from .models.post import running
from .policy import Role
from .rows import house_rows

# The role a person works in when several are held and none was chosen: the one that must decide comes first.
ORDER = (
    Role.LEADER, Role.ANALYST, Role.DIRECTOR, Role.OFFICER, Role.UNIT_ADMIN, Role.AUDITOR, Role.ADMIN,
)  # fmt: skip


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
        RoleHolding.objects.filter(running(at), role=role, unit_id__in=unit_ids, person__is_active=True)
        .order_by("-from_date", "-id")
        .values_list("unit_id", "person__display_name")
    )
    # who heads an office is told beside its figures, to everybody who may read these
    with house_rows():
        return dict(found)


def find_since(*, person: Person, page: str) -> Since:
    """What `services.note_visit` kept as the visit before the present one."""
    visit = PageVisit.objects.filter(person=person, page=page).first()
    return Since(visit.previous_change, visit.previous_at) if visit else Since(None, None)


def waiting_rehomings(*, at: date) -> QuerySet[RoleHolding]:
    """Posts that would run today, or later, if their unit still did, and about which nobody has decided yet.

    Read from the map: a unit that ends there needs no further step for its posts to wait here.
    """
    return (
        RoleHolding.objects.filter(unit__end_date__lte=at, rehoming__isnull=True, person__is_active=True)
        .filter(Q(end_date__isnull=True) | Q(end_date__gt=at) & Q(end_date__gt=F("from_date")))
        .select_related("person", "unit")
        .order_by("unit_id", "role", "pk")
    )


def search_people(
    actor: Actor, *, text: str = "", role: Role | None = None, unit_id: str = "", at: date
) -> QuerySet[Person]:
    """People whom `actor` may see, by name; every word of `text` occurs in display name or user name."""
    found = access.visible(actor, Person.objects.all(), "person", "view", at=at)
    for part in fold(text).split():
        found = found.filter(folded__contains=part)
    if role is not None or unit_id:
        posts = RoleHolding.objects.filter(running(at))
        posts = posts.filter(role=role) if role is not None else posts
        posts = posts.filter(unit=unit_id) if unit_id else posts
        found = found.filter(pk__in=posts.values("person"))
    return found.order_by("folded", "pk")


def posts_by_person(people: Collection[Person], *, at: date) -> dict[int, list[RoleHolding]]:
    """Running posts of several people in one query, the deciding role first."""
    found: dict[int, list[RoleHolding]] = {person.pk: [] for person in people}
    posts = RoleHolding.objects.filter(running(at), person__in=list(found)).select_related("unit")
    for post in sorted(posts, key=lambda post: (ORDER.index(Role(post.role)), post.unit_id)):
        found[post.person_id].append(post)
    return found


def exported_posts(actor: Actor, *, at: date) -> list[RoleHolding]:
    """Who holds what today, as far as `actor` may take it away as a file."""
    found = access.visible(actor, RoleHolding.objects.filter(running(at)), "person", "export", at=at)
    return list(found.select_related("person", "unit").order_by("unit_id", "role", "person__folded", "pk"))


def lent_by_and_to(person: Person, *, at: date) -> tuple[list[Delegation], list[Delegation]]:
    """What the person has lent and was lent, in force on the day `at`; whoever reads it sees the other side's name."""
    given = Delegation.objects.filter(lent(at)).select_related("holding__person", "holding__unit", "receiver")
    with house_rows():
        either = list(given.filter(Q(holding__person=person) | Q(receiver=person)).order_by("pk"))
    return (
        [one for one in either if one.holding.person_id == person.pk],
        [one for one in either if one.receiver_id == person.pk],
    )


def groups_with_members(groups: QuerySet[Group], *, at: date) -> list[tuple[Group, list[GroupMember]]]:
    """Groups by name, each with its members of the day `at`; two queries."""
    found = list(groups.select_related("unit").order_by("name"))
    by_group: dict[int, list[GroupMember]] = {group.pk: [] for group in found}
    members = GroupMember.objects.filter(member(at), group__in=list(by_group)).select_related("person")
    for one in members.order_by("person__folded", "pk"):
        by_group[one.group_id].append(one)
    return [(group, by_group[group.pk]) for group in found]


def name_of_actor(by: str) -> str | None:
    """Display name of an actor of the ledger ("person:12"); None for anything but a person who still exists."""
    kind, _, number = by.partition(":")
    if kind != "person" or not number.isdigit():
        return None
    # for the pages of the ledger, whose readers may know who acted
    with house_rows():
        return Person.objects.filter(pk=int(number)).values_list("display_name", flat=True).first()
