"""Who gets through a route: the public, a person with a role, a program with a key."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from tamdao.core.people import access, api_clients
from tamdao.core.people.models import Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.core.units.models import Level, Unit
from tamdao.kit.errors import Forbidden
from tamdao.kit.web.routes import Contract, contract_of, operation, route

TODAY = date(2026, 11, 22)
pytestmark = pytest.mark.django_db


@pytest.fixture
def today(hold_today: Any) -> datetime:
    moment: datetime = hold_today(TODAY)
    return moment


@pytest.fixture
def person() -> Person:
    return Person.objects.create_person(username="thu", display_name="Quản trị (tài khoản thử)", password="x")


@pytest.fixture
def unit() -> Unit:
    level = Level.objects.create(code="country", depth=0, name_vi="Quốc gia", name_en="Country")
    return Unit.objects.create(id="VN@2020-01-01", level=level, first_date=date(2020, 1, 1))


def hold(person: Person, unit: Unit, *, start: date, end: date | None = None) -> None:
    RoleHolding.objects.create(person=person, role=Role.ADMIN, unit=unit, from_date=start, end_date=end)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


GUARDED = route("x/", page, name="x", resource="styleguide", action="view")


def ask(actor: Any) -> HttpResponse:
    request = RequestFactory().get("/x/?a=1")
    request.user = actor
    response = GUARDED.callback(request)
    assert isinstance(response, HttpResponse)
    return response


def test_route_carries_its_contract() -> None:
    assert contract_of(GUARDED) == Contract("styleguide", "view")


def test_public_reader_is_asked_to_sign_in() -> None:
    response = ask(AnonymousUser())
    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/login/?next=/x/%3Fa%3D1"


def test_person_without_the_role_is_refused(today: datetime, person: Person) -> None:
    with pytest.raises(PermissionDenied):
        ask(person)


def test_person_with_the_role_enters(today: datetime, person: Person, unit: Unit) -> None:
    hold(person, unit, start=TODAY)
    assert ask(person).content == b"inside"


@pytest.mark.parametrize(
    ("start", "end", "may"),
    [
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (TODAY - timedelta(days=9), TODAY, False),
        (TODAY - timedelta(days=9), TODAY + timedelta(days=1), True),
    ],
)
def test_role_counts_from_its_first_to_before_its_last_day(
    today: datetime, person: Person, unit: Unit, start: date, end: date | None, *, may: bool
) -> None:
    hold(person, unit, start=start, end=end)
    assert access.can(person, "styleguide", "view") is may


def test_account_that_was_switched_off_holds_nothing(today: datetime, person: Person, unit: Unit) -> None:
    hold(person, unit, start=TODAY)
    person.is_active = False
    assert not access.can(person, "styleguide", "view")


def test_nobody_is_the_public() -> None:
    assert access.can(None, "figure", "view")
    assert not access.can(None, "styleguide", "view")


def test_unknown_pair_is_refused_to_everybody(today: datetime, person: Person, unit: Unit) -> None:
    hold(person, unit, start=TODAY)
    assert not access.can(person, "styleguide", "destroy")
    assert not access.can(person, "nothing", "view")


@operation("styleguide", "view")
def answer(request: HttpRequest) -> str:
    return "inside"


def test_key_acts_with_its_role(today: datetime) -> None:
    client, _ = api_clients.create(name="kho", role=Role.ADMIN, at=today)
    request = RequestFactory().get("/api/v1/x")
    request.user = AnonymousUser()
    with pytest.raises(Forbidden):
        answer(request)
    request.api_client = client  # type: ignore[attr-defined]  # as config.api sets it
    assert answer(request) == "inside"
    client.revoked_at = today
    with pytest.raises(Forbidden):
        answer(request)


def test_wrong_key_is_refused_and_a_good_one_is_not(client: Client) -> None:
    _, key = api_clients.create(name="kho", role=Role.PUBLIC, at=timezone.now())
    refused = client.get("/api/v1/units/", headers={"authorization": "Bearer td_wrong"})
    assert refused.status_code == 401
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    good = client.get("/api/v1/units/", headers={"authorization": f"Bearer {key}"})
    assert good.status_code != 401


def test_health_answers_everybody(client: Client) -> None:
    response = client.get("/health/")
    assert (response.status_code, response.content) == (200, b"ok\n")
    # the first one writes, those that follow within seconds only read
    asked = re.search(r"(\d+) queries", client.get("/health/").headers["Server-Timing"])
    assert asked is not None
    assert int(asked[1]) <= 2


def test_pages_carry_the_protective_headers(client: Client) -> None:
    headers = client.get("/health/").headers
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_openapi_document_is_served(client: Client) -> None:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.json()["info"]["title"] == "Tam Đảo"
