"""Two who change each other's rights at the same moment: one after the other, and nobody meets an error of the database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tamdao.core.people.models import Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.core.people.services import common, persons, posts
from tamdao.kit.errors import Forbidden
from tests.integration.permissions.world import COUNTRY, NOW, TODAY, hold, make_units, person
from tests.support import at_once

ROUNDS = 10
MONTH = TODAY + timedelta(days=30)


@pytest.fixture
def pair(committed_db: None, hold_today: Callable[[date], Any]) -> list[Person]:
    """Two system administrators, and a third who stays."""
    hold_today(TODAY)
    make_units()
    hold(person("quantri.ba"), Role.ADMIN, COUNTRY)
    return [person("quantri.mot"), person("quantri.hai")]


def slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are in the middle of it before either goes on, unless one waits for the other at the door."""
    met = threading.Barrier(2)
    real = common.check_not_last_admin

    def check(**what: Any) -> None:
        try:
            met.wait(0.3)
        except threading.BrokenBarrierError:
            met.reset()
        real(**what)

    monkeypatch.setattr(common, "check_not_last_admin", check)


@pytest.mark.parametrize("what", ["end", "switch_off"])
def test_two_administrators_who_end_each_other(
    pair: list[Person], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    slowed(monkeypatch)
    for _ in range(ROUNDS):
        RoleHolding.objects.filter(person__in=pair).delete()
        Person.objects.update(is_active=True)
        held = [hold(one, Role.ADMIN, COUNTRY) for one in pair]

        def act(by: Person, other: Person, post: RoleHolding) -> Any:
            if what == "end":
                return posts.end(holding=post, by=by, at=NOW, reason="thử")
            return persons.switch_off(person=other, by=by, at=NOW, reason="thử")

        found = at_once(
            lambda held=held: act(pair[0], pair[1], held[1]),  # type: ignore[misc]
            lambda held=held: act(pair[1], pair[0], held[0]),  # type: ignore[misc]
        )
        refused = [one for one in found if isinstance(one, Exception)]
        # whoever came second has no right any more, or (locked out) is nobody
        assert [getattr(error, "status", error) for error in refused] in ([403], [404]), found


def test_two_who_give_each_other_a_post(pair: list[Person]) -> None:
    """Each locks themselves and then the other."""
    for one in pair:
        hold(one, Role.ADMIN, COUNTRY)
    for number in range(ROUNDS):
        start = TODAY + timedelta(days=2 * number)
        given = {"role": Role.ANALYST, "unit_id": COUNTRY, "from_date": start, "at": NOW, "reason": "thử"}
        given["end_date"] = start + timedelta(days=1)
        found = at_once(
            lambda given=given: posts.grant(person=pair[1], by=pair[0], **given),  # type: ignore[misc]
            lambda given=given: posts.grant(person=pair[0], by=pair[1], **given),  # type: ignore[misc]
        )
        assert all(isinstance(one, RoleHolding) for one in found), found


def test_the_pages_answer_with_a_sentence(pair: list[Person]) -> None:
    """Whatever the order: a page of the house, never a crash and never "try again"."""
    held = [hold(one, Role.ADMIN, COUNTRY) for one in pair]
    clients = [Client(raise_request_exception=False) for _ in pair]
    for client, one in zip(clients, pair, strict=True):
        client.force_login(one)
    sent = {"on": TODAY.isoformat(), "reason": "thử"}
    answers = at_once(
        lambda: clients[0].post(f"/people/posts/{held[1].pk}/end/", sent),
        lambda: clients[1].post(f"/people/posts/{held[0].pk}/end/", sent),
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 302, answers
    assert codes[1] in {302, 403, 404}, answers
    assert RoleHolding.objects.filter(person__in=pair, end_date__isnull=True).count() == 1


@pytest.mark.django_db
def test_nobody_begins_a_change() -> None:
    with pytest.raises(Forbidden):
        posts.end(holding=RoleHolding(pk=1), by=None, at=NOW, reason="thử")
