"""What an instance served over TLS promises a browser, and what its log never holds."""

from __future__ import annotations

import io
import logging
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import hashers
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from tamdao.core.accounts import signals
from tamdao.core.accounts.services import resets
from tamdao.core.people.models import Person

ROOT = Path(__file__).parents[2]
PASSWORD = "bốn con trâu đi cày"


def under_tls(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Django's own command line on a fresh instance with TAMDAO_HTTPS=1."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TAMDAO_", "DJANGO_"))}
    environ = kept | {
        "DJANGO_SETTINGS_MODULE": "tamdao.config.settings",
        "TAMDAO_HOME": str(home),
        "TAMDAO_HTTPS": "1",
        "TAMDAO_ALLOWED_HOSTS": "tamdao.example.vn",
    }
    return subprocess.run(
        [sys.executable, *arguments],
        env=environ | more,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def test_djangos_own_check_for_deployment_finds_nothing(tmp_path: Path) -> None:
    done = under_tls(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_check_would_find_something(tmp_path: Path) -> None:
    done = under_tls(
        tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING", TAMDAO_HTTPS="0"
    )
    assert done.returncode == 1
    assert "security.W004" in done.stderr


def test_cookies_and_headers_under_tls(tmp_path: Path) -> None:
    program = """
import django; django.setup()
from django.test import Client
answer = Client().get("/accounts/reset/", secure=True, HTTP_HOST="tamdao.example.vn", HTTP_X_FORWARDED_PROTO="https")
print(answer.cookies)
for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Frame-Options", "Referrer-Policy",
             "X-Content-Type-Options", "Cross-Origin-Opener-Policy", "Cache-Control"):
    print(f"{name}: {answer.headers[name]}")
from django.conf import settings
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
      settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_PATH, settings.SESSION_COOKIE_DOMAIN)
print(Client().get("/units/", HTTP_HOST="tamdao.example.vn").status_code)
"""
    # the static files of a source tree have no manifest
    done = under_tls(tmp_path, "-c", program, TAMDAO_DEBUG="1")
    assert done.returncode == 0, done.stderr
    said = done.stdout
    cookie = re.search(r"Set-Cookie: __Host-csrftoken=.*", said)
    assert cookie is not None
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=Lax"} <= set(cookie[0].split("; "))
    assert "Domain" not in cookie[0]
    assert "sessionid True True Lax / None" in said
    assert "Strict-Transport-Security: max-age=31536000; includeSubDomains" in said
    assert "frame-ancestors 'none'" in said
    assert "unsafe-inline" not in said
    assert "X-Frame-Options: DENY" in said
    assert "X-Content-Type-Options: nosniff" in said
    assert "no-store" in said
    assert said.rstrip().endswith("301")


def test_passwords_are_hashed_with_a_present_work_factor() -> None:
    """OWASP asks for 600,000 rounds of PBKDF2 with SHA-256; Django's default has more."""
    assert hashers.PBKDF2PasswordHasher.iterations >= 600_000
    from django.conf import global_settings

    assert global_settings.PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")
    text = (ROOT / "src/tamdao/config/settings.py").read_text(encoding="utf-8")
    assert "PASSWORD_HASHERS" not in text


@pytest.mark.parametrize("role", ["admn", "public"])
def test_a_role_that_demands_nothing_does_not_pass_unseen(settings: Any, role: str) -> None:
    settings.SECOND_FACTOR_ROLES = [role]
    with pytest.raises(ImproperlyConfigured, match=role):
        signals.check_roles()


@pytest.mark.django_db
def test_the_log_holds_no_secret_of_a_full_sign_in(settings: Any) -> None:
    """Everything at DEBUG, from the first wrong password to a crash with the password among what was sent."""
    person = Person.objects.create_person(username="vanthu", display_name="Văn thư (thử)", password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    codes = RecoveryCodes.activate(person).generate_codes()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    reset = resets.make(person=person, by="tests", at=timezone.now())
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    quiet = logging.getLogger("django.db.backends")
    before = quiet.level
    quiet.setLevel(logging.INFO)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        client = Client(raise_request_exception=False)
        for password in ("mật khẩu gõ sai", PASSWORD):
            client.post("/accounts/login/", {"username": "vanthu", "password": password})
        client.post("/accounts/login/", {"username": "lỡ gõ mật khẩu", "password": "x"})
        client.post("/accounts/login/", {"username": "vanthu", "password": PASSWORD})
        client.post("/accounts/login/step/", {"code": "987650"})
        client.post("/accounts/login/step/", {"code": code})
        key = client.session.session_key
        client.get("/accounts/reset/", {"code": reset})
        client.post("/account/again/password/", {"password": PASSWORD})
        client.post("/accounts/logout/")
        client.post("/accounts/login/", {"username": "vanthu", "password": PASSWORD})
        client.post("/accounts/login/step/", {"code": codes[0]})
        client.get("/accounts/oidc/callback/", {"code": "secret-oidc-code", "state": "secret-state"})
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        quiet.setLevel(before)
    text = written.getvalue()
    for kept in (
        PASSWORD,
        "gõ sai",
        "lỡ gõ",
        secret,
        "987650",
        code,
        codes[0],
        reset,
        str(key),
        "secret-oidc",
        "secret-state",
    ):
        assert kept not in text, kept
