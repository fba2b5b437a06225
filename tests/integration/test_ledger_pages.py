"""The ledger's pages: state, search without marks, history in words, evidence; and the commands over the same calls."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tamdao.config.cli import run as tamdao
from tamdao.core.ledger import api
from tamdao.core.ledger.acting import acting
from tamdao.core.people import api_clients
from tamdao.core.people.models import Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.core.units.models import Level, Unit
from tamdao.verify import cli as verifier
from tests.ledger import captured, newest, seal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    settings.TAMDAO_HOME = tmp_path / "home"


def signed_in(role: Role) -> Client:
    person = Person.objects.create_person(
        username=f"x.{role}", display_name="Chuyên viên Đối Chiếu", password="one"
    )
    Level.objects.get_or_create(code="a", defaults={"depth": 1})
    Unit.objects.get_or_create(id="01@2025-07-01", defaults={"level_id": "a", "first_date": date(2025, 7, 1)})
    RoleHolding.objects.create(person=person, role=role, unit_id="01@2025-07-01", from_date=date(2025, 7, 1))
    browser = Client()
    browser.force_login(person)
    return browser


def wrote(capture: Any, *, by: str = "") -> None:
    with acting(by=by or "cli:root", reason="điều chỉnh theo công văn 12"):
        Level.objects.create(code="ward", depth=3, name_vi="Phường")
        Level.objects.filter(code="ward").update(name_vi="Phường, xã")
    seal(capture)


def test_the_state_and_a_search_without_marks(django_capture_on_commit_callbacks: Any) -> None:
    browser = signed_in(Role.ANALYST)
    person = Person.objects.get()
    wrote(django_capture_on_commit_callbacks, by=f"person:{person.pk}")
    page = browser.get(reverse("ledger"))
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    for query in ("doi chieu ward", "CÔNG VĂN 12", "cap hanh chinh"):
        found = browser.get(reverse("ledger"), {"q": query}).content.decode()
        assert "/ledger/units_level/ward/" in found, query
    none = browser.get(reverse("ledger"), {"q": "khong co gi nhu the"}).content.decode()
    assert "Không có bút toán nào như vậy" in none
    today = timezone.localdate()
    day = f"{today:%d/%m/%Y}"
    assert "ward" in browser.get(reverse("ledger"), {"since": day, "until": day}).content.decode()
    assert (
        "/ledger/units_level/ward/"
        not in browser.get(reverse("ledger"), {"until": "01/01/2020"}).content.decode()
    )
    wrong = browser.get(reverse("ledger"), {"since": "31/02/2025"}).content.decode()
    assert "không phải là một ngày" in wrong


def test_an_empty_ledger_says_so() -> None:
    assert "chưa có bút toán nào" in signed_in(Role.ADMIN).get(reverse("ledger")).content.decode()


def test_the_history_of_an_object_in_words(django_capture_on_commit_callbacks: Any) -> None:
    browser = signed_in(Role.ADMIN)
    wrote(django_capture_on_commit_callbacks)
    page = browser.get("/ledger/units.Level/ward/").content.decode()
    for word in (
        "Cấp hành chính: Phường, xã",
        "Số trong hệ thống: ward",
        "Sửa",
        "Thêm mới",
        "tên",
        "Phường, xã",
        "công văn 12",
        "dòng lệnh root",
    ):
        assert word in page, word
    person = Person.objects.get()
    person.set_password("two")
    person.save()
    browser.force_login(person)
    hidden = browser.get(f"/ledger/people.Person/{person.pk}/").content.decode()
    assert "nhật ký không giữ nội dung" in hidden
    assert "chờ niêm phong" in hidden
    assert browser.get("/ledger/units.Level/none/").status_code == 404
    assert browser.get("/ledger/people.PageVisit/1/").status_code == 404


def test_an_erased_person_reads_as_erased(django_capture_on_commit_callbacks: Any) -> None:
    browser = signed_in(Role.ADMIN)
    other = Person.objects.create_person(username="b", display_name="Tên Riêng")
    with django_capture_on_commit_callbacks(execute=True):
        api.erase_person(subject=f"person:{other.pk}", by="person:1", reason="đơn")
    page = browser.get(f"/ledger/people.Person/{other.pk}/").content.decode()
    assert "(đã xóa)" in page
    assert "Tên Riêng" not in page


def test_evidence_from_the_page_verifies(tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    browser = signed_in(Role.ANALYST)
    wrote(django_capture_on_commit_callbacks)
    assert browser.get("/ledger/units.Level/ward/evidence").status_code == 405
    answer = browser.post("/ledger/units.Level/ward/evidence")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path / "evidence")
    assert verifier.run([str(tmp_path / "evidence"), "--key", str(tmp_path / "evidence" / "ledger.pub")]) == 0


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.DIRECTOR])
def test_others_do_not_see_it(role: Role) -> None:
    browser = signed_in(role)
    assert browser.get(reverse("ledger")).status_code == 403
    assert browser.post("/ledger/units.Level/a/evidence").status_code == 403
    assert Client().get(reverse("ledger")).status_code == 302


def test_a_request_names_the_person_and_a_client_its_name() -> None:
    browser = signed_in(Role.ADMIN)
    _client, key = api_clients.create(name="bc-so", role=Role.ANALYST, at=timezone.now())
    before = newest()
    answer = Client().get("/api/v1/units/01@2025-07-01", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code != 401
    used = [row for row in captured(before) if row.table == "people_apiclient"]
    assert [row.acting["by"] for row in used] == ["client:bc-so"]
    before = newest()
    person = Person.objects.get()
    browser.post("/accounts/logout/")
    Client().post("/accounts/login/", {"username": person.username, "password": "one"})
    rows = captured(before)
    # the attempt itself is a row of core.accounts
    people = [row for row in rows if row.table == "people_person"]
    assert [row.hidden for row in people] == ["last_login"]
    assert people[0].acting["request"]


def test_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], django_capture_on_commit_callbacks: Any
) -> None:
    person = Person.objects.create_person(username="b", display_name="Tên Riêng", password="one")
    wrote(django_capture_on_commit_callbacks)
    person.set_password("two")
    person.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert tamdao(["ledger", "status"]) == 0
        assert tamdao(["ledger", "show", "units.Level", "ward"]) == 0
        assert tamdao(["ledger", "show", "people.Person", str(person.pk)]) == 0
        assert tamdao(["ledger", "export", str(tmp_path / "out")]) == 0
        assert tamdao(["ledger", "export", str(tmp_path / "out")]) == 1
        assert tamdao(["ledger", "bundle", "units.Level", "ward", str(tmp_path / "one")]) == 0
        assert tamdao(["ledger", "verify"]) == 0
        assert tamdao(["ledger", "rotate-key", "--reason", "định kỳ"]) == 0
        assert tamdao(["ledger", "erase-person", f"person:{person.pk}", "--reason", "đơn"]) == 0
    told = capsys.readouterr().out
    assert "Phường → Phường, xã" in told
    assert "bí mật" in told
    for words in (["status"], ["verify"], ["show", "people.Person", str(person.pk)], ["rotate-key", "--reason", "x"],
                  ["erase-person", "person:99", "--reason", "x"], ["export", str(tmp_path / "json")]):  # fmt: skip
        with django_capture_on_commit_callbacks(execute=True):
            assert tamdao(["ledger", *words, "--format", "json"]) == 0, words
        assert json.loads(capsys.readouterr().out)


def test_columns_that_were_and_stay_empty_are_not_listed(django_capture_on_commit_callbacks: Any) -> None:
    browser = signed_in(Role.ANALYST)
    holding = Person.objects.get().holdings.get()
    page = browser.get(f"/ledger/people.RoleHolding/{holding.pk}/").content.decode()
    assert "từ ngày" in page
    assert "lý do kết thúc" not in page
    assert "end_reason" not in page
