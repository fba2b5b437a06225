"""Switches for the controls of accounts, providers, secrets, records and services; see `test_controls_off`."""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from allauth.mfa import stages
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth as recovery
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect

from tamdao.config import crowding, env
from tamdao.config.operations import sealing
from tamdao.config.operations.doctor import instance
from tamdao.core.accounts import api as accounts_api
from tamdao.core.accounts import locking, oidc, rules
from tamdao.core.accounts import middleware as accounts_middleware
from tamdao.core.accounts.adapters import FactorAdapter
from tamdao.core.accounts.models import Identity
from tamdao.core.accounts.services import identities, passwords, resets, sessions, sign_ins
from tamdao.core.accounts.web import forms
from tamdao.core.files import blobs
from tamdao.core.jobs import email
from tamdao.core.ledger import notes
from tamdao.core.ledger.capture import connections
from tamdao.core.people import rules as people_rules
from tamdao.core.people.models import Person
from tamdao.kit import mail, uploads
from tamdao.kit.outbound.sessions import GuardedAdapter
from tamdao.kit.uploads.kinds import KINDS
from tamdao.kit.web import routes
from tests.integration.permissions.test_seeded_faults import FAULTS
from tests.security import controls_service, naive, smuggling
from tests.security.switches import FORGIVING, Switch, around, patched, setting, without

REAL_FCHMOD = os.fchmod
VALIDATORS: Any = settings.AUTH_PASSWORD_VALIDATORS
REAL_DECODE, REAL_SUBJECT, REAL_MATCHING, REAL_USE = (
    jwt.decode,
    oidc.subject,
    rules.matching_counter,
    resets.use,
)


def decoding(**changed: Any) -> Switch:
    """Tokens read with checks left out."""

    def decode(token: Any, **options: Any) -> Any:
        options["options"] = options["options"] | changed.get("options", {})
        return REAL_DECODE(
            token, **options | {name: value for name, value in changed.items() if name != "options"}
        )

    return patched(jwt, "decode", decode)


def brought_key(keys: Any, header: Any) -> Any:
    """The key that the token brings along."""
    return jwt.PyJWK(header.get("jwk") or keys["keys"][0], algorithm=header["alg"]).key


def used_again(code: str, *, now: float, tolerance: int, value: Any, after: int) -> int | None:
    """Codes without a memory."""
    return REAL_MATCHING(code, now=now, tolerance=tolerance, value=value, after=-1)


def reset_and_removed(*, code: str, password: str, at: Any) -> Any:
    """A reset that takes the second factors along."""
    person = REAL_USE(code=code, password=password, at=at)
    Authenticator.objects.filter(user=person).delete()
    return person


def any_issuer(*, issuer: str, subject: str) -> Any:
    """A subject found whoever names it."""
    return Identity.objects.filter(subject=subject).first().person  # type: ignore[union-attr]  # there is one


def mixed_up(client: Any, asked: Any, answer: Any) -> str:
    """An answer without a look at its issuer."""
    return REAL_SUBJECT(client, asked, {name: text for name, text in answer.items() if name != "iss"})


def undescribed(client: Any) -> Any:
    """The description of a provider, taken as it is."""
    return oidc._json(client, "GET", f"{client.issuer}/.well-known/openid-configuration")


def small_seeds(patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    weak = SimpleNamespace(token_bytes=lambda length: b"\0" * length, token_hex=lambda length: "0" * 8)
    patch.setattr(totp, "secrets", weak)
    patch.setattr(recovery, "secrets", weak)


def nothing_ends(patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    """Neither our list nor Django's mark of the password ends a session."""
    patch.setattr(sessions, "end", lambda **options: 0)
    patch.setattr(Person, "get_session_auth_hash", lambda self: "always")


ALIKE = SimpleNamespace(compare_digest=lambda one, other: True)
ACCOUNTS: Mapping[str, Switch] = {
    "guessing": patched(locking, "take_place", FORGIVING),
    "password-change": patched(forms, "_check_own_password", FORGIVING),
    "password-no-renewal": around("Renewal"),
    "password-obvious": setting(
        AUTH_PASSWORD_VALIDATORS=[
            rule for rule in VALIDATORS if not rule["NAME"].endswith("ObviousPasswordValidator")
        ]
    ),
    "first-password": patched(rules, "RESET_LIFE", timedelta(days=365)),
    "reset-keeps-factors": patched(resets, "use", reset_and_removed),
    "all-or-nothing": patched(passwords, "change", passwords.change.__wrapped__),  # type: ignore[attr-defined]
    "ways-in": setting(AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.RemoteUserBackend"]),
    "steps-in-order": patched(stages, "is_mfa_enabled", lambda *args: False),
    "second-factor": patched(accounts_middleware, "must_have_second_factor", lambda person: False),
    "factor-code-once": patched(rules, "matching_counter", used_again),
    "factor-seeds": small_seeds,
    "recovery-codes": setting(MFA_RECOVERY_CODE_DIGITS=4),
    "prove-again": patched(accounts_api, "did_recently_reauthenticate", lambda request: True),
    "session-idle": patched(rules, "session_over", lambda **times: False),
    "session-age": patched(rules, "session_over", lambda **times: False),
    "sessions-end-at-change": nothing_ends,
    "sign-out-in-sight": around("NoSignOut"),
    "administrator-ends-sessions": patched(sessions, "end", lambda **options: 0),
    "own-sessions": patched(accounts_api, "did_recently_reauthenticate", lambda request: True),
    "cleared-at-sign-out": around("NothingCleared"),
    "no-store": around("Kept"),
    "nothing-in-addresses": around("CodeFromAddress"),
    "sign-ins-noted": patched(sign_ins, "note", FORGIVING),
    "proxy-headers": patched(
        rules, "client_address", lambda remote, forwarded, *, proxies: forwarded or remote
    ),
}
PROVIDER: Mapping[str, Switch] = {
    "token-signed": decoding(options={"verify_signature": False}),
    "token-algorithms": patched(oidc, "ALGORITHMS", frozenset({"none", "HS256", "RS256"})),
    "token-keys": patched(oidc, "_key", brought_key),
    "token-times": decoding(options={"verify_exp": False, "verify_nbf": False, "verify_iat": False}),
    "token-kind": patched(jwt, "get_unverified_header", lambda token: {"alg": "RS256", "kid": "k1"}),
    "token-audience": decoding(options={"verify_aud": False}),
    "token-nonce": patched(oidc, "hmac", ALIKE),
    "provider-answer": patched(oidc, "hmac", ALIKE),
    "provider-mixed-up": patched(oidc, "subject", mixed_up),
    "provider-issuer": patched(oidc, "discover", undescribed),
    "provider-subject": patched(identities, "find_person", any_issuer),
    "provider-strength": patched(stages, "is_mfa_enabled", lambda *args: False),
    "provider-by-act": around("FromHere"),
    "provider-token-stays": around("TokenInCookie"),
}


class Unchecked:
    """Encryption that nobody authenticates, or that is none."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def encrypt(self, nonce: bytes, text: bytes, more: bytes) -> bytes:
        return text

    def decrypt(self, nonce: bytes, text: bytes, more: bytes) -> bytes:
        return text


def in_the_open(patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    patch.setattr(FactorAdapter, "encrypt", lambda self, text: text)
    patch.setattr(FactorAdapter, "decrypt", lambda self, text: text)


def unbound(patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    """A seal that opens whatever was changed."""
    patch.setattr(sealing, "ChaCha20Poly1305", Unchecked)
    patch.setattr(sealing, "_unpack", lambda content: {})


def readable(patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    """Key files as any program would make them."""
    real = os.open
    patch.setattr(os, "open", lambda path, flags, mode=0o666, **more: real(path, flags, 0o644, **more))
    patch.setattr(os, "fchmod", lambda descriptor, mode: REAL_FCHMOD(descriptor, 0o644))


def fault(name: str) -> Switch:
    """A mistake in the rights, as the tests of permissions put it in."""
    return lambda patch, stack: FAULTS[name](patch)


def templates(old: str, new: str) -> Switch:
    """The files of `tamdao install` with a line changed."""

    def switch(patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for path in controls_service.FILES.iterdir():
            (folder / path.name).write_text(
                path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8"
            )
        patch.setattr(controls_service, "FILES", folder)

    return switch


def line_format(text: str) -> Switch:
    """The log in another form."""
    changed = {"formatters": {"line": {"format": text, "style": "{"}}}
    return setting(LOGGING=settings.LOGGING | changed)


def silent(name: str) -> Switch:
    """A logger that says nothing."""
    return patched(logging.getLogger(name), "disabled", True)


def trusting(patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    """Calls out that take every certificate, and say nothing about it."""
    stack.enter_context(warnings.catch_warnings())
    warnings.simplefilter("ignore")
    patch.setattr(GuardedAdapter, "cert_verify", FORGIVING)
    patch.setattr(
        GuardedAdapter, "build_connection_pool_key_attributes", lambda *args: ({}, {"cert_reqs": "CERT_NONE"})
    )


def runnable(descriptor: int, mode: int) -> None:
    """The mode of a program."""
    REAL_FCHMOD(descriptor, 0o700)


def unquoted(path: str) -> HttpResponse:
    """An address put together by hand."""
    return HttpResponseRedirect(f"/accounts/login/?next={path}")


PLAIN = line_format("{asctime} {levelname} {name}: {message}")
SECRETS: Mapping[str, Switch] = {
    "sealed-whole": unbound,
    "sealed-at-rest": in_the_open,
    "passphrase-stretched": patched(sealing, "_SCRYPT", {"n": 2, "r": 8, "p": 1}),
    "signatures": patched(notes.PublicKey, "verifies", lambda self, signature, message: True),
    "keys-private": readable,
    "ledger-who": patched(connections, "as_text", lambda acted: "{}"),
    "files-not-run": patched(os, "fchmod", runnable),
    "files-judged": patched(
        uploads,
        "judge",
        lambda file, name, rules, scanner: uploads.Judged(name, KINDS["pdf"], 1, "off"),
    ),
    "files-by-hash": patched(blobs, "path_of", lambda sha256: blobs.root() / sha256[:8]),
}
SERVICE: Mapping[str, Switch] = {
    "log-elsewhere": templates('StreamDriverAuthMode="x509/name"', 'StreamDriverAuthMode="anon"'),
    "smuggling": patched(smuggling, "web", naive.web),
    "database-tls": patched(env, "is_local", lambda host: True),
    "mail-tls": patched(
        mail,
        "server_of",
        lambda url: mail.Server("127.0.0.1", urlsplit(url).port or 25, False, "", "", "", openly=True),
    ),
    "log-lines": PLAIN,
    "log-times": PLAIN,
    "log-who": PLAIN,
    "log-readable": PLAIN,
    "log-places": setting(
        LOGGING=settings.LOGGING | {"handlers": {"file": {"class": "logging.FileHandler"}}}
    ),
    "log-secrets": around("Talkative"),
    "log-refusals": silent("django.request"),
    "log-attempts": silent("django.security.csrf"),
    "log-failures": silent("django.request"),
    "no-trace": without("TraceMiddleware"),
    "api-plain-http": without("ApiTransportMiddleware"),
    "decoded-once": around("DecodedTwice"),
    "addresses-built": patched(routes, "redirect_to_login", unquoted),
    "mail-headers": patched(email, "_is_address", lambda value: True),
    "writers-bounded": patched(crowding, "MOST_WRITERS", 10**6),
    "proxy-tls": templates("TLSv1.2 TLSv1.3", "TLSv1 TLSv1.1 TLSv1.2"),
    "proxy-ciphers": templates("ECDHE-RSA-AES128-GCM-SHA256", "AES128-SHA"),
    "proxy-floods": templates("limit_req zone=tamdao_requests", "# limit_req"),
    "proxy-certificate": patched(instance, "_vouched", lambda found: True),
    "few-rights": templates("User=tamdao", "User=root"),
    "certificates-checked": trusting,
}
PEOPLE: Mapping[str, Switch] = {
    "object-rights": fault("objects are fetched by their key alone"),
    "field-rights": fault("everyone reads every history"),
    "other-units": fault("the filter is left out"),
    "fields-out": around("TellsAll"),
    "limits-of-office": fault("unit administrators appoint system administrators"),
    "combinations": patched(people_rules, "unit_problems", lambda *args, **options: []),
    "parameters-by-place": around("FormFromAddress"),
}
OFF: Mapping[str, Switch] = {**ACCOUNTS, **PROVIDER, **SECRETS, **SERVICE, **PEOPLE}
