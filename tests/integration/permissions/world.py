"""A small province for the permission tests: units, one actor per column of `expected`, one object per relation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from tamdao.core.people.models import Delegation, Group, GroupMember, Person, RoleHolding
from tamdao.core.people.policy import Capacity, Role
from tamdao.core.units.models import Level, Unit, UnitEvent, UnitLink, UnitVersion
from tamdao.kit.text import fold

COUNTRY, PROVINCE, COMMUNE = "VN@2020-01-01", "25@2025-07-01", "25001@2025-07-01"
FOREIGN, OTHER, ELSEWHERE = "33@2025-07-01", "86@2025-07-01", "01@2025-07-01"
MERGED = date(2025, 7, 1)
TODAY = date(2026, 11, 22)
NOW = datetime.combine(TODAY, time(9), tzinfo=timezone.get_default_timezone())
# the unit an object of each relation belongs to
UNIT_OF = {"u": PROVINCE, "c": COMMUNE, "g": OTHER, "f": FOREIGN}
RELATIONS = "oucgf"

# actor → (role, unit); citizens hold nothing
POSTS: dict[str, tuple[Role, str]] = {
    "officer": (Role.OFFICER, PROVINCE),
    "elsewhere": (Role.OFFICER, ELSEWHERE),
    "director": (Role.DIRECTOR, PROVINCE),
    "analyst": (Role.ANALYST, PROVINCE),
    "leader": (Role.LEADER, PROVINCE),
    "auditor": (Role.AUDITOR, PROVINCE),
    "unit_admin": (Role.UNIT_ADMIN, PROVINCE),
    "admin": (Role.ADMIN, COUNTRY),
}
ACTORS = (
    "anonymous", "citizen", "other_citizen", *POSTS, "borrower", "former", "switched_off", "key",
)  # fmt: skip


def make_unit(unit_id: str, level: str, name: str, *, parent: str | None, end: date | None = None) -> None:
    """A unit with one version."""
    code, _, first = unit_id.partition("@")
    day = date.fromisoformat(first)
    Unit.objects.create(id=unit_id, level_id=level, first_date=day, end_date=end)
    UnitVersion.objects.create(
        unit_id=unit_id, from_date=day, end_date=end, code=code, name_vi=name, type_vi="", parent_id=parent,
        folded=fold(name),
    )  # fmt: skip


def make_units() -> None:
    """A country, four provinces, a commune; and one unit that was merged into each of the ones with objects."""
    for depth, code in enumerate(("country", "province", "commune")):
        Level.objects.create(code=code, depth=depth, name_vi=code, name_en=code)
    make_unit(COUNTRY, "country", "Việt Nam", parent=None)
    for unit, name in ((PROVINCE, "Đất Tổ"), (FOREIGN, "Xứ Nhãn"), (OTHER, "Xứ Dừa"), (ELSEWHERE, "Thủ Đô")):
        make_unit(unit, "province", name, parent=COUNTRY)
    make_unit(COMMUNE, "commune", "Xã Dưới", parent=PROVINCE)
    event = UnitEvent.objects.create(code="nhap", date=MERGED, kind="merge", legal_act="unknown")
    for unit in UNIT_OF.values():
        old = f"cu-{unit.partition('@')[0]}@2020-01-01"
        make_unit(old, "province", f"Cũ {unit}", parent=COUNTRY, end=MERGED)
        UnitLink.objects.create(event=event, from_unit_id=old, to_unit_id=unit, share="1")


@dataclass
class World:
    """Everybody and everything; `objects[resource][relation]` is a primary key, `own` per actor."""

    people: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    objects: dict[str, dict[str, int]] = field(default_factory=dict)
    own: dict[str, dict[str, int]] = field(default_factory=dict)

    def actor(self, name: str) -> Any:
        """The actor anew from the database: nothing is remembered between questions."""
        found = self.people[name]
        return Person.objects.get(pk=found.pk) if isinstance(found, Person) else found

    def find(self, resource: str, relation: str, actor: str) -> int | None:
        """The object of a relation to an actor; None where there is none (the anonymous own nothing)."""
        if relation == "o":
            return self.own[actor].get(resource)
        return self.objects[resource].get(relation)

    def client(self, name: str) -> Client:
        """A browser, or a program with its key."""
        if name == "key":
            return Client(headers={"authorization": f"Bearer {self.key}"})
        client = Client()
        if isinstance(self.people[name], Person):
            client.force_login(self.people[name])
        return client


def person(username: str, display_name: str = "") -> Person:
    """Somebody."""
    return Person.objects.create_person(username=username, display_name=display_name or username)


def hold(who: Person, role: Role, unit: str, *, start: date = MERGED, end: date | None = None) -> RoleHolding:
    """A post."""
    return RoleHolding.objects.create(
        person=who, role=role.value, unit_id=unit, from_date=start, end_date=end
    )


def lend(post: RoleHolding, receiver: Person) -> Delegation:
    """All of a post, for a month."""
    return Delegation.objects.create(
        holding=post,
        receiver=receiver,
        capacity=Capacity.TUQ.value,
        from_date=TODAY - timedelta(days=1),
        end_date=TODAY + timedelta(days=30),
        document="Giấy số 1",
        reason="Đi vắng",
        given_by="test",
        given_at=NOW,
    )


def build() -> World:
    """Everything, on a fresh database. The clock stands at `TODAY`."""
    from tamdao.core.people import api_clients

    make_units()
    world = World(
        objects={name: {} for name in ("person", "post", "delegation", "rehoming", "group", "member")}
    )
    targets = {relation: person(f"dich.{relation}", f"Đích {relation} của phép thử") for relation in UNIT_OF}
    stranger = person("nguoi.nhan", "Người nhận")
    lender: RoleHolding | None = None
    for relation, unit in UNIT_OF.items():
        target = targets[relation]
        post = hold(target, Role.OFFICER, unit)
        mover = person(f"cu.{relation}", f"Người cũ {relation}")
        old = hold(mover, Role.OFFICER, f"cu-{unit.partition('@')[0]}@2020-01-01", start=date(2021, 1, 1))
        world.objects["person"][relation] = target.pk
        world.objects["post"][relation] = post.pk
        world.objects["delegation"][relation] = lend(post, stranger).pk
        world.objects["rehoming"][relation] = old.pk
        lender = post if relation == "f" else lender
    assert lender is not None
    group = Group.objects.create(name="Tổ công tác", unit_id=OTHER)
    GroupMember.objects.create(group=group, person=targets["g"], from_date=MERGED)
    # the foreign one left this group, and belongs to another in which nobody else is
    GroupMember.objects.create(group=group, person=targets["f"], from_date=MERGED, end_date=TODAY)
    alone = Group.objects.create(name="Tổ khác", unit_id=FOREIGN)
    GroupMember.objects.create(group=alone, person=targets["f"], from_date=MERGED)
    for relation, unit in UNIT_OF.items():
        kept = {"g": group, "f": alone}.get(relation) or Group.objects.create(
            name=f"Tổ {relation}", unit_id=unit
        )
        joined = person(f"to.{relation}", f"Tổ viên {relation}")
        world.objects["group"][relation] = kept.pk
        world.objects["member"][relation] = GroupMember.objects.create(
            group=kept, person=joined, from_date=MERGED
        ).pk
    for name in ACTORS:
        world.own[name] = {}
        if name == "anonymous":
            world.people[name] = AnonymousUser()
        elif name == "key":
            world.people[name], world.key = api_clients.create(name="kho", role=Role.PUBLIC, at=NOW)
        else:
            world.people[name] = _actor(world, name, lender, group)
    return world


def _actor(world: World, name: str, lender: RoleHolding, group: Group) -> Person:
    who = person(f"ta.{name}", f"Tài khoản {name}")
    own = world.own[name]
    own["person"] = who.pk
    GroupMember.objects.create(group=group, person=who, from_date=MERGED)
    if name in POSTS:
        own["post"] = hold(who, *POSTS[name]).pk
    if name == "other_citizen":
        # an administrator once, of a unit that is gone
        hold(who, Role.ADMIN, f"cu-{PROVINCE.partition('@')[0]}@2020-01-01", start=date(2021, 1, 1))
    if name == "borrower":
        leader = hold(person("lanhdao.vang"), Role.LEADER, PROVINCE)
        own["delegation"] = lend(leader, who).pk
    elif name == "former":
        own["post"] = hold(who, Role.ADMIN, COUNTRY, end=TODAY).pk
        own["delegation"] = lend(lender, who).pk
        Delegation.objects.filter(pk=own["delegation"]).update(end_date=TODAY)
    else:
        own["delegation"] = lend(lender, who).pk
        # what was lent here opens nothing: an officer's office, limited to reading nothing of people
        Delegation.objects.filter(pk=own["delegation"]).update(pairs="own_home.view")
    if name == "switched_off":
        hold(who, Role.ADMIN, COUNTRY)
        Person.objects.filter(pk=who.pk).update(is_active=False)
    return who
