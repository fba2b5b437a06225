"""A control that is switched off is noticed: for each one a switch, and its check must fail.

This is what makes "met" in docs/security/asvs.csv mean something: a check that passes whatever the product does would
fail here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import count

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.base import SessionBase
from django.template import engines
from django.test import override_settings
from django.utils import html
from django.views import i18n

from tamdao.config import api
from tamdao.core.people.models import ApiClient, Person
from tamdao.kit import dates, durable, uploads
from tamdao.kit.outbound import addresses
from tamdao.kit.spreadsheets import writing
from tamdao.kit.uploads import archives, judging, names, office, pdfs
from tamdao.kit.web import cookies, downloads
from tests.security import code, documents, off_trust
from tests.security.controls import CONTROLS
from tests.security.switches import FORGIVING, Switch, around, nothing, patched, setting, without
from tests.security.test_controls import BEHIND_TLS, TLS


def limits(**values: int) -> Switch:
    """The judgement with other limits."""
    from dataclasses import replace

    rules = replace(uploads.EVIDENCE, limits=replace(uploads.EVIDENCE.limits, **values))

    def switch(patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
        patch.setattr("tests.security.controls_files.EVIDENCE", rules)

    return switch


def unescaped(patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    engine = engines["django"].engine  # type: ignore[attr-defined]  # Django's own backend has it
    patch.setattr(engine, "autoescape", False)
    patch.setattr(engine.template_loaders[0], "reset", lambda: None, raising=False)
    for loader in engine.template_loaders:
        loader.reset()


NUMBERS = count()
SECURITY = "django.middleware.security.SecurityMiddleware"
OFF: Mapping[str, Switch] = {
    **off_trust.OFF,
    "csp": without("ContentSecurityPolicyMiddleware"),
    "frame-ancestors": without("ContentSecurityPolicyMiddleware"),
    "permissions-policy": without("ContentSecurityPolicyMiddleware"),
    "resource-policy": without("ContentSecurityPolicyMiddleware"),
    "nosniff": setting(SECURE_CONTENT_TYPE_NOSNIFF=False),
    "referrer-policy": setting(SECURE_REFERRER_POLICY=None),
    "opener-policy": setting(SECURE_CROSS_ORIGIN_OPENER_POLICY=None),
    "no-cors": around("OpenCors"),
    "content-type": around("NoCharset"),
    "transport-security": setting(SECURE_HSTS_INCLUDE_SUBDOMAINS=False),
    "host-header": setting(ALLOWED_HOSTS=["*"]),
    "csrf": without("CsrfViewMiddleware"),
    "no-open-redirect": patched(i18n, "url_has_allowed_host_and_scheme", lambda **options: True),
    "unsafe-by-get": setting(ROOT_URLCONF="tests.security.open_urls"),
    "error-pages": setting(DEBUG=True),
    "escaping": unescaped,
    "cookie-flags": setting(SESSION_COOKIE_HTTPONLY=False),
    "cookie-host": patched(cookies, "PREFIX", ""),
    "cookie-planted": without("HostCookieMiddleware"),
    "session-rotates": patched(SessionBase, "cycle_key", FORGIVING),
    "session-ends": patched(SessionBase, "flush", FORGIVING),
    "session-token": patched(SessionBase, "_get_new_session_key", lambda self: f"{next(NUMBERS):08d}"),
    "session-lifetime": setting(SESSION_COOKIE_AGE=14 * 24 * 3600),
    "route-guard": setting(TAMDAO_ACCESS_POLICY="tests.security.weak.everything"),
    "disabled-account": patched(ModelBackend, "user_can_authenticate", lambda self, user: True),
    "api-key": patched(
        api.ClientKey, "authenticate", lambda self, request, token: ApiClient(name="anyone", role="analyst")
    ),
    "api-private": without("ApiETagMiddleware"),
    "password-length": setting(AUTH_PASSWORD_VALIDATORS=[]),
    "password-common": setting(AUTH_PASSWORD_VALIDATORS=[]),
    "password-any-composition": setting(
        AUTH_PASSWORD_VALIDATORS=[{"NAME": "tests.security.weak.OneCapitalValidator"}]
    ),
    "password-exact": patched(Person, "check_password", lambda self, password: True),
    "password-hash": lambda patch, stack: patch.setattr(
        sys.modules["tamdao.config.settings"],
        "PASSWORD_HASHERS",
        ["django.contrib.auth.hashers.MD5PasswordHasher"],
        raising=False,
    ),
    "upload-size": limits(file=10**9),
    "upload-content": patched(judging, "sniff", lambda head: "pdf"),
    "upload-unpacked": limits(member=10**9, ratio=10**9),
    "upload-members": limits(members=10**6),
    "upload-lying": patched(judging, "chunks", nothing),
    "upload-symlink": patched(archives, "_entry_faults", nothing),
    "upload-slip": patched(archives, "_entry_faults", nothing),
    "upload-pixels": limits(pixels=10**12),
    "upload-svg": patched(judging, "svg_faults", nothing),
    "upload-entities": patched(office, "prolog_fault", FORGIVING),
    "upload-macro": patched(office, "_PARTS", ()),
    "upload-links": patched(office, "_fetches", lambda relation: False),
    "upload-pdf": patched(pdfs, "_ACTIVE", {}),
    "upload-name": patched(judging, "name_problems", lambda name: []),
    "upload-hidden-name": patched(names, "sign_faults", lambda name: []),
    "upload-scanned": patched(uploads.Scanner, "scan", lambda self, file: ("off", "")),
    "outbound-guard": patched(addresses, "is_public", lambda address: True),
    "csv-injection": patched(writing, "kept_as_text", lambda text: text),
    "download-name": patched(downloads, "file_name", lambda stem, suffix: f"{stem}.{suffix}"),
    "input-checked": patched(dates, "parse_date", FORGIVING),
    "json-in-pages": patched(html, "_json_script_escapes", {}),
    "static-only": setting(ROOT_URLCONF="tests.security.open_urls"),
    "password-field": around("Unmasked"),
    "no-default-accounts": lambda patch, stack: Person.objects.create_person(
        username="admin", display_name="admin"
    ),
    "debug-off": setting(DEBUG=True),
    "secret-key": patched(durable, "write_new", lambda path, text: path.write_text("short")),
}


def sampled(rule: str) -> Switch:
    """The tree with a file that breaks the rule."""
    return patched(code, "sources", lambda found: iter([("src/new.py", code.RULES[rule].bad)]))


def off(name: str) -> Switch:
    if name.startswith("code-"):
        return sampled(name.removeprefix("code-"))
    if name.startswith("said-"):
        return patched(documents, "read", lambda file: "")
    return OFF[name]


@contextmanager
def switched_off(name: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        stack.enter_context(override_settings(**(TLS if name in BEHIND_TLS else {})))
        off(name)(patch, stack)
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_that_is_off_is_noticed(name: str) -> None:
    with switched_off(name), pytest.raises((AssertionError, pytest.fail.Exception)):
        CONTROLS[name]()


def test_every_control_has_its_switch() -> None:
    unknown = [name for name in CONTROLS if not name.startswith(("code-", "said-")) and name not in OFF]
    assert not unknown
    assert not set(OFF) - set(CONTROLS)
