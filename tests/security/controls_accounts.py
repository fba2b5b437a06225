"""Controls of signing in, second factors and sessions; see `controls`. The full stories: tests/integration."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.utils import timezone

from tamdao.config import env
from tamdao.config.cli import run
from tamdao.core.accounts import rules
from tamdao.core.accounts.models import OpenSession, SignIn
from tamdao.core.accounts.services import passwords, resets, sessions
from tamdao.core.accounts.web import urls
from tamdao.core.people.models import Person
from tamdao.kit.web.routes import contract_of
from tests.security.registry import control
from tests.support import give_role

PASSWORD = "bốn con trâu đi cày"
NEW = "năm con gà gáy sáng"
LOGIN, STEP = "/accounts/login/", "/accounts/login/step/"
BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# every address at which a session may begin; docs/security/sign-in.md, "Ways in", describes each
DOORS = {
    "account_login", "mfa_authenticate", "mfa_login_webauthn", "passkey_options", "oidc_start",
    "oidc_callback", "account_reset",
}  # fmt: skip


def somebody(*, role: str = "officer", username: str = "vanthu") -> Person:
    person = Person.objects.create_person(username=username, display_name="Văn thư (thử)", password=PASSWORD)
    give_role(person, role)
    return person


def sign_in(client: Client, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"username": "vanthu", "password": password}, **extra)


def browser() -> Client:
    client = Client()
    sign_in(client)
    return client


def inside(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


def confirmed(client: Client) -> Client:
    client.post("/account/again/password/", {"password": PASSWORD})
    return client


def code_of(secret: str, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def enrolled(person: Person) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return str(secret)


# --- passwords ---------------------------------------------------------------------------------------------
@control("guessing")
def guessing() -> None:
    """Five wrong passwords, and the right one waits."""
    somebody()
    for _ in range(rules.PASSWORD_LIMIT):
        assert sign_in(Client(), "sai").status_code == 200
    assert sign_in(Client()).status_code == 429


@control("password-change")
def password_change() -> None:
    """By its owner, who must know the old one."""
    person, client = somebody(), browser()
    fields = {"new": NEW, "again": NEW}
    client.post("/account/password/", fields | {"password": "sai"})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    client.post("/account/password/", fields | {"password": PASSWORD})
    person.refresh_from_db()
    assert person.check_password(NEW)


@control("password-no-renewal")
def password_no_renewal() -> None:
    """A password of ten years ago opens as on its first day."""
    somebody()
    Person.objects.update(last_login=timezone.now() - timedelta(days=3650))
    assert inside(browser())


@control("first-password")
def first_password() -> None:
    """An account begins without a password; the code that sets the first one is random, short-lived and good once."""
    person = Person.objects.create_person(username="vanthu", display_name="Văn thư (thử)")
    assert not person.has_usable_password()
    now = timezone.now()
    codes = {resets.make(person=person, by="tests", at=now) for _ in range(5)}
    assert len(codes) == 5
    code = resets.make(person=person, by="tests", at=now)
    assert len(code.replace("-", "")) >= 26
    assert not [old for old in codes if resets.find(code=old, at=now)]
    assert resets.find(code=code, at=now + timedelta(hours=23))
    assert not resets.find(code=code, at=now + timedelta(hours=25))
    resets.use(code=code, password=PASSWORD, at=now)
    assert not resets.find(code=code, at=now)


@control("reset-keeps-factors")
def reset_keeps_factors() -> None:
    person = somebody()
    enrolled(person)
    code = resets.make(person=person, by="tests", at=timezone.now())
    client = Client()
    client.post("/accounts/reset/", {"code": code, "new": NEW, "again": NEW})
    assert sign_in(client, NEW).headers["Location"] == STEP
    assert not inside(client)


@control("all-or-nothing")
def all_or_nothing() -> None:
    """A step that fails takes the whole change back."""
    person, end_all = somebody(), sessions.end_all

    def fails(**options: Any) -> int:
        raise OSError

    sessions.end_all = fails
    try:
        passwords.change(person=person, password=NEW, session_key="")
    except OSError:
        pass
    finally:
        sessions.end_all = end_all
    assert Person.objects.get().check_password(PASSWORD)


@control("password-obvious")
def password_obvious() -> None:
    """Words of the office, with digits and signs around them."""
    for password in ("UBND@tinh#2026!", "Chuyển.đổi.số.2026", "MậtKhẩu@123456"):
        with pytest.raises(ValidationError):
            validate_password(password)


@control("password-hash")
def password_hash() -> None:
    """The instance's own settings (those of the tests hash quickly on purpose)."""
    from tamdao.config import settings as instance  # noqa: TID251  # what is checked is the module itself

    named = getattr(instance, "PASSWORD_HASHERS", None)
    from django.conf import global_settings
    from django.utils.module_loading import import_string

    hasher = import_string((named or global_settings.PASSWORD_HASHERS)[0])
    assert hasher.algorithm in {"pbkdf2_sha256", "argon2", "scrypt"}
    assert hasher.algorithm != "pbkdf2_sha256" or hasher.iterations >= 600_000


# --- ways in, second factors -------------------------------------------------------------------------------
@control("ways-in")
def ways_in() -> None:
    """No way in but the documented ones."""
    assert list(settings.AUTHENTICATION_BACKENDS) == BACKENDS
    contracts = {pattern.name: contract_of(pattern) for pattern in urls.urlpatterns}
    doors = {
        name
        for name, found in contracts.items()
        if found and (found.resource, found.action) == ("session", "start")
    }
    assert doors == DOORS


@control("steps-in-order")
def steps_in_order() -> None:
    """The password alone opens nothing where a second step is due; the second step nothing without the first."""
    secret, client = enrolled(somebody()), Client()
    client.post(STEP, {"code": code_of(secret)})
    assert not inside(client)
    sign_in(client)
    assert not inside(client)
    client.post(STEP, {"code": code_of(secret)})
    assert inside(client)


@control("second-factor")
def second_factor() -> None:
    """A role that demands a factor opens nothing before it is there."""
    somebody(role="leader")
    with override_settings(SECOND_FACTOR_ROLES=env.read_list("TAMDAO_SECOND_FACTOR_ROLES", {})):
        assert browser().get("/access/").headers.get("Location") == "/account/factors/"


@control("factor-code-once")
def code_once() -> None:
    secret, first, second = enrolled(somebody()), browser(), browser()
    code = code_of(secret)
    first.post(STEP, {"code": code})
    assert inside(first)
    second.post(STEP, {"code": code})
    assert not inside(second)


@control("factor-seeds")
def factor_seeds() -> None:
    """Seeds have 160 bits and more from the random source of the system."""
    made = {generate_totp_secret() for _ in range(20)} | {RecoveryCodes.generate_seed() for _ in range(20)}
    assert len(made) == 40
    assert all(len(seed) >= 32 for seed in made)


@control("recovery-codes")
def recovery_codes() -> None:
    """Long enough (33 bits) and different."""
    codes = RecoveryCodes.activate(somebody()).generate_codes()
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"\d{10}", code) for code in codes)


@control("prove-again")
def prove_again() -> None:
    """Factors change only after proving oneself anew."""
    somebody()
    client = browser()
    for address in ("/account/factors/app/", "/account/factors/codes/", "/account/factors/passkeys/add/"):
        assert "/account/again/" in client.get(address).headers.get("Location", ""), address


# --- sessions ----------------------------------------------------------------------------------------------
def aged(mark: str, seconds: float) -> Client:
    client = browser()
    session = client.session
    session[mark] = time.time() - seconds
    session.save()
    return client


@control("session-idle")
def session_idle() -> None:
    somebody()
    assert not inside(aged("td_used", settings.SESSION_IDLE + 301))


@control("session-age")
def session_age() -> None:
    somebody()
    assert not inside(aged("td_started", settings.SESSION_COOKIE_AGE + 1))


@control("sessions-end-at-change")
def sessions_end_at_change() -> None:
    """A new password ends all others; the list of sessions offers it after any other change."""
    somebody()
    here, there = browser(), browser()
    assert 'value="others"' in here.get("/account/sessions/").content.decode()
    here.post("/account/password/", {"password": PASSWORD, "new": NEW, "again": NEW})
    assert (inside(here), inside(there)) == (True, False)


@control("sign-out-in-sight")
def sign_out_in_sight() -> None:
    somebody()
    client = browser()
    for page in ("/account/", "/account/sessions/", "/account/password/", "/access/", "/people/me/"):
        assert 'action="/accounts/logout/"' in client.get(page).content.decode(), page


@control("administrator-ends-sessions")
def administrator_ends_sessions() -> None:
    somebody()
    client = browser()
    assert run(["account", "sign-out", "vanthu"]) == 0
    assert not inside(client)


@control("own-sessions")
def own_sessions() -> None:
    """Seen by their owner, and ended by their owner who proved themselves again."""
    somebody()
    here, there = browser(), browser()
    row = OpenSession.objects.get(key_sha256=sessions.digest(str(there.session.session_key)))
    assert f'value="{row.pk}"' in here.get("/account/sessions/").content.decode()
    here.post("/account/sessions/end/", {"id": row.pk})
    assert inside(there)
    confirmed(here).post("/account/sessions/end/", {"id": row.pk})
    assert not inside(there)


@control("cleared-at-sign-out")
def cleared_at_sign_out() -> None:
    somebody()
    answer = browser().post("/accounts/logout/")
    assert '"cache"' in answer.headers.get("Clear-Site-Data", "")


@control("no-store")
def no_store() -> None:
    """No copy is kept of a page that somebody saw who was signed in."""
    somebody()
    client = browser()
    for page in ("/account/", "/access/", "/people/me/", "/search/"):
        assert "no-store" in client.get(page).headers.get("Cache-Control", ""), page


@control("nothing-in-addresses")
def nothing_in_addresses() -> None:
    """What opens something is not read from an address: no code of a reset, no key of the API, no session."""
    person = somebody()
    code = resets.make(person=person, by="tests", at=timezone.now())
    page = Client().get("/accounts/reset/", {"code": code}).content.decode()
    assert f'value="{code}"' not in page
    key = str(browser().session.session_key)
    answer = Client().get("/account/", {"sessionid": key, "key": "x", "token": "x"})
    assert answer.wsgi_request.user == AnonymousUser()


@control("sign-ins-noted")
def sign_ins_noted() -> None:
    """Every attempt on an account, right and wrong, with when, from where and how."""
    somebody()
    sign_in(Client(), "sai")
    sign_in(Client())
    assert list(SignIn.objects.order_by("pk").values_list("outcome", "address")) == [
        (SignIn.Outcome.WRONG_PASSWORD.value, "127.0.0.1"),
        (SignIn.Outcome.DONE.value, "127.0.0.1"),
    ]


@control("proxy-headers")
def proxy_headers() -> None:
    """What a client writes into the header of proxies gains nothing."""
    somebody()
    for number in range(rules.PASSWORD_LIMIT):
        sign_in(Client(), "sai", headers={"x-forwarded-for": f"1.2.3.{number}"})
    assert sign_in(Client(), headers={"x-forwarded-for": "9.9.9.9"}).status_code == 429
