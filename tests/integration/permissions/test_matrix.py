"""The permission matrix: every route × method × actor × relation, against the specification in `expected`.

Made from the URL configuration: a new route without a contract, or whose pair has no row in `expected.TABLE`, fails.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse

from . import probes
from .expected import EXPECTED, OBJECTS
from .routes import NOWHERE, ask, every, operations, outcome, pages
from .world import ACTORS, RELATIONS, TODAY, World, build

pytestmark = pytest.mark.django_db
# the actors of the issue; the filter is asked for all of `ACTORS`, which costs no page
PEOPLE = (
    "anonymous", "citizen", "other_citizen", "officer", "elsewhere", "leader", "auditor", "unit_admin", "admin",
)  # fmt: skip


@pytest.fixture
def world(hold_today: Callable[[date], Any], caplog: pytest.LogCaptureFixture) -> World:
    hold_today(TODAY)
    # thousands of refusals are the point here; each would be written with its traceback
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return build()


def test_every_route_is_specified() -> None:
    lacking = sorted({route.pair for route in every()} - set(EXPECTED))
    assert not lacking, f"write a row in tests/integration/permissions/expected.py for {lacking}"


def test_every_route_with_a_key_of_people_is_tried_with_each_relation() -> None:
    ours = {"person", "post", "delegation", "substitute", "rehoming", "group"}
    wanted = {route.name for route in every() if route.arguments and route.pair.split(".")[0] in ours}
    assert wanted == set(OBJECTS)


@pytest.mark.parametrize("actor", ACTORS)
def test_doors_open_for_an_actor_exactly_as_specified(world: World, actor: str) -> None:
    """Every page by every method, every operation by its own. Behind an open door anything may follow but a refusal."""
    wrong = []
    username = getattr(world.people[actor], "username", "") or "ai.do"
    client = world.client(actor)
    client.raise_request_exception = False
    for route in (*pages(), *operations()):
        may = EXPECTED[route.pair][actor] != "-"
        public = EXPECTED[route.pair]["anonymous"] != "-"
        # what is open to the public is drawn once and not for everybody again
        methods = ("GET",) if public and actor != "anonymous" else route.methods
        for method in methods:
            if method not in route.methods or (route.name == "logout" and method == "POST"):
                continue
            key = NOWHERE if route.kind else None
            got = outcome(ask(client, route, method, key=key, body=probes.body_of(route, username)))
            if (got != "refused") is not may:
                wrong.append(f"{method} {route.name}: {got}, open: {may}")
    assert not wrong


@pytest.mark.parametrize("actor", PEOPLE)
def test_objects_open_by_their_relation(world: World, actor: str) -> None:
    assert list(probes.objects(world, (actor,))) == []


@pytest.mark.parametrize("actor", ACTORS)
def test_lists_searches_counts_and_exports_show_no_more(world: World, actor: str) -> None:
    assert list(probes.lists(world, (actor,))) == []


def test_the_filter_and_the_door_agree_with_the_specification(world: World) -> None:
    assert [*probes.doors(world), *probes.filters(world), *probes.explained(world)] == []


def test_what_must_be_refused_is_refused(world: World) -> None:
    assert list(probes.attempts(world)) == []


def _told(response: HttpResponse, address: str) -> tuple[int, str, dict[str, str]]:
    """What an outsider can tell: status, body and headers, without tokens and without the address asked for."""
    body = response.content.decode().replace(address, "ADDRESS")
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body)
    headers = {
        name: value.replace(address, "ADDRESS")
        for name, value in response.headers.items()
        if name not in {"Server-Timing", "Content-Length", "ETag"}
    }
    return response.status_code, body, headers


@pytest.mark.parametrize("actor", ["anonymous", "citizen", "officer", "unit_admin", "auditor"])
def test_absent_and_forbidden_look_the_same(world: World, actor: str) -> None:
    client = world.client(actor)
    compared = 0
    for route in every():
        if not route.kind:
            continue
        hidden = [
            key
            for relation in RELATIONS
            if not probes.opens(route.pair, actor, relation)
            and (key := world.find(route.kind, relation, actor)) is not None
        ]
        for key in hidden[:2]:
            for method in sorted({"GET", "POST"} & set(route.methods)):
                body = probes.body_of(route, "ai.do")
                there = _told(ask(client, route, method, key=key, body=body), route.url(key))
                nowhere = _told(ask(client, route, method, key=NOWHERE, body=body), route.url(NOWHERE))
                assert there == nowhere, f"{method} {route.name}"
                compared += 1
    assert compared > 5
