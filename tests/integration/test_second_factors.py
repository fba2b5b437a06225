"""Second factors: added, removed, demanded by roles; recovery codes; a new password by a one-time code."""

from __future__ import annotations

import getpass
import json
import os
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from tamdao.config.cli import run
from tamdao.core.accounts.models import OpenSession, PasswordReset
from tamdao.core.accounts.services import resets
from tamdao.core.ledger.acting import operator
from tamdao.core.people.models import Delegation, Person
from tamdao.kit.errors import Conflict
from tests.support import give_role

pytestmark = pytest.mark.django_db
PASSWORD = "bốn con trâu đi cày"
NEW = "năm con gà gáy sáng"
FACTORS = "/account/factors/"
APP = "/account/factors/app/"
CODES = "/account/factors/codes/"


@pytest.fixture
def person() -> Person:
    made = Person.objects.create_person(username="vanthu", display_name="Văn thư (thử)", password=PASSWORD)
    give_role(made, "leader")
    return made


@pytest.fixture
def inside(client: Client, person: Person) -> Client:
    client.post("/accounts/login/", {"username": "vanthu", "password": PASSWORD})
    return client


def confirm(client: Client, following: str = FACTORS) -> str:
    answer = client.post("/account/again/password/", {"password": PASSWORD, "next": following})
    return answer.headers["Location"]


def code_of(secret: str, steps: int = 0) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
    return code


def opens(client: Client) -> bool:
    """Whether a page of the house is reached; without packs it has nothing to show."""
    return client.get("/search/").status_code == 409


def turn_on(client: Client) -> tuple[str, str]:
    """Through the pages: the secret and the page of recovery codes."""
    confirm(client)
    page = client.get(APP).content.decode()
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert secret is not None
    plain = secret[1].replace(" ", "")
    answer = client.post(APP, {"code": code_of(plain)})
    assert answer.headers["Location"] == CODES
    return plain, client.get(CODES).content.decode()


@pytest.mark.parametrize(
    "address",
    [APP, f"{APP}off/", CODES, f"{CODES}new/", f"{FACTORS}passkeys/add/"],
)
def test_a_change_of_factors_asks_to_prove_oneself(inside: Client, address: str) -> None:
    answer = inside.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/again/?next=")
    inside.get(answer.headers["Location"])
    assert confirm(inside, address) == address


def test_what_was_sent_without_proof_is_not_kept(inside: Client) -> None:
    answer = inside.post(APP, {"code": "123456"})
    assert answer.headers["Location"].endswith("?next=%2Faccount%2F")
    assert "123456" not in str(dict(inside.session))


def test_proof_is_forgotten_after_ten_minutes(inside: Client) -> None:
    confirm(inside)
    assert inside.get(APP).status_code == 200
    session = inside.session
    session["account_authentication_methods"][-1]["at"] -= 601
    session.save()
    assert inside.get(APP).status_code == 302


def test_wrong_proof_is_counted_like_a_wrong_password(inside: Client) -> None:
    for _ in range(5):
        inside.post("/account/again/password/", {"password": "sai"})
    page = inside.post("/account/again/password/", {"password": PASSWORD}).content.decode()
    assert "tạm dừng" in page


def test_the_app_is_switched_on_used_and_off(inside: Client, person: Person) -> None:
    secret, codes = turn_on(inside)
    assert len(re.findall(r"<code>\d{10}</code>", codes)) == 10
    assert "data:text/plain" in codes
    again = inside.get(CODES).content.decode()
    assert "không hiện lại" in again
    assert not re.search(r"<code>\d{10}</code>", again)
    other = Client()
    other.post("/accounts/login/", {"username": "vanthu", "password": PASSWORD})
    # the code that switched it on is used up
    other.post("/accounts/login/step/", {"code": code_of(secret)})
    assert "_auth_user_id" not in other.session
    other.post("/accounts/login/step/", {"code": code_of(secret, 1)})
    assert "_auth_user_id" in other.session
    assert inside.post(f"{APP}off/").status_code == 302
    assert not Authenticator.objects.exists()


def test_a_wrong_first_code_switches_nothing_on(inside: Client) -> None:
    confirm(inside)
    inside.get(APP)
    assert "không đúng" in inside.post(APP, {"code": "000000"}).content.decode()
    assert not Authenticator.objects.exists()


def test_new_recovery_codes_end_the_old_ones(inside: Client, person: Person) -> None:
    _, page = turn_on(inside)
    assert inside.post(f"{CODES}new/").headers["Location"] == CODES
    old = re.findall(r"<code>(\d{10})</code>", page)
    new = re.findall(r"<code>(\d{10})</code>", inside.get(CODES).content.decode())
    assert len(new) == 10
    assert not set(old) & set(new)


def test_a_code_proves_oneself_too(inside: Client, person: Person) -> None:
    secret, _ = turn_on(inside)
    session = inside.session
    session["account_authentication_methods"] = []
    session.save()
    inside.post("/account/again/code/", {"code": code_of(secret, 1), "next": APP})
    assert inside.get(CODES).status_code == 200
    assert "Bằng mật khẩu" in inside.get("/account/again/code/").content.decode()


def test_a_role_that_demands_a_factor_opens_nothing_before(
    inside: Client, person: Person, settings: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = ["leader"]
    assert inside.get("/search/").headers["Location"] == FACTORS
    assert "phải có lớp xác thực thứ hai" in inside.get(FACTORS).content.decode()
    refused = inside.get("/api/v1/units/")
    assert refused.status_code == 403
    assert json.loads(refused.content)["code"] == "second_factor_needed"
    assert inside.get("/account/").status_code == 200
    turn_on(inside)
    assert opens(inside)
    # and the last one stays
    page = inside.post(f"{APP}off/").content.decode()
    assert "hãy thêm lớp khác trước" in page
    assert Authenticator.objects.filter(type="totp").exists()


def test_demo_accounts_are_exempt_and_say_so(inside: Client, person: Person, settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = ["leader"]
    Person.objects.update(demo=True)
    assert opens(inside)
    assert "Đây là tài khoản thử" in inside.get("/account/").content.decode()


def test_the_public_is_asked_for_nothing(client: Client, settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = ["leader", "officer"]
    assert opens(client)


@pytest.mark.parametrize(
    "sent",
    ["", "[]", "7", '"x"', "{}", '{"id":"a"}', '{"response":{"userHandle":"MQ"}}', '{"response":[]}', "{"],
)
@pytest.mark.parametrize(
    "address", ["/accounts/login/passkey/", f"{FACTORS}passkeys/add/", "/account/again/passkey/"]
)
def test_nonsense_in_place_of_a_passkey_is_refused(inside: Client, address: str, sent: str) -> None:
    if address.startswith("/accounts/"):
        inside = Client()
        inside.get("/accounts/login/passkey/options/")
    else:
        turn_on(inside)
        inside.get(address)
    answer = inside.post(address, {"credential": sent})
    assert answer.status_code in {200, 302}
    assert not Authenticator.objects.filter(type="webauthn").exists()


def a_passkey(person: Person, name: str = "cũ") -> Authenticator:
    made: Authenticator = Authenticator.objects.create(
        user=person, type="webauthn", data={"name": name, "credential": {}}
    )
    return made


def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(inside: Client, person: Person) -> None:
    other = Person.objects.create_person(username="khac", display_name="Khác (thử)")
    own, theirs = a_passkey(person), a_passkey(other)
    confirm(inside)
    inside.post(f"{FACTORS}passkeys/rename/", {"id": own.pk, "name": "Điện thoại cơ quan"})
    assert "Điện thoại cơ quan" in inside.get(FACTORS).content.decode()
    inside.post(f"{FACTORS}passkeys/rename/", {"id": own.pk, "name": ""})
    for action in ("rename", "remove"):
        for named in (theirs.pk, "x", ""):
            assert inside.post(f"{FACTORS}passkeys/{action}/", {"id": named, "name": "n"}).status_code == 404
    assert inside.post(f"{FACTORS}passkeys/remove/", {"id": own.pk}).status_code == 302
    assert [row.pk for row in Authenticator.objects.all()] == [theirs.pk]


def test_the_last_passkey_stays_where_a_role_demands_it(
    inside: Client, person: Person, settings: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = ["leader"]
    own = a_passkey(person)
    confirm(inside)
    assert inside.post(f"{FACTORS}passkeys/remove/", {"id": own.pk}).status_code == 409


def made_code(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert run(["account", "reset", "vanthu", "--format", "json", *more]) == 0
    code: str = json.loads(capsys.readouterr().out)["code"]
    return code


def send(client: Client, code: str, new: str = NEW) -> Any:
    return client.post("/accounts/reset/", {"code": code, "new": new, "again": new})


def test_a_reset_sets_the_password_once_and_ends_all_sessions(
    inside: Client, person: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    code = made_code(capsys)
    assert code.replace("-", "") not in str(list(PasswordReset.objects.values()))
    browser = Client()
    # what stands in an address is not taken over
    assert f'value="{code}"' not in browser.get("/accounts/reset/", {"code": code}).content.decode()
    assert "12" in send(browser, code, "ngắn").content.decode()
    assert send(browser, code.upper().replace("-", " ")).headers["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in browser.session
    assert not OpenSession.objects.exists()
    assert inside.get("/account/").status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert "đã dùng" in send(browser, code).content.decode()


def test_a_reset_is_no_way_round_the_second_factor(
    person: Person, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """ASVS 5.0, V6.4.3."""
    TOTP.activate(person, generate_totp_secret())
    send(client, made_code(capsys))
    answer = client.post("/accounts/login/", {"username": "vanthu", "password": NEW})
    assert answer.headers["Location"] == "/accounts/login/step/"
    assert "_auth_user_id" not in client.session


def test_only_an_administrator_removes_lost_factors(
    person: Person, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    TOTP.activate(person, generate_totp_secret())
    send(client, made_code(capsys, "--without-factors"))
    client.post("/accounts/login/", {"username": "vanthu", "password": NEW})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("case", ["late", "newer", "closed", "wrong", "none"])
def test_a_code_without_force_sets_nothing(person: Person, client: Client, case: str) -> None:
    now = timezone.now()
    made = now - timedelta(hours=25) if case == "late" else now
    code = resets.make(person=person, by="tests", at=made)
    if case == "newer":
        resets.make(person=person, by="tests", at=now)
    if case == "closed":
        Person.objects.update(is_active=False)
    send(client, {"wrong": "x" * 35, "none": ""}.get(case, code))
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_of_two_who_use_a_code_at_once_one_succeeds(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    code = resets.make(person=person, by="tests", at=timezone.now())
    found = resets.find(code=code, at=timezone.now())
    resets.use(code=code, password=NEW, at=timezone.now())
    monkeypatch.setattr(resets, "find", lambda **_: found)
    with pytest.raises(Conflict):
        resets.use(code=code, password="sáu con vịt bơi ao", at=timezone.now())
    monkeypatch.undo()
    with pytest.raises(Conflict):
        resets.use(code=code, password="sáu con vịt bơi ao", at=timezone.now())


def test_the_command_prints_a_link_and_refuses_strangers(
    person: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["account", "reset", "vanthu"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"/accounts/reset/\n.*code: [a-z2-9-]{35}\n", said)
    assert run(["account", "reset", "khongco"]) == 1
    Person.objects.update(is_active=False)
    assert run(["account", "reset", "vanthu"]) == 1
    assert run(["account", "link", "vanthu", "s"]) == 1


def test_a_machine_whose_user_has_no_name_still_says_who_acts(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container may run as a number."""

    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert operator() == f"cli:{os.getuid()}"
    assert run(["account", "reset", "vanthu"]) == 0


def test_sessions_and_links_are_managed_from_the_machine(
    inside: Client, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.OIDC_ISSUER = "https://id.example.vn"
    for form in ([], ["--format", "json"]):
        for words in (
            ["sign-out", "vanthu"],
            ["link", "vanthu", "s1"],
            ["unlink", "vanthu"],
            ["unlock", "vanthu"],
        ):
            assert run(["account", *words, *form]) == 0
    assert '"unlinked": 1' in capsys.readouterr().out
    assert inside.get("/account/").status_code == 302


def test_a_role_that_is_only_lent_demands_a_factor_too(inside: Client, person: Person, settings: Any) -> None:
    """Whoever acts for the system's leaders must not be easier to imitate than they are."""
    settings.SECOND_FACTOR_ROLES = ["leader"]
    deputy = Person.objects.create_person(username="pho", display_name="Phó (thử)", password=PASSWORD)
    give_role(deputy, "officer")
    client = Client()
    client.post("/accounts/login/", {"username": "pho", "password": PASSWORD})
    assert opens(client)
    post, today = person.holdings.get(), timezone.localdate()
    given = Delegation.objects.create(
        holding=post, receiver=deputy, capacity="TL", pairs="matters.view", from_date=today,
        reason="đi công tác", given_by=f"person:{person.pk}", given_at=timezone.now(),
    )  # fmt: skip
    assert client.get("/search/").headers["Location"] == FACTORS
    own = a_passkey(deputy)
    confirm(client)
    assert client.post(f"{FACTORS}passkeys/remove/", {"id": own.pk}).status_code == 409
    Delegation.objects.filter(pk=given.pk).update(revoked_at=timezone.now())
    assert client.post(f"{FACTORS}passkeys/remove/", {"id": own.pk}).status_code == 302


def test_everyone_signed_in_may_have_to_have_a_factor(inside: Client, settings: Any) -> None:
    assert opens(inside)
    settings.SECOND_FACTOR_ROLES = ["person"]
    assert inside.get("/search/").headers["Location"] == FACTORS
