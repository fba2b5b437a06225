"""Pages and commands about people: one's own posts, the list as files, a new person's first code, groups, the table."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook

from tamdao.core.people import demo, words
from tamdao.core.people.access import SystemActor
from tamdao.core.people.cli import people
from tamdao.core.people.models import Delegation, Group, GroupMember, Person
from tamdao.core.people.policy import Capacity, rules
from tamdao.core.people.services import delegations
from tamdao.core.people.web.views import table_parts
from tests.integration.permissions.world import ACTORS, COMMUNE, FOREIGN, NOW, PROVINCE, TODAY, World, build

HOUSE = SystemActor("system:test")
FOLDED = '<details class="card"'


@pytest.fixture
def world(db: None, hold_today: Callable[[date], Any]) -> World:
    hold_today(TODAY)
    return build()


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


# --- one's own posts ----------------------------------------------------------------------------------------------


def test_own_posts_open_for_every_kind_of_reader(world: World) -> None:
    for name in ACTORS:
        if name in {"anonymous", "key", "switched_off"}:
            continue
        page = read(world.client(name), "/people/me/")
        assert "TUQ." in page or name == "former", name


def test_own_posts_show_what_was_lent_in_both_directions(world: World) -> None:
    leader, analyst = world.actor("leader"), world.actor("analyst")
    post = leader.holdings.get()
    month = TODAY + timedelta(days=30)
    common = {
        "holding": post,
        "from_date": TODAY,
        "end_date": month,
        "by": leader,
        "at": NOW,
        "reason": "Đi vắng",
    }
    delegations.delegate(
        **common, receiver=analyst, capacity=Capacity.TUQ, pairs=["matters.view"], document="Giấy số 9"
    )
    delegations.substitute(**common, receiver=world.actor("director"))
    given = read(world.client("leader"), "/people/me/")
    assert "cho Tài khoản analyst" in given
    assert "cho Tài khoản director" in given
    assert "KT. (ký thay)" in given
    assert given.count("Thu hồi") >= 2
    received = read(world.client("analyst"), "/people/me/")
    assert "từ Tài khoản leader" in received
    assert "Giấy số 9" in received
    Delegation.objects.filter(receiver=analyst, holding=post).update(revoked_at=NOW)
    assert "hết hiệu lực" in read(world.client("leader"), "/people/me/")


@pytest.mark.usefixtures("demo_db")
def test_own_posts_of_every_demo_account_open(client: Client) -> None:
    demo.prepare(passwords={one.username: "mật khẩu thử đủ dài" for one in demo.ACCOUNTS})
    for account in demo.ACCOUNTS:
        person = Person.objects.get(username=account.username)
        client.force_login(person)
        for address in ("/people/me/", f"/people/{person.pk}/"):
            for language in ("vi", "en"):
                client.cookies["django_language"] = language
                read(client, address)


# --- files --------------------------------------------------------------------------------------------------------


def test_the_list_leaves_as_a_workbook_with_its_source(world: World) -> None:
    Person.objects.filter(pk=world.objects["person"]["u"]).update(display_name="=cmd()")
    client = world.client("admin")
    response = client.get("/people/posts.xlsx")
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Disposition"] == 'attachment; filename="chuc-vu-2026-11-22.xlsx"'
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["Chức vụ", "Nguồn · Source"]
    rows = list(book["Chức vụ"].iter_rows(values_only=True))
    assert rows[0][:3] == ("Người", "Tên đăng nhập", "Vai trò")
    cell = next(cell for row in book["Chức vụ"].iter_rows() for cell in row if cell.value == "=cmd()")
    assert cell.data_type == "s"
    said = [row[1] for row in book["Nguồn · Source"].iter_rows(values_only=True)]
    assert "http://testserver/people/posts.xlsx" in said
    text = client.get("/people/posts.csv").content.decode("utf-8-sig")
    assert text.startswith("person,username,role,unit,")
    assert "'=cmd()" in text
    assert {row["username"] for row in json.loads(client.get("/people/posts.json").content)} >= {"dich.u"}


# --- a new person -------------------------------------------------------------------------------------------------


def test_a_new_person_is_led_to_the_one_time_code(world: World) -> None:
    client = world.client("admin")
    made = client.post(
        "/people/new/",
        {
            "username": "vanthu", "display_name": "Văn thư", "role": "officer", "unit": PROVINCE, "capacity": "",
            "from_date": "2026-11-22", "end_date": "", "reason": "Mới",
        },
        follow=True,
    ).content.decode()  # fmt: skip
    assert "cấp mã để đặt mật khẩu" in made
    assert "tamdao account reset vanthu" in made
    assert 'href="/accounts/reset/"' in made
    person = Person.objects.get(username="vanthu")
    assert "tamdao account reset" not in read(world.client("auditor"), f"/people/{person.pk}/")
    person.set_password("một câu dài dễ nhớ")
    person.save()
    assert "tamdao account reset" not in read(client, f"/people/{person.pk}/")
    told = CliRunner().invoke(people, ["create", "lanhdao", "Lãnh đạo", "--reason", "Mới"])
    assert "tamdao account reset lanhdao" in told.output


# --- groups -------------------------------------------------------------------------------------------------------


def test_a_unit_administrator_forms_a_group_and_keeps_its_members(world: World) -> None:
    client = world.client("unit_admin")
    assert "Tổ u" in read(client, "/people/groups/")
    assert "Tổ khác" not in read(client, "/people/groups/")
    assert "/people/groups/" in read(client, "/people/")
    formed = {
        "name": "Tổ chuyển đổi số",
        "unit": PROVINCE,
        "document": "Quyết định số 7",
        "reason": "Thành lập",
    }
    page = client.post("/people/groups/new/", formed, follow=True).content.decode()
    assert "Chưa có thành viên" in page
    refused = client.post("/people/groups/new/", formed)
    assert refused.status_code == 409
    assert "Đã có tổ công tác" in refused.content.decode()
    elsewhere = client.post("/people/groups/new/", formed | {"name": "Tổ lạ", "unit": FOREIGN})
    assert elsewhere.status_code == 403
    group = Group.objects.get(name="Tổ chuyển đổi số")
    address = f"/people/groups/{group.pk}/"
    added = client.post(address, {"receiver": "dich.u", "reason": "Phân công"}, follow=True).content.decode()
    assert "1 thành viên hôm nay" in added
    assert client.post(address, {"receiver": "dich.u", "reason": "Lần nữa"}).status_code == 409
    assert client.post(address, {"receiver": "dich.f", "reason": "Không thấy"}).status_code == 422
    leaving = f"/people/groups/members/{group.members.get().pk}/remove/"
    assert "Đưa ra" in read(client, leaving)
    assert client.post(leaving, {"reason": ""}).status_code == 422
    left = client.post(leaving, {"reason": "Chuyển việc"}, follow=True).content.decode()
    assert "0 thành viên hôm nay" in left


def test_no_groups_is_an_invitation(world: World) -> None:
    GroupMember.objects.all().delete()
    Group.objects.all().delete()
    assert "Chưa có tổ công tác nào" in read(world.client("admin"), "/people/groups/")


def test_groups_from_the_command_line(world: World) -> None:
    def run(*words_: str) -> Any:
        return CliRunner().invoke(people, ["group", *words_], catch_exceptions=True)

    assert "Tổ công tác" in run("list").output
    assert "formed: Tổ mới" in run("form", "Tổ mới", COMMUNE, "--reason", "x").output
    assert "added: dich.f" in run("add", "Tổ mới", "dich.f", "--reason", "x").output
    listed = {row["name"]: row for row in json.loads(run("list", "--format", "json").output)}
    assert listed["Tổ mới"] == {"name": "Tổ mới", "unit": COMMUNE, "document": "", "members": ["dich.f"]}
    assert "removed: dich.f" in run("remove", "Tổ mới", "dich.f", "--reason", "x").output
    assert "không phải thành viên" in str(run("remove", "Tổ mới", "dich.f", "--reason", "x").exception)
    assert "Không có tổ công tác" in str(run("add", "Tổ lạ", "dich.f", "--reason", "x").exception)
    GroupMember.objects.all().delete()
    Group.objects.all().delete()
    assert "no group yet" in run("list").output


# --- the table ----------------------------------------------------------------------------------------------------


def test_the_table_stands_in_parts_and_folds_what_is_public(world: World) -> None:
    page = read(world.client("citizen"), "/access/")
    assert page.index("Cá nhân</h2>") < page.index("Cơ quan</h2>") < page.index("Hệ thống</h2>")
    folded = page[page.index(FOLDED) :]
    assert "<li>đăng nhập</li>" in folded
    assert "<li>đăng nhập</li>" not in page[page.index("Cá nhân</h2>") : page.index(FOLDED)]
    told = {row["pair"]: row for part in table_parts() for row in part["rows"]}
    assert set(told) == {rule.pair for rule in rules()}
    assert [line["reach"] for line in told["ledger.view"]["who"]] == [[]]
    assert len(told["group.manage"]["who"]) == 2


def test_every_resource_stands_in_a_part() -> None:
    assert {rule.resource for rule in rules()} == set(words.PART_OF)
    assert set(words.PART_OF.values()) == set(words.PARTS)


# --- the menu -----------------------------------------------------------------------------------------------------


def test_the_account_menu_shows_each_reader_the_doors_that_open(world: World) -> None:
    doors = ["/account/", "/people/me/", "/background/", "/people/", "/access/", "/ledger/", "/outbox/"]
    opened = {
        "citizen": [*doors[:2], "/people/", "/access/"],
        "officer": doors[:5],
        "analyst": doors[:6],
        "auditor": doors[:6],
        "admin": doors,
    }
    for name, expected in opened.items():
        client = world.client(name)
        page = read(client, "/people/me/")
        menu = page[page.index('<ul class="menu-links">') :]
        found = re.findall(r'<a href="([^"]+)"', menu[: menu.index("</ul>")])
        assert found == expected, name
        for address in found:
            read(client, address)


def test_one_open_session_is_no_alarm(world: World) -> None:
    page = read(world.client("officer"), "/account/")
    heading = page[page.index("<h1>") : page.index("</h1>")]
    assert "phiên đăng nhập đang mở" in heading
    assert "<em>" not in heading
    assert "warn" not in heading
