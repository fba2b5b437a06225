"""Whatever signing in writes says whose sign-in it was: password, app, recovery code, a hash renewed on the way."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from tamdao.core.ledger import words
from tamdao.core.people.models import Person
from tests.integration.test_second_factors import PASSWORD, code_of, inside, person, turn_on
from tests.ledger import captured, newest

__all__ = ["inside", "person"]
pytestmark = pytest.mark.django_db


def sign_in(client: Client) -> Any:
    return client.post("/accounts/login/", {"username": "vanthu", "password": PASSWORD})


def test_a_sign_in_by_password_is_its_persons(client: Client, person: Person) -> None:
    since = newest()
    sign_in(client)
    rows = {row.table: row for row in captured(since)}
    assert set(rows) == {"accounts_signin", "people_person"}
    assert rows["people_person"].hidden == "last_login"
    for row in rows.values():
        assert row.acting["by"] == f"person:{person.pk}"
        assert words.tell_event(row.acting["event"]).vi == "đăng nhập"


def test_a_hash_of_an_older_kind_is_renewed_in_the_name_of_its_person(
    client: Client, person: Person, settings: Any
) -> None:
    old = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, old]
    Person.objects.filter(pk=person.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    since = newest()
    sign_in(client)
    renewed = [row for row in captured(since) if row.hidden == "password"]
    assert [row.acting["by"] for row in renewed] == [f"person:{person.pk}"]
    assert words.tell_event(renewed[0].acting["event"]).vi == "đổi cách lưu mật khẩu"


def test_second_factors_are_used_by_the_one_whose_password_was_right(inside: Client, person: Person) -> None:
    secret, page = turn_on(inside)
    recovery = page.split("<li><code>")[1].split("</code>")[0]
    for code in (code_of(secret, 1), recovery):
        browser = Client()
        since = newest()
        sign_in(browser)
        browser.post("/accounts/login/step/", {"code": "000 000"})
        browser.post("/accounts/login/step/", {"code": code})
        rows = captured(since)
        assert "mfa_authenticator" in {row.table for row in rows}
        assert {row.acting.get("by") for row in rows} == {f"person:{person.pk}"}, code
        assert browser.get("/account/").status_code == 200


def test_every_outcome_of_a_sign_in_has_words() -> None:
    from tamdao.core.accounts.models import SignIn

    for outcome in SignIn.Outcome.values:
        event = f"accounts.sign_in.{outcome}"
        assert words.tell_event(event).vi != event
