"""Commands under a key: one effect and one answer, however often, however parallel, whoever else knows the key."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from tamdao.config import once as web
from tamdao.core.files.models import SourceDocument
from tamdao.core.jobs import idempotency
from tamdao.core.jobs.models import IdempotencyKey, OutboxDecision, OutboxMessage
from tamdao.core.people import api_clients
from tamdao.core.people.access import SystemActor
from tamdao.core.people.models import Delegation, Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.core.people.services import posts
from tamdao.core.units.models import Level, Unit

URLS = "tests.integration.jobs.probe_urls"
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.fixture(autouse=True)
def _urls(settings: Settings) -> None:
    settings.ROOT_URLCONF = URLS


class Caller:
    """A program that calls the API under its own key."""

    def __init__(self, name: str = "kho-thu") -> None:
        _, self.bearer = api_clients.create(name=name, role=Role.ADMIN, at=timezone.now())

    def post(self, body: dict[str, Any], *, key: str | None = KEY) -> Any:
        headers = {"Authorization": f"Bearer {self.bearer}"} | ({"Idempotency-Key": key} if key else {})
        client = Client(raise_request_exception=False)
        return client.post("/api/v1/probe", body, content_type="application/json", headers=headers)


@pytest.fixture
def caller(db: None) -> Caller:
    return Caller()


def effects() -> int:
    return SourceDocument.objects.filter(code__startswith="probe-").count()


@pytest.mark.parametrize("times", [1, 2, 10])
def test_the_same_command_has_one_effect_and_one_answer(caller: Caller, times: int) -> None:
    answers = [caller.post({"n": 1}) for _ in range(times)]
    assert effects() == 1
    assert {(answer.status_code, answer.content, answer["Location"]) for answer in answers} == {
        (201, b'{"n": 1, "effects": 1}', "/documents/probe-1-0/")
    }
    repeated = [answer.headers.get("Idempotency-Replayed") for answer in answers]
    assert repeated == [None] + ["true"] * (times - 1)
    # cookies belong to the first answer alone
    assert ["Set-Cookie" in answer.headers for answer in answers] == [True] + [False] * (times - 1)


def test_a_key_is_the_same_with_and_without_quotation_marks(caller: Caller) -> None:
    caller.post({"n": 1}, key=KEY)
    assert caller.post({"n": 1}, key=f'"{KEY}"').headers["Idempotency-Replayed"] == "true"


def test_another_body_under_the_same_key_is_refused(caller: Caller) -> None:
    caller.post({"n": 1})
    refused = caller.post({"n": 2})
    assert refused.status_code == 409
    assert refused["Content-Type"] == "application/problem+json"
    told = json.loads(refused.content)
    assert told["code"] == "key_reused"
    assert "nội dung khác" in told["detail"]
    assert effects() == 1


def test_without_a_key_every_request_is_a_command_of_its_own(caller: Caller) -> None:
    for _ in range(2):
        assert caller.post({"n": 1}, key=None).status_code == 201
    assert effects() == 2


def test_a_key_that_is_none_is_refused(caller: Caller) -> None:
    refused = caller.post({"n": 1}, key="short")
    assert (refused.status_code, json.loads(refused.content)["code"]) == (400, "key_malformed")
    assert effects() == 0


@pytest.mark.parametrize(
    ("fail", "status"), [("refused", 409), ("crashed", 500), ("broken", 500), ("streamed", 500)]
)
def test_what_failed_left_nothing_and_may_be_sent_again(caller: Caller, fail: str, status: int) -> None:
    assert caller.post({"n": 1, "fail": fail}).status_code == status
    assert effects() == 0
    assert not IdempotencyKey.objects.exists()
    assert caller.post({"n": 1}).status_code == 201
    assert effects() == 1


def test_the_key_of_another_caller_is_another_key(caller: Caller) -> None:
    caller.post({"n": 1})
    other = Caller("kho-khac")
    answer = other.post({"n": 2})
    assert (answer.status_code, effects()) == (201, 2)


def test_a_revoked_caller_gets_no_answer_repeated(caller: Caller) -> None:
    caller.post({"n": 1})
    api_clients.revoke(name="kho-thu", at=timezone.now())
    # the probe itself has no guard: reaching it shows that the kept answer was not given out
    assert caller.post({"n": 1}).headers.get("Idempotency-Replayed") is None


def test_a_key_expires(caller: Caller, settings: Settings) -> None:
    caller.post({"n": 1})
    IdempotencyKey.objects.update(expires_at=timezone.now())
    assert caller.post({"n": 2}).status_code == 201
    assert effects() == 2
    kept = IdempotencyKey.objects.get()
    assert kept.expires_at - kept.created_at == timedelta(hours=settings.TAMDAO_KEYS_HOURS)
    assert idempotency.forget_expired(at=timezone.now()) == 0
    assert idempotency.forget_expired(at=kept.expires_at) == 1


def test_the_table_tells_neither_key_nor_answer(caller: Caller) -> None:
    caller.post({"n": 1})
    row = IdempotencyKey.objects.get()
    told = repr((bytes(row.answer), row.actor, row.key_sha256, row.fingerprint))
    for secret in (KEY, caller.bearer, "effects", "documents"):
        assert secret not in told


def test_reading_needs_no_key(db: None) -> None:
    assert Client().get("/hello/", headers={"Idempotency-Key": "short"}).status_code == 200


# --- pages ---------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(db: None) -> Client:
    level, _ = Level.objects.get_or_create(
        code="province", defaults={"name_vi": "tỉnh", "name_en": "province", "depth": 1}
    )
    unit = Unit.objects.create(id="25@2025-07-01", level=level, first_date=date(2025, 7, 1))
    person = Person.objects.create_person(username="quantri", display_name="Quản trị")
    RoleHolding.objects.create(person=person, role="admin", unit=unit, from_date=date(2025, 7, 1))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def dead(db: None) -> OutboxMessage:
    now = timezone.now()
    return OutboxMessage.objects.create(
        channel="email", payload={"to": ["a@example.vn"]}, state="dead", created_at=now, next_at=now
    )


def test_a_form_that_is_sent_twice_takes_effect_once(admin: Client, dead: OutboxMessage) -> None:
    page = admin.get(f"/outbox/{dead.id}/").content.decode()
    keys = [part.split('value="')[1].split('"')[0] for part in page.split('name="idempotency_key"')[1:]]
    assert len(set(keys)) == 2
    form = {"reason": "sai địa chỉ", "idempotency_key": keys[1]}
    answers = [admin.post(f"/outbox/{dead.id}/discard/", form) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/outbox/")] * 2
    assert OutboxDecision.objects.count() == 1
    changed = admin.post(f"/outbox/{dead.id}/discard/", form | {"reason": "lý do khác"})
    assert changed.status_code == 409
    assert "nội dung khác" in changed.content.decode()
    # without a key the second request meets the state and is told so
    late = admin.post(f"/outbox/{dead.id}/discard/", {"reason": "sai địa chỉ"})
    assert late.status_code == 409
    assert "không còn nằm trong" in late.content.decode()


def test_a_right_that_ended_is_not_answered_from_memory(admin: Client, dead: OutboxMessage) -> None:
    form = {"reason": "sai địa chỉ", "idempotency_key": str(uuid4())}
    assert admin.post(f"/outbox/{dead.id}/discard/", form).status_code == 302
    RoleHolding.objects.update(end_date=date(2025, 7, 2))
    assert admin.post(f"/outbox/{dead.id}/discard/", form).status_code == 403


def officer() -> tuple[Person, Client]:
    """Somebody with a post in each of two units, and their browser."""
    person = Person.objects.create_person(username="canbo", display_name="Cán bộ")
    level, _ = Level.objects.get_or_create(
        code="province", defaults={"name_vi": "tỉnh", "name_en": "province", "depth": 1}
    )
    for code in ("33", "86"):
        unit = Unit.objects.create(id=f"{code}@2025-07-01", level=level, first_date=date(2025, 7, 1))
        RoleHolding.objects.create(person=person, role="unit_admin", unit=unit, from_date=date(2025, 7, 1))
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return person, client


def note(client: Client) -> Any:
    """The writing probe of the API, asked by session and under the key."""
    headers = {"Idempotency-Key": KEY}
    return client.post("/api/v1/probe", {"n": 1}, content_type="application/json", headers=headers)


@pytest.mark.parametrize("how", ["ended", "by date", "lent"])
def test_an_answer_is_not_repeated_to_somebody_whose_rights_changed(db: None, how: str) -> None:
    """The door may still be open and the object closed: what was answered then is not given out again."""
    person, client = officer()
    assert note(client).status_code == 201
    assert note(client).headers["Idempotency-Replayed"] == "true"
    post = person.holdings.get(unit="33@2025-07-01")
    if how == "ended":
        house, now = SystemActor("system:test"), timezone.now()
        posts.end(holding=post, by=house, at=now, reason="thử")
    elif how == "by date":
        RoleHolding.objects.filter(pk=post.pk).update(end_date=timezone.localdate())
    else:
        other = Person.objects.create_person(username="khac", display_name="Khác")
        Delegation.objects.create(
            holding=RoleHolding.objects.create(
                person=other, role="leader", unit=post.unit, from_date=date(2025, 7, 1)
            ),
            receiver=person, capacity="TL", from_date=timezone.localdate(), reason="thử", given_by="x",
            given_at=timezone.now(),
        )  # fmt: skip
    withheld = note(client)
    assert (withheld.status_code, json.loads(withheld.content)["code"]) == (403, "rights_changed")
    assert b"effects" not in withheld.content
    assert effects() == 1


def test_a_command_that_changed_ones_own_rights_is_answered_again(db: None) -> None:
    person, client = officer()
    other = Person.objects.create_person(username="khac", display_name="Khác")
    given = Delegation.objects.create(
        holding=RoleHolding.objects.create(
            person=other, role="leader", unit_id="33@2025-07-01", from_date=date(2025, 7, 1)
        ),
        receiver=person, capacity="TL", from_date=timezone.localdate(), reason="thử", given_by="x",
        given_at=timezone.now(),
    )  # fmt: skip
    form = {"reason": "không cần nữa", "idempotency_key": KEY}
    answers = [client.post(f"/people/delegations/{given.pk}/revoke/", form) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/people/me/")] * 2
    assert answers[1].headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    "address",
    ["/accounts/login/", "/kit/theme/", "/no/such/page/", "/account/password/", "/account/again/password/"],
)
def test_signing_in_passwords_and_preferences_are_no_commands(admin: Client, address: str) -> None:
    secret = {"username": "x", "password": "y", "new": "năm con gà gáy sáng", "again": "năm con gà gáy sáng"}
    for client in (admin, Client()):
        client.post(address, secret, headers={"Idempotency-Key": KEY})
    assert not IdempotencyKey.objects.exists()


def test_forms_with_files_differ_by_the_content(rf: RequestFactory) -> None:
    def upload(content: bytes) -> str:
        file = SimpleUploadedFile("a.csv", content)
        request = rf.post("/import/", {"file": file, "csrfmiddlewaretoken": uuid4().hex})
        told = web._fingerprint(request)
        (file_again,) = request.FILES.getlist("file")
        assert file_again.read() == content
        return told

    assert upload(b"1,2") == upload(b"1,2")
    assert upload(b"1,2") != upload(b"1,3")


# --- at once -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("committed_db")
def test_ten_at_once_have_one_effect_and_one_answer() -> None:
    caller = Caller()
    answers: list[Any] = []

    def call() -> None:
        try:
            answers.append(caller.post({"n": 1}))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 10
    assert len({answer.content for answer in answers}) == 1
    assert effects() == 1
