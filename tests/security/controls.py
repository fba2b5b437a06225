"""Controls as check functions: each raises AssertionError when its control does not hold.

`tests/security/test_controls.py` runs them with the controls on, `test_controls_off.py` switches each control off and
sees its check fail. docs/security/asvs.csv names them as `tests/security/test_controls.py::test_control_holds[name]`.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import html

from tamdao.kit.errors import DomainError
from tests.security import (
    code,
    controls_accounts,
    controls_files,
    controls_people,
    controls_provider,
    controls_secrets,
    controls_service,
    controls_wire,
    documents,
)
from tests.security.registry import CONTROLS, control


def get(path: str = "/health/", **options: Any) -> Any:
    return Client(raise_request_exception=False).get(path, **options)


def header(name: str, response: Any = None) -> str:
    return str((response or get()).headers.get(name, ""))


# --- what browsers are told --------------------------------------------------------------------------------
@control("csp")
def csp() -> None:
    policy = header("Content-Security-Policy")
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@control("frame-ancestors")
def frame_ancestors() -> None:
    assert "frame-ancestors 'none'" in header("Content-Security-Policy")


@control("nosniff")
def nosniff() -> None:
    assert header("X-Content-Type-Options") == "nosniff"


@control("referrer-policy")
def referrer_policy() -> None:
    assert header("Referrer-Policy") == "same-origin"


@control("opener-policy")
def opener_policy() -> None:
    assert header("Cross-Origin-Opener-Policy") == "same-origin"


@control("resource-policy")
def resource_policy() -> None:
    assert header("Cross-Origin-Resource-Policy") == "same-origin"


@control("permissions-policy")
def permissions_policy() -> None:
    assert "geolocation=()" in header("Permissions-Policy")


@control("no-cors")
def no_cors() -> None:
    assert not header("Access-Control-Allow-Origin", get(headers={"origin": "https://evil.example"}))


@control("content-type")
def content_type() -> None:
    for path in ("/health/", "/no/such/page/", "/accounts/login/"):
        assert re.search(r"; charset=utf-8$", header("Content-Type", get(path)))


@control("transport-security")
def transport_security() -> None:
    """With the settings of an instance behind TLS (see test_controls.py)."""
    value = header("Strict-Transport-Security", get(secure=True))
    found = re.match(r"max-age=(\d+)", value)
    assert found is not None
    assert int(found.group(1)) >= 365 * 24 * 3600
    assert "includeSubDomains" in value
    assert get().status_code == 301


# --- requests that are not what they seem ------------------------------------------------------------------
@control("host-header")
def host_header() -> None:
    assert get(headers={"host": "evil.example"}).status_code == 400


@control("csrf")
def csrf() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/language/", {"language": "en"}).status_code == 403


@control("no-open-redirect")
def no_open_redirect() -> None:
    response = Client().post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert "evil.example" not in response.headers.get("Location", "")


@control("unsafe-by-get")
def unsafe_by_get() -> None:
    """What changes something is not done by GET."""
    response = Client().get("/language/?language=en")
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


@control("error-pages")
def error_pages() -> None:
    """A crash tells nothing of the inside: no trace, no settings, no SQL."""
    from tamdao.config import health

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(health, "connection", None)
        response = get()
    said = response.content.decode()
    assert response.status_code == 500
    assert not re.search(r"Traceback|NoneType|cursor|site-packages|SECRET", said)


@control("escaping")
def escaping() -> None:
    made = (
        engines["django"]
        .get_template("kit/refusal.html")
        .render({"sentence": "<script>alert(1)</script>"}, None)
    )
    assert "<script>alert(1)" not in made
    assert "&lt;script&gt;alert(1)" in made


@control("json-in-pages")
def json_in_pages() -> None:
    made = str(html.json_script({"a": "</script><script>alert(1)"}, "x"))
    assert made.count("<script") == 1


@control("static-only")
def static_only() -> None:
    """Neither folders nor what lies beside them are served."""
    for path in ("/static/", "/.git/HEAD", "/static/../pyproject.toml", "/pyproject.toml"):
        response = get(path)
        response.close()
        assert response.status_code == 404


# --- cookies and sessions ----------------------------------------------------------------------------------
def signed_in(client: Client) -> Any:
    person = get_user_model().objects.create_person(username=f"control.{id(client)}", display_name="Thử")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


@control("cookie-flags")
def cookie_flags() -> None:
    response = Client().post("/language/", {"language": "en"})
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME]["samesite"] == "Lax"
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"


@control("cookie-host")
def cookie_host() -> None:
    """Behind TLS every cookie is Secure and bound to the host (see test_controls.py for the settings)."""
    client = Client()
    response = client.post("/language/", {"language": "en"}, secure=True)
    assert response.cookies
    for name, morsel in response.cookies.items():
        assert name.startswith("__Host-")
        assert morsel["secure"]
        assert morsel["path"] == "/"
        assert not morsel["domain"]


@control("cookie-planted")
def cookie_planted() -> None:
    """A cookie without the prefix, planted by a neighbour host, is not read."""
    client = Client()
    client.cookies["django_language"] = "en"
    assert client.get("/health/", secure=True).headers["Content-Language"] == "vi"


def session_request() -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.session["kept"] = "x"
    request.session.create()
    request.user = AnonymousUser()
    return request


@control("session-rotates")
def session_rotates() -> None:
    request, client = session_request(), Client()
    before = request.session.session_key
    login(request, signed_in(client), backend="django.contrib.auth.backends.ModelBackend")
    assert request.session.session_key != before
    assert not SessionStore().exists(str(before))


@control("session-ends")
def session_ends() -> None:
    """After signing out the token is worth nothing, wherever it was copied to."""
    request, client = session_request(), Client()
    login(request, signed_in(client), backend="django.contrib.auth.backends.ModelBackend")
    key = str(request.session.session_key)
    logout(request)
    assert not SessionStore().exists(key)


@control("session-token")
def session_token() -> None:
    """Reference tokens, kept on the server, random enough (32 signs of 36: 165 bits)."""
    made = set()
    for _ in range(50):
        store = SessionStore()
        store.create()
        made.add(str(store.session_key))
    assert len(made) == 50
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in made)
    assert settings.SESSION_ENGINE.endswith((".db", ".cached_db"))


@control("session-lifetime")
def session_lifetime() -> None:
    assert settings.SESSION_COOKIE_AGE <= 12 * 3600


# --- who may do what ---------------------------------------------------------------------------------------
@control("route-guard")
def route_guard() -> None:
    """A page of the administrators stays closed to the public and to a person without a role."""
    response = get("/kit/")
    assert response.status_code == 302
    assert "/accounts/login/" in response.headers["Location"]
    client = Client()
    signed_in(client)
    assert client.get("/kit/").status_code == 403


@control("disabled-account")
def disabled_account() -> None:
    client = Client()
    person = signed_in(client)
    person.is_active = False
    person.save()
    assert not client.get("/kit/").wsgi_request.user.is_authenticated


@control("api-key")
def api_key() -> None:
    response = Client().get("/api/v1/indicators", headers={"authorization": "Bearer td_wrong"})
    assert response.status_code == 401


@control("api-private")
def api_private() -> None:
    """No cache between keeps an answer of the API."""
    response = Client().get("/api/v1/indicators")
    assert response.status_code == 200
    assert "private" in response.headers.get("Cache-Control", "")


# --- passwords ---------------------------------------------------------------------------------------------
def refused(password: str, **fields: str) -> bool:
    person = get_user_model()(username="nguoi.thu", **fields)
    try:
        validate_password(password, person)
    except ValidationError:
        return True
    return False


@control("password-length")
def password_length() -> None:
    assert refused("xk4!q9z")
    assert not refused("con trâu vàng trên núi Tam Đảo 1908")


@control("password-common")
def password_common() -> None:
    assert refused("1234567890123")
    assert refused("unbelievable1" if not refused("qwertyuiop123") else "qwertyuiop123")


@control("password-any-composition")
def password_any_composition() -> None:
    assert not refused("chỉ có chữ thường và dấu cách")
    assert not refused("x7" + "ạ" * 100)


@control("password-exact")
def password_exact() -> None:
    """Nothing is cut off, folded or trimmed before the comparison."""
    person = get_user_model()(username="x")
    password = "Tam Đảo " + "y" * 120
    person.set_password(password)
    assert person.check_password(password)
    for other in (password[:-1], password.lower(), password.strip() + " "):
        assert not person.check_password(other)


@control("password-field")
def password_field() -> None:
    """Masked, and open to password managers and pasting."""
    fields = re.findall(r"<input[^>]*type=\"password\"[^>]*>", get("/accounts/login/").content.decode())
    assert len(fields) == 1
    assert 'autocomplete="current-password"' in fields[0]
    assert "onpaste" not in fields[0]


@control("no-default-accounts")
def no_default_accounts() -> None:
    assert not get_user_model().objects.exists()


# --- input -------------------------------------------------------------------------------------------------
@control("input-checked")
def input_checked() -> None:
    """Unknown or malformed values are refused on the server with a sentence."""
    from tamdao.kit.dates import parse_date

    for text in ("2025-13-01", "soon", "' OR 1=1"):
        with pytest.raises(DomainError):
            parse_date(text)
    response = Client().get("/api/v1/units/?limit=abc")
    assert response.status_code in {400, 422}


# --- code and configuration --------------------------------------------------------------------------------
@control("debug-off")
def debug_off() -> None:
    from tamdao.config import env

    assert env.read_bool("TAMDAO_DEBUG", {}) is False
    assert settings.DEBUG is False


@control("secret-key")
def secret_key() -> None:
    import tempfile
    from pathlib import Path

    from tamdao.config import env

    with tempfile.TemporaryDirectory() as home:
        key = env.secret_key({"TAMDAO_HOME": home})
        assert len(key) >= 64
        assert (Path(home) / "secret-key").stat().st_mode & 0o777 == 0o600


for _rule in code.RULES:
    CONTROLS[f"code-{_rule}"] = lambda rule=_rule: code.check(rule)  # type: ignore[misc]  # bound by its default
for _topic in documents.TOPICS:
    CONTROLS[f"said-{_topic}"] = lambda topic=_topic: documents.check(topic)  # type: ignore[misc]  # bound by its default

__all__ = [
    "CONTROLS",
    "controls_accounts",
    "controls_files",
    "controls_people",
    "controls_provider",
    "controls_secrets",
    "controls_service",
    "controls_wire",
]
