"""Posts, holders and visits: whose page it is and what is new on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tamdao.core.people.models import Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.core.people.queries import Since, find_post, find_since, holders, list_posts
from tamdao.core.people.services import SAME_VISIT, note_visit
from tamdao.core.units.models import Level, Unit

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    level = Level.objects.create(code="province", depth=1, name_vi="Cấp tỉnh", name_en="Province")
    return Unit.objects.create(id="25@2025-07-01", level=level, first_date=date(2025, 7, 1))


@pytest.fixture
def person() -> Person:
    return Person.objects.create_person(username="a", display_name="Người A (thử)")


def hold(person: Person, role: Role, unit: Unit, *, until: date | None = None) -> None:
    RoleHolding.objects.create(
        person=person, role=role, unit=unit, from_date=date(2025, 7, 1), end_date=until
    )


def test_the_deciding_post_comes_first_and_ended_ones_are_gone(person: Person, unit: Unit) -> None:
    hold(person, Role.OFFICER, unit)
    hold(person, Role.LEADER, unit)
    hold(person, Role.ADMIN, unit, until=DAY)
    assert [post.role for post in list_posts(person=person, at=DAY)] == [Role.LEADER, Role.OFFICER]
    assert find_post(person=person, at=DAY) == list_posts(person=person, at=DAY)[0]
    chosen = find_post(person=person, at=DAY, key="officer:25@2025-07-01")
    assert chosen is not None
    assert chosen.role == Role.OFFICER
    assert find_post(person=person, at=date(2020, 1, 1)) is None


def test_holders_are_the_newest_active_ones(person: Person, unit: Unit) -> None:
    hold(person, Role.DIRECTOR, unit)
    assert holders(role=Role.DIRECTOR, unit_ids={unit.pk}, at=DAY) == {unit.pk: "Người A (thử)"}
    person.is_active = False
    person.save()
    assert holders(role=Role.DIRECTOR, unit_ids={unit.pk}, at=DAY) == {}


def test_a_reload_is_the_same_visit_and_a_later_opening_a_new_one(person: Person) -> None:
    assert note_visit(person=person, page="home", change=5, at=NOW) == Since(None, None)
    assert note_visit(person=person, page="home", change=9, at=NOW + timedelta(minutes=5)) == Since(
        None, None
    )
    later = NOW + SAME_VISIT
    assert note_visit(person=person, page="home", change=9, at=later) == Since(5, NOW)
    assert find_since(person=person, page="home") == Since(5, NOW)
    assert find_since(person=person, page="other") == Since(None, None)


def test_switching_the_post_stays_in_the_house(client: Client, person: Person, unit: Unit) -> None:
    hold(person, Role.LEADER, unit)
    client.force_login(person)
    assert client.get(reverse("switch_role")).status_code == 405
    away = client.post(
        reverse("switch_role"), {"post": "leader:25@2025-07-01", "next": "//elsewhere.example"}
    )
    assert away.headers["Location"] == "/"
    assert client.session["post"] == "leader:25@2025-07-01"
