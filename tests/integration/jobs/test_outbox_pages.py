"""Pages and commands of the outbox and of background work."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.test import Client

from tamdao.core.jobs.cli import outbox as command
from tamdao.core.jobs.models import OutboxDecision, OutboxMessage, Work
from tamdao.core.jobs.services import works
from tamdao.core.people.models import Person, RoleHolding
from tamdao.core.units.models import Level, Unit
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 1, tzinfo=UTC)


def reader(role: str) -> Client:
    level, _ = Level.objects.get_or_create(
        code="province", defaults={"name_vi": "tỉnh", "name_en": "province", "depth": 1}
    )
    unit, _ = Unit.objects.get_or_create(
        id="25@2025-07-01", defaults={"level": level, "first_date": date(2025, 7, 1)}
    )
    person = Person.objects.create_person(username=role, display_name="Tài khoản thử")
    RoleHolding.objects.create(person=person, role=role, unit=unit, from_date=date(2025, 7, 1))
    client = Client()
    client.force_login(person)
    return client


def message(state: str = "dead", **more: object) -> OutboxMessage:
    fields = {
        "channel": "email",
        "payload": {"to": ["vanphong@example.vn"], "subject": "Nhắc hạn", "text": "…"},
        "state": state,
        "created_at": AT,
        "next_at": AT,
        "problem_vi": "Máy chủ thư trả lời 550",
        "problem_en": "The mail server answered 550",
    }
    if state == "sent":
        fields["sent_at"] = AT
    return OutboxMessage.objects.create(**(fields | more))


def test_an_empty_outbox_says_so() -> None:
    client = reader("admin")
    html = client.get("/outbox/").content.decode()
    assert "Chưa có thông điệp nào phải gửi." in html
    assert "Không có thông điệp nào bị kẹt" in html
    message("waiting")
    assert "1 đang chờ gửi" in client.get("/outbox/").content.decode()


def test_the_outbox_leads_with_what_needs_a_decision() -> None:
    client = reader("admin")
    dead, waiting = message(), message("waiting", ordering="ho-so-1")
    gone = message("dead", channel="gone")
    html = client.get("/outbox/").content.decode()
    assert "2 thông điệp không gửi được, cần xử lý." in html
    assert "Máy chủ thư trả lời 550" in html
    assert "Chờ gửi: 1" in html
    assert str(waiting.id) not in html
    one = client.get(f"/outbox/{dead.id}/").content.decode()
    assert "vanphong@example.vn" in one
    assert "Gửi lại" in one
    other = client.get(f"/outbox/{waiting.id}/").content.decode()
    assert "ho-so-1" in other
    assert "idempotency_key" not in other.split("</header>")[-1]
    assert client.get(f"/outbox/{gone.id}/").status_code == 200
    assert client.get(f"/outbox/{message('sent').id}/").status_code == 200
    assert client.get(f"/outbox/{uuid4()}/").status_code == 404
    assert (
        "Chưa có thông điệp nào ở trạng thái này" in client.get("/outbox/?state=discarded").content.decode()
    )


def test_deciding_on_the_page_leaves_a_record_with_the_reason() -> None:
    client = reader("admin")
    first, second = message(), message()
    assert client.post(f"/outbox/{first.id}/retry/").status_code == 302
    refused = client.post(f"/outbox/{second.id}/discard/", {"reason": ""})
    assert (refused.status_code, "phải ghi lý do" in refused.content.decode()) == (400, True)
    assert client.post(f"/outbox/{second.id}/discard/", {"reason": "sai địa chỉ"}).status_code == 302
    kinds = OutboxDecision.objects.order_by("pk").values_list("kind", "reason")
    assert list(kinds) == [("retry", ""), ("discard", "sai địa chỉ")]
    assert all(by.startswith("person:") for by in OutboxDecision.objects.values_list("by", flat=True))
    assert "sai địa chỉ" in client.get(f"/outbox/{second.id}/").content.decode()


@pytest.mark.parametrize("role", ["officer", "director", "analyst", "leader"])
def test_only_administrators_see_the_outbox(role: str) -> None:
    client = reader(role)
    assert client.get("/outbox/").status_code == 403
    assert client.post(f"/outbox/{message().id}/retry/").status_code == 403


def test_work_shows_how_far_it_is_and_can_be_stopped() -> None:
    client = reader("officer")
    assert "Chưa có công việc nền nào" in client.get("/background/").content.decode()
    owner = f"person:{Person.objects.get().pk}"
    work = works.begin(title=Message("Nạp số liệu", "Load figures"), by=owner, at=AT)
    works.report(work=work.pk, percent=40, step=Message("Đang đọc tệp 2", "Reading file 2"), at=AT)
    page = client.get(f"/background/{work.pk}/")
    html = page.content.decode()
    assert page["Refresh"] == "3"
    assert '<progress max="100" value="40"' in html
    assert "Đang đọc tệp 2" in html
    assert client.post(f"/background/{work.pk}/cancel/").status_code == 302
    assert "Đang dừng ở bước gần nhất" in client.get(f"/background/{work.pk}/").content.decode()
    works.end(work=work.pk, state=Work.State.CANCELLED, at=AT, step=Message("Đã dừng.", "Stopped."))
    assert "Refresh" not in client.get(f"/background/{work.pk}/").headers
    assert "Nạp số liệu" in client.get("/background/").content.decode()


def test_finished_work_leads_to_its_result() -> None:
    client = reader("officer")
    owner = f"person:{Person.objects.get().pk}"
    work = works.begin(title=Message("Nạp", "Load"), by=owner, at=AT)
    done = Message("Đã xong.", "Done.")
    works.end(work=work.pk, state=Work.State.DONE, at=AT, step=done, result="/targets/")
    page = client.get(f"/background/{work.pk}/")
    assert page["Refresh"] == "1; url=/targets/"
    assert 'href="/targets/"' in page.content.decode()


def test_the_work_of_somebody_else_is_not_found() -> None:
    work = works.begin(title=Message("Nạp", "Load"), by="person:0", at=AT)
    client = reader("admin")
    assert client.get(f"/background/{work.pk}/").status_code == 404
    assert client.post(f"/background/{work.pk}/cancel/").status_code == 404


# --- command line --------------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    done = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_lists_and_decides() -> None:
    first, second = message(created_at=AT), message(created_at=AT + timedelta(minutes=1))
    told = json.loads(run("list", "--format", "json"))
    assert told["counts"]["dead"] == 2
    assert [row["id"] for row in told["messages"]] == [str(first.id), str(second.id)]
    assert str(second.id) in run("list")
    assert json.loads(run("retry", str(first.id), "--format", "json")) == {
        "id": str(first.id),
        "state": "waiting",
    }
    assert "discarded" in run("discard", str(second.id), "--reason", "thử")
    assert OutboxDecision.objects.filter(by__startswith="cli:").count() == 2
    with pytest.raises(DomainError, match="không còn nằm trong"):
        run("retry", str(first.id))
