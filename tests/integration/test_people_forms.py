"""Forms about people, filled in as a clerk would: names instead of ids, days as offices write them, every fault at once
and beside its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tamdao.core.people import demo
from tamdao.core.people.models import Group, Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.core.units import api as units
from tamdao.core.units.models import UnitEvent, UnitLink
from tests.integration.permissions.world import MERGED, OTHER, PROVINCE, TODAY, World, build

NEW = {
    "username": "vanthu", "display_name": "Văn thư", "role": "officer", "unit": PROVINCE, "capacity": "",
    "from_date": "22/11/2026", "end_date": "", "reason": "Phân công",
}  # fmt: skip


@pytest.fixture
def world(db: None, hold_today: Callable[[date], Any]) -> World:
    hold_today(TODAY)
    return build()


@pytest.fixture
def provinces(demo_db: None, hold_today: Callable[[date], Any]) -> Client:
    """The system administrator of the demo instance, on the real map."""
    hold_today(TODAY)
    demo.prepare(passwords={one.username: "mật khẩu thử đủ dài" for one in demo.ACCOUNTS})
    client = Client()
    client.force_login(Person.objects.get(username="quantri"))
    return client


def faults(page: str) -> dict[str, str]:
    """Field → what is said under it."""
    found = re.findall(r'<div id="id_(\w+)_error">(.*?)</div>', page, re.DOTALL)
    return {name: unescape(re.sub(r"<[^>]+>", "", text)).strip() for name, text in found}


def sent(client: Client, address: str, values: dict[str, Any], status: int) -> str:
    response = client.post(address, values)
    assert response.status_code == status, response.status_code
    return response.content.decode()


# --- everything at once -------------------------------------------------------------------------------------------


def test_all_faults_of_a_new_person_are_told_at_once_beside_their_fields(world: World) -> None:
    client = world.client("admin")
    empty = faults(sent(client, "/people/new/", {"reason": ""}, 422))
    assert empty["username"] == "Chưa điền: tên đăng nhập."
    assert empty["role"] == "Chưa chọn: vai trò."
    assert set(empty) == {"username", "display_name", "role", "unit", "from_date", "reason"}
    wrong = NEW | {
        "username": "Văn Thư", "unit": "Nơi Không Có", "from_date": "01/02/2026", "end_date": "01/01/2026", "reason": " ",
    }  # fmt: skip
    page = sent(client, "/people/new/", wrong, 422)
    told = faults(page)
    assert "Chỉ dùng chữ thường không dấu" in told["username"]
    assert "Ngày 22/11/2026 không có đơn vị “Nơi Không Có”" in told["unit"]
    assert "từ 22/11/2026 trở đi" in told["from_date"]
    assert told["end_date"] == "Ngày kết thúc phải sau ngày bắt đầu."
    assert told["reason"] == "Chưa điền: lý do."
    assert "5 chỗ cần sửa" in page
    assert 'value="01/02/2026"' in page  # as it was typed
    assert not Person.objects.filter(display_name="Văn thư").exists()


def test_a_delegation_is_checked_as_a_whole_before_it_is_sent_on(world: World) -> None:
    leader = world.actor("leader")
    address = f"/people/posts/{leader.holdings.get().pk}/delegate/"
    values = {"receiver": "khong.co", "capacity": "TUQ", "from_date": "2026-11-22", "end_date": "31/02/2027"}
    told = faults(sent(world.client("leader"), address, values, 422))
    assert "Không có “khong.co”" in told["receiver"]
    assert "không phải là một ngày" in told["end_date"]
    assert set(told) == {"receiver", "end_date", "reason"}
    values |= {"end_date": "31/12/2026"}
    told = faults(sent(world.client("leader"), address, values, 422))
    assert told["document"] == "Thừa ủy quyền phải có thời hạn và văn bản ủy quyền."


@pytest.mark.parametrize(
    ("address", "values", "field", "sentence"),
    [
        ("/people/new/", NEW | {"username": "dich.u"}, "username", "đã có người dùng"),
        (
            "/people/groups/new/",
            {"name": "Tổ u", "unit": PROVINCE, "reason": "x"},
            "name",
            "Đã có tổ công tác",
        ),
    ],
)
def test_what_exists_already_is_said_beside_its_field(
    world: World, address: str, values: dict[str, Any], field: str, sentence: str
) -> None:
    assert sentence in faults(sent(world.client("admin"), address, values, 409))[field]


def test_nobody_becomes_a_member_twice_and_nothing_ends_in_the_past(world: World) -> None:
    client = world.client("admin")
    group = Group.objects.get(name="Tổ u")
    twice = {"receiver": group.members.get().person.username, "reason": "x"}
    told = faults(sent(client, f"/people/groups/{group.pk}/", twice, 409))
    assert told == {"receiver": "Người này đã là thành viên."}
    post = world.objects["post"]["u"]
    told = faults(sent(client, f"/people/posts/{post}/end/", {"on": "01/01/2026", "reason": ""}, 422))
    assert told["on"] == "Không kết thúc lùi ngày: từ 22/11/2026 trở đi."
    assert set(told) == {"on", "reason"}


# --- units and people by their names ------------------------------------------------------------------------------


def test_units_of_one_name_are_told_apart_by_the_unit_above_them(demo_db: None) -> None:
    for text in ("Xã Tân Lập, tỉnh Lâm Đồng", "xa tan lap, lam dong", "Tân Lập , 68"):
        assert units.get_unit(text, on=TODAY).id == "23134@2025-07-01", text
    assert units.find_units("Xã Tân Lập, tỉnh Cà Mau", on=TODAY) == []
    assert units.find_units(", Lâm Đồng", on=TODAY) == []
    # in the old times the province stood two levels above the commune
    assert len(units.find_units("Xã Tân Lập, Bắc Kạn")) >= 1


def test_a_name_borne_by_several_units_is_answered_with_full_names(provinces: Client) -> None:
    told = faults(sent(provinces, "/people/new/", NEW | {"unit": "Phú Thọ"}, 422))["unit"]
    assert told.startswith("Có 4 đơn vị tên “Phú Thọ”: Tỉnh Phú Thọ; ")
    assert "@" not in told
    told = faults(sent(provinces, "/people/new/", NEW | {"unit": "Tân Lập"}, 422))["unit"]
    assert "Xã Tân Lập, tỉnh Lâm Đồng" in told
    told = faults(sent(provinces, "/people/new/", NEW | {"unit": "Tinh Phu Tho Moi"}, 422))["unit"]
    assert "Có phải:" in told
    assert "@" not in told
    assert "@" not in provinces.get("/people/?unit=Tân Lập").content.decode().split('class="message')[1][:400]


def test_the_unit_one_may_choose_is_offered_by_name(provinces: Client) -> None:
    page = provinces.get("/people/new/").content.decode()
    assert 'list="id_unit_offered"' in page
    offered = page[page.index('<datalist id="id_unit_offered">') :]
    assert '<option value="Tỉnh Phú Thọ">25</option>' in offered
    below = Client()
    below.force_login(Person.objects.get(username="quantri.phutho"))
    page = below.get("/people/new/").content.decode()
    values = re.findall(r'<option value="([^"]+)">', page[page.index('<datalist id="id_unit_offered">') :])
    assert values[0] == "Tỉnh Phú Thọ"
    assert "Phường Việt Trì, tỉnh Phú Thọ" in values
    assert not any("Hưng Yên" in value for value in values)
    made = below.post("/people/new/", NEW | {"unit": "Phường Việt Trì, tỉnh Phú Thọ"}, follow=True)
    assert "Công chức, phường Việt Trì" in made.content.decode()


def test_a_person_is_named_by_name_or_user_name(world: World) -> None:
    client = world.client("admin")
    group = Group.objects.get(name="Tổ u")
    address = f"/people/groups/{group.pk}/"
    offered = client.get(address).content.decode()
    assert '<option value="dich.f">Đích f của phép thử</option>' in offered
    sent(client, address, {"receiver": "đích f của phép thử", "reason": "Phân công"}, 302)
    assert group.members.filter(person__username="dich.f").exists()
    Person.objects.create_person(username="dich.f2", display_name="Đích f của phép thử")
    told = faults(sent(client, address, {"receiver": "Đích f của phép thử", "reason": "x"}, 422))["receiver"]
    assert "Có 2 người tên" in told
    assert "dich.f, dich.f2" in told


# --- where a post goes on -----------------------------------------------------------------------------------------


def test_a_single_heir_is_proposed_and_nowhere_must_be_chosen(world: World) -> None:
    client, post = world.client("admin"), world.objects["rehoming"]["u"]
    page = client.get(f"/people/rehomings/{post}/").content.decode()
    assert re.findall(r'<option value="([^"]*)"', page[page.index('name="unit"') :])[:2] == [PROVINCE, "-"]
    sent(client, f"/people/rehomings/{post}/", {"unit": "-", "reason": "Không còn việc"}, 302)
    assert RoleHolding.objects.get(pk=post).rehoming.to_holding is None


def test_among_several_heirs_nobody_chooses_by_forgetting_to(world: World) -> None:
    post = RoleHolding.objects.get(pk=world.objects["rehoming"]["u"])
    event = UnitEvent.objects.create(code="chia", date=MERGED, kind="split", legal_act="unknown")
    UnitLink.objects.create(event=event, from_unit=post.unit, to_unit_id=OTHER, share="0.5", share_source="x")
    units.forget()
    client = world.client("admin")
    address = f"/people/rehomings/{post.pk}/"
    assert re.search(r'<option value=""[^>]*>Chọn một<', client.get(address).content.decode())
    assert faults(sent(client, address, {"unit": "", "reason": "x"}, 422)) == {
        "unit": "Chưa chọn: chuyển đến."
    }
    sent(client, address, {"unit": OTHER, "reason": "Theo người"}, 302)
    assert post.person.holdings.filter(unit_id=OTHER).exists()


# --- what is said afterwards --------------------------------------------------------------------------------------


def test_the_history_names_people_not_numbers(world: World) -> None:
    client = world.client("admin")
    target = Person.objects.get(username="dich.u")
    granted = {
        "role": "analyst",
        "unit": PROVINCE,
        "capacity": "",
        "from_date": "22/11/2026",
        "reason": "Điều động",
    }
    page = client.post(f"/people/{target.pk}/grant/", granted, follow=True).content.decode()
    assert "Đã giao chức vụ: Chuyên viên tổng hợp, " in page
    page = client.get(f"/people/{target.pk}/history/").content.decode()
    assert "Tài khoản admin" in page
    assert "person:" not in page


def test_whoever_ends_the_last_post_is_led_where_there_is_something_to_see(world: World) -> None:
    target = Person.objects.create_person(username="sap.nghi", display_name="Người sắp nghỉ")
    post = RoleHolding.objects.create(
        person=target, role=Role.OFFICER, unit_id=PROVINCE, from_date=date(2026, 1, 1)
    )
    values = {"on": "22/11/2026", "reason": "Nghỉ hưu"}
    ended = world.client("unit_admin").post(f"/people/posts/{post.pk}/end/", values)
    assert ended.headers["Location"] == "/people/"
    post = RoleHolding.objects.create(
        person=target, role=Role.ANALYST, unit_id=PROVINCE, from_date=date(2026, 1, 1)
    )
    ended = world.client("admin").post(f"/people/posts/{post.pk}/end/", values)
    assert ended.headers["Location"] == f"/people/{target.pk}/"
