"""Signing in by password, second factor and recovery code; what a wrong one costs; what the log keeps."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from tamdao.core.accounts.models import OpenSession, SignIn
from tamdao.core.people.models import Person

pytestmark = pytest.mark.django_db
PASSWORD = "bốn con trâu đi cày"
LOGIN = "/accounts/login/"
STEP = "/accounts/login/step/"


@pytest.fixture
def person() -> Person:
    return Person.objects.create_person(username="vanthu", display_name="Văn thư (thử)", password=PASSWORD)


def enrol(person: Person) -> tuple[str, list[str]]:
    """TOTP and recovery codes for `person`; the secret and the codes."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret, RecoveryCodes.activate(person).generate_codes()


def code_of(secret: str, *, steps: int = 0) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
    return code


def sign_in(client: Client, username: str = "vanthu", password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"username": username, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_opens_and_rotates_the_session(client: Client, person: Person) -> None:
    client.get("/accounts/login/passkey/options/")
    before = client.session.session_key
    response = sign_in(client)
    assert response.status_code == 302
    assert response.headers["Location"] == "/"
    assert signed_in(client)
    assert client.session.session_key != before
    assert SignIn.objects.get(person=person).outcome == SignIn.Outcome.DONE
    assert OpenSession.objects.get(person=person).device == ""


@pytest.mark.parametrize("following", ["/account/", "//elsewhere.example/", "https://elsewhere.example/"])
def test_the_way_on_stays_on_this_site(client: Client, person: Person, following: str) -> None:
    response = client.post(LOGIN, {"username": "vanthu", "password": PASSWORD, "next": following})
    assert response.headers["Location"] == ("/account/" if following == "/account/" else "/")


@pytest.mark.parametrize("case", ["unknown", "wrong", "closed", "none"])
def test_every_refusal_reads_the_same(client: Client, person: Person, case: str) -> None:
    if case == "closed":
        Person.objects.filter(pk=person.pk).update(is_active=False)
    if case == "none":
        person.set_unusable_password()
        person.save()
    response = sign_in(
        client,
        username="khongco" if case == "unknown" else "vanthu",
        password="sai" if case == "wrong" else PASSWORD,
    )
    assert response.status_code == 200
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in response.content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize("address", [LOGIN, STEP, "/accounts/reset/", "/accounts/login/passkey/"])
def test_no_answer_of_signing_in_tells_what_it_cost(client: Client, person: Person, address: str) -> None:
    """A known name costs a statement more than an unknown one."""
    for username in ("vanthu", "khongco"):
        sent = {"username": username, "password": "sai", "code": "x", "new": "x", "again": "x"}
        assert "Server-Timing" not in client.post(address, sent).headers
    assert "Server-Timing" in client.get("/health/").headers


def test_the_second_factor_is_asked_before_anything_opens(client: Client, person: Person) -> None:
    secret, _ = enrol(person)
    assert sign_in(client).headers["Location"] == STEP
    assert not signed_in(client)
    assert client.get("/account/").status_code == 302
    assert SignIn.objects.get().outcome == SignIn.Outcome.HALF
    wrong = client.post(STEP, {"code": "000000"})
    assert "Mã không đúng hoặc đã dùng" in wrong.content.decode()
    assert client.post(STEP, {"code": code_of(secret)}).headers["Location"] == "/"
    assert signed_in(client)
    assert SignIn.objects.latest("pk").method == "password+totp"


def test_a_code_is_good_once_even_in_another_process(client: Client, person: Person) -> None:
    secret, _ = enrol(person)
    code = code_of(secret)
    sign_in(client)
    client.post(STEP, {"code": code})
    assert signed_in(client)
    from django.core.cache import cache

    cache.clear()  # another process has another memory
    other = Client()
    sign_in(other)
    assert "đã dùng" in other.post(STEP, {"code": code}).content.decode()
    # nor the one before it, which has not been used
    assert "đã dùng" in other.post(STEP, {"code": code_of(secret, steps=-1)}).content.decode()
    assert not signed_in(other)
    other.post(STEP, {"code": code_of(secret, steps=1)})
    assert signed_in(other)


def test_a_recovery_code_is_good_once(client: Client, person: Person) -> None:
    _, codes = enrol(person)
    sign_in(client)
    client.post(STEP, {"code": codes[3]})
    assert signed_in(client)
    assert SignIn.objects.latest("pk").method == "password+recovery_code"
    other = Client()
    sign_in(other)
    other.post(STEP, {"code": codes[3]})
    assert not signed_in(other)


def test_five_wrong_codes_and_the_right_one_waits(client: Client, person: Person) -> None:
    secret, _ = enrol(person)
    sign_in(client)
    for _ in range(5):
        client.post(STEP, {"code": "000000"})
    locked = client.post(STEP, {"code": code_of(secret)}).content.decode()
    assert "tạm dừng đăng nhập thêm 15 phút" in locked
    assert not signed_in(client)


def test_without_a_first_step_there_is_no_second(client: Client) -> None:
    assert "từ đầu" in client.get(STEP).content.decode()
    assert client.post(STEP, {"code": "123456"}).status_code == 200


def test_the_key_of_the_app_is_not_stored_as_it_is(person: Person) -> None:
    secret, _ = enrol(person)
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(secret))
