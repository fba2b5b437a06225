"""What no service about people may do: leave the house without an administrator, or go round the units by a group."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tamdao.core.people import access, queries
from tamdao.core.people.models import Person, RehomingDecision, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.core.people.services import groups, persons, posts, rehoming
from tamdao.core.units.models import Unit
from tests.integration.people_acts import HOUSE, MONTH, grant, lend, post_of, refused, target
from tests.integration.permissions.world import (
    COUNTRY,
    FOREIGN,
    NOW,
    PROVINCE,
    TODAY,
    World,
    build,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(hold_today: Callable[[date], Any]) -> World:
    hold_today(TODAY)
    return build()


def test_another_administrator_lets_one_go(world: World) -> None:
    admin = post_of(world, "admin")
    refused("people.last_admin", lambda: posts.end(holding=admin, by=HOUSE, at=NOW, reason="thử"))
    refused(
        "people.last_admin", lambda: persons.switch_off(person=admin.person, by=HOUSE, at=NOW, reason="thử")
    )
    grant(target(world), Role.ADMIN, COUNTRY)
    assert posts.end(holding=admin, by=HOUSE, at=NOW, reason="thử").end_date == TODAY


def leave(world: World, *, on: date | None = None) -> RoleHolding:
    """The administrator of the world goes."""
    return posts.end(holding=post_of(world, "admin"), on=on, by=HOUSE, at=NOW, reason="thử")


def test_the_last_administrator_does_not_go_later_either(world: World) -> None:
    error = refused("people.last_admin", lambda: leave(world, on=MONTH))
    assert "22/12/2026" in error.message.vi


@pytest.mark.parametrize(
    ("period", "on", "stays"),
    [
        ({"end_date": MONTH}, None, True),  # the other one goes too, in a month
        ({"end_date": MONTH}, MONTH - timedelta(days=1), True),
        ({"from_date": MONTH}, None, True),  # the other one comes in a month
        ({"from_date": MONTH}, MONTH - timedelta(days=1), True),
        ({"from_date": MONTH}, MONTH, False),
        ({}, MONTH, False),
    ],
)
def test_there_is_an_administrator_on_every_day_to_come(
    world: World, period: dict[str, Any], on: date | None, stays: bool
) -> None:
    grant(target(world), Role.ADMIN, COUNTRY, **period)
    if stays:
        refused("people.last_admin", lambda: leave(world, on=on))
    else:
        assert leave(world, on=on).end_date == (on or TODAY)


def test_a_successor_who_has_not_begun_is_not_lost(world: World) -> None:
    """The administrator goes in a month, and the one who comes then is neither withdrawn nor switched off."""
    who = target(world)
    to_come = grant(who, Role.ADMIN, COUNTRY, from_date=MONTH)
    leave(world, on=MONTH)
    refused("people.last_admin", lambda: posts.end(holding=to_come, by=HOUSE, at=NOW, reason="thử"))
    refused("people.last_admin", lambda: persons.switch_off(person=who, by=HOUSE, at=NOW, reason="thử"))
    refused(
        "people.role_not_yours_to_give",
        lambda: persons.switch_off(person=who, by=world.actor("unit_admin"), at=NOW, reason="thử"),
    )


def test_an_administrator_whose_unit_closes_is_none_from_then_on(world: World) -> None:
    Unit.objects.filter(pk=FOREIGN).update(end_date=MONTH)
    grant(target(world), Role.ADMIN, FOREIGN)
    refused("people.last_admin", lambda: leave(world))


def test_a_post_of_those_who_check_is_not_ended_by_a_unit_administrator(world: World) -> None:
    """Nowhere is a decision too: who could not have given the post can't let it lapse."""
    waiting = RoleHolding.objects.get(pk=world.objects["rehoming"]["u"])
    RoleHolding.objects.filter(pk=waiting.pk).update(role=Role.AUDITOR.value)

    def decide(by: Any) -> RehomingDecision:
        return rehoming.decide(holding=waiting, to_unit_id=None, by=by, at=NOW, reason="sáp nhập")

    refused("people.role_not_yours_to_give", lambda: decide(world.actor("unit_admin")))
    assert decide(world.actor("admin")).to_holding is None


def test_a_post_that_has_ended_anyway_waits_for_nobody(world: World) -> None:
    waiting = RoleHolding.objects.filter(pk=world.objects["rehoming"]["u"])
    closed = waiting.get().unit.end_date
    assert closed is not None
    for end, waits in (
        (closed, False),
        (closed + timedelta(days=1), False),
        (TODAY, False),
        (TODAY + timedelta(days=1), True),
        (None, True),
    ):
        waiting.update(end_date=end)
        assert queries.waiting_rehomings(at=TODAY).filter(pk=waiting.get().pk).exists() is waits, end
    # withdrawn before it began, on a day to come
    waiting.update(from_date=MONTH, end_date=MONTH)
    assert not queries.waiting_rehomings(at=TODAY).filter(pk=waiting.get().pk).exists()


def test_a_fellow_member_is_seen_and_nothing_more(world: World) -> None:
    """A working group is no way round the units: its members are given no post, no delegation, no other group."""
    fellow = target(world, "g")
    admin, leader = world.actor("unit_admin"), post_of(world, "leader")
    for actor in (admin, leader.person):
        assert access.visible(actor, Person.objects.filter(pk=fellow.pk), "person", "view").exists()
    refused("not_found", lambda: grant(fellow, by=admin))
    refused("not_found", lambda: lend(world, fellow))
    kept = groups.form(name="Tổ mới", unit_id=PROVINCE, by=admin, at=NOW, reason="lập")
    refused("not_found", lambda: groups.add_member(group=kept, person=fellow, by=admin, at=NOW, reason="thử"))
    browser = world.client("unit_admin")
    assert f"/people/{fellow.pk}/grant/" not in browser.get(f"/people/{fellow.pk}/").content.decode()
    assert browser.get(f"/people/{fellow.pk}/grant/").status_code == 404
    values = {"role": "analyst", "unit": PROVINCE, "from_date": TODAY.isoformat(), "reason": "thử"}
    sent = browser.post(f"/api/v1/people/{fellow.pk}/posts", values, content_type="application/json")
    assert sent.status_code in {403, 404}


def test_what_is_lent_is_shown_to_those_it_concerns_and_those_who_may_read_histories(world: World) -> None:
    lend(world, target(world))
    address = f"/people/{target(world).pk}/"
    shown = {
        actor: "TUQ." in world.client(actor).get(address).content.decode()
        for actor in ("officer", "leader", "unit_admin", "auditor", "admin")
    }
    assert shown == {
        "officer": False, "leader": False, "unit_admin": True, "auditor": True, "admin": True,
    }  # fmt: skip
    own = Client()
    own.force_login(target(world))
    assert "TUQ." in own.get(address).content.decode()


def test_a_substitute_is_asked_for_with_its_own_fields(world: World) -> None:
    """Nothing that was sent is ignored in silence."""
    browser, post = world.client("leader"), post_of(world, "leader")
    sent = {"receiver": "dich.u", "from_date": TODAY.isoformat(), "reason": "đi họp"}

    def send(kind: str, **more: Any) -> Any:
        address = f"/api/v1/people/posts/{post.pk}/{kind}"
        token = {"X-CSRFToken": browser.get("/people/me/").cookies["csrftoken"].value}
        return browser.post(address, sent | more, content_type="application/json", headers=token)

    for field in (
        {"capacity": "KT"},
        {"pairs": ["person.view"]},
        {"document": "số 1"},
        {"end": "2027-01-01"},
    ):
        assert send("substitutes", **field).status_code == 422, field
        assert send("delegations", capacity="TL", other="x").status_code == 422
    assert send("delegations", capacity="KT").json()["code"] == "people.refused"
    assert send("substitutes").json()["capacity"] == "KT"
