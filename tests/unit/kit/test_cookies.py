"""Cookies bound to the host: behind TLS the prefix leaves and returns, and forms with their token still work."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from tests.security.test_controls import TLS

pytestmark = pytest.mark.django_db
FORM = {"language": "en", "next": "/health/"}


@override_settings(**TLS)
def test_a_form_behind_tls_is_taken_with_its_token_and_the_choice_comes_back() -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/", secure=True)
    token = client.cookies["__Host-csrftoken"].value
    headers = {"referer": "https://testserver/accounts/login/"}
    response = client.post("/language/", {**FORM, "csrfmiddlewaretoken": token}, secure=True, headers=headers)
    assert response.status_code == 302
    assert client.get("/health/", secure=True).headers["Content-Language"] == "en"


@override_settings(**TLS)
def test_a_cookie_that_is_deleted_is_deleted_under_its_full_name() -> None:
    client = Client()
    client.post("/accounts/logout/", secure=True)
    assert all(name.startswith("__Host-") for name in client.cookies)


def test_without_tls_the_names_are_plain() -> None:
    assert "django_language" in Client().post("/language/", FORM).cookies
