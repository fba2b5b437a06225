"""The ledger's pages speak of people, units and posts by their names; codes, days and truth values in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tamdao.core.ledger import api, naming
from tamdao.core.ledger.acting import acting
from tamdao.core.ledger.history import Erased
from tamdao.core.people.models import Delegation, Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.core.units import api as units
from tests.integration.permissions.world import PROVINCE, TODAY, World, build
from tests.ledger import seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(hold_today: Any) -> World:
    hold_today(TODAY)
    made = build()
    units.forget()
    return made


def read(client: Client, kind: str, pk: object) -> str:
    return client.get(f"/ledger/{kind}/{pk}/").content.decode()


def test_a_post_is_told_by_person_role_and_unit(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    person = Person.objects.get(username="dich.u")
    with acting(by=f"person:{world.people['admin'].pk}", event="people.role.granted", reason="Điều động"):
        post = RoleHolding.objects.create(
            person=person, role=Role.ANALYST, unit_id=PROVINCE, from_date=date(2026, 11, 22), granted_by=f"person:{person.pk}"
        )  # fmt: skip
    page = read(world.client("admin"), "people.RoleHolding", post.pk)
    assert "Vai trò được giao: Đích u của phép thử, Chuyên viên tổng hợp, Đất Tổ" in page
    for told in ("22/11/2026", "Đất Tổ", "Chuyên viên tổng hợp", "Tài khoản admin", "Điều động"):
        assert told in page, told
    for code in ("analyst", PROVINCE, "2026-11-22", "person:"):
        assert f"<td>{code}" not in page
        assert f">{code}</td>" not in page, code
    seal(django_capture_on_commit_callbacks)
    for query in ("dich u dat to", f"{post.pk} chuyen vien", "DIEU DONG"):
        found = world.client("admin").get(reverse("ledger"), {"q": query}).content.decode()
        assert f"/ledger/people_roleholding/{post.pk}/" in found, query
        assert "Thêm mới vai trò được giao: Đích u của phép thử" in found


def test_what_was_lent_is_told_through_the_post(world: World) -> None:
    given = Delegation.objects.order_by("pk").first()
    assert given is not None
    names = naming.object_names({("people.Delegation", str(given.pk))})
    name = names["people.Delegation", str(given.pk)]
    assert name.vi.startswith(f"{given.receiver.display_name}, {given.holding.person.display_name}, ")
    page = read(world.client("admin"), "people.Delegation", given.pk)
    assert "TUQ. (thừa ủy quyền)" in page


def test_an_account_is_told_without_copies_and_numbers(world: World) -> None:
    person = Person.objects.get(username="dich.u")
    page = read(world.client("admin"), "people.Person", person.pk)
    assert "<h1>Tài khoản: Đích u của phép thử</h1>" in page
    assert f"Số trong hệ thống: {person.pk}" in page
    assert "chữ để tìm kiếm" not in page
    assert 'data-name="Sau">có<' in page
    assert 'data-name="Sau">không<' in page


def test_what_is_gone_or_unreadable_is_told_by_its_number(world: World) -> None:
    person = Person.objects.create_person(username="tam", display_name="Tạm")
    key = str(person.pk)
    person.delete()
    page = read(world.client("admin"), "people.Person", key)
    assert f"<h1>Tài khoản {key}</h1>" in page
    assert naming.object_names({("people.Person", "x12"), ("files.FileBlob", "a" * 64)}) == {}


def test_values_that_are_no_days_and_no_codes_stay_as_they_are() -> None:
    def told(label: str, column: str, value: Any) -> str:
        return naming.told(label, column, value, {}).vi

    assert told("people.RoleHolding", "from_date", "2026-02-31") == "2026-02-31"
    assert told("people.RoleHolding", "from_date", date(2026, 2, 1)) == "01/02/2026"
    assert told("people.RoleHolding", "granted_at", "2026-02-01 17:30:00") == "02/02/2026 00:30"
    assert told("people.RoleHolding", "granted_at", "bao giờ") == "bao giờ"
    assert told("people.RoleHolding", "role", "gác cổng") == "gác cổng"
    assert told("people.RoleHolding", "unit_id", "99@2020-01-01") == "99@2020-01-01"
    assert told("people.RoleHolding", "end_date", None) == "—"
    assert told("people.RoleHolding", "no_such_column", 7) == "7"
    assert told("people.Person", "username", Erased()) == "(đã xóa)"
    assert (
        told("people.Delegation", "pairs", "person.view matters.view")
        == "xem người dùng; xem việc cần quyết định"
    )
    assert told("accounts.SignIn", "outcome", "half") == "mật khẩu đúng, chờ lớp thứ hai"
    assert told("accounts.SignIn", "outcome", "x") == "x"
    assert told("accounts.SignIn", "method", "password+totp") == "mật khẩu, mã ứng dụng"
    assert told("facts.Observation", "kind", "official") == "chính thức"
    assert told("facts.Observation", "flow", "x") == "x"


def test_names_are_made_of_columns_that_exist() -> None:
    assert naming.check_named_by() == []


def test_the_ledger_speaks_english_too(world: World) -> None:
    client = world.client("admin")
    client.cookies["django_language"] = "en"
    page = read(client, "people.Person", Person.objects.get(username="dich.u").pk)
    assert "<h1>Account: Đích u của phép thử</h1>" in page
    assert client.get(reverse("ledger")).status_code == 200
    assert api.status(at=None).warnings[0].message.en.startswith("No second place")
