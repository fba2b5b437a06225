"""Signing in through an OpenID Connect provider: a real one in a process of its own, honest and in every wrong way."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from tamdao.core.accounts import oidc
from tamdao.core.accounts.models import Identity, SignIn
from tamdao.core.accounts.services import identities
from tamdao.core.people.models import Person
from tests.support import free_port, give_role

pytestmark = pytest.mark.django_db
PASSWORD = "bốn con trâu đi cày"
PROGRAM = Path(__file__).parents[1] / "oidc_provider.py"
FAULTS = [
    "wrong_nonce", "no_nonce", "nonce_number", "wrong_aud", "no_aud", "many_aud", "wrong_azp", "wrong_iss", "no_iss",
    "iss_slash", "alg_none", "alg_none_spelt", "no_signature", "hs256_public_key", "hs256_secret", "wrong_key",
    "key_in_header", "key_url_in_header", "unknown_kid", "other_alg", "other_keys", "no_keys", "twins", "tampered",
    "expired", "no_exp", "future", "not_yet", "old", "no_iat", "no_sub", "empty_sub", "number_sub", "long_sub",
    "no_token", "garbage", "list", "mix_up", "refused", "other_description", "plain_http", "broken",
]  # fmt: skip


def ask(url: str) -> str:
    """GET without following redirects; the Location, or ""."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *arguments: Any) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(url, timeout=10):
            return ""
    except urllib.error.HTTPError as answer:
        return str(answer.headers.get("Location", ""))


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([sys.executable, str(PROGRAM), str(port)])
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            ask(f"{url}/fault")
            break
        except urllib.error.URLError:
            time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def issuer(provider: str, settings: Any) -> str:
    ask(f"{provider}/fault?name=")
    settings.OIDC_ISSUER = provider
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "tam-dao-test", "only-for-tests"
    return provider


@pytest.fixture
def person(issuer: str) -> Person:
    made = Person.objects.create_person(username="vanthu", display_name="Văn thư (thử)", password=PASSWORD)
    Identity.objects.create(person=made, issuer=issuer, subject="sub-1", linked_at="2026-11-01T00:00:00Z")
    return made


def answer(client: Client, following: str = "") -> str:
    """Begins at our page, signs in at the provider; the address at which the browser comes back."""
    place = client.get("/accounts/oidc/start/", {"next": following}).headers["Location"]
    return ask(place)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_who_is_linked_gets_in_and_on(client: Client, person: Person) -> None:
    response = client.get(answer(client, "/targets/"))
    assert response.status_code == 302
    assert response.headers["Location"] == "/targets/"
    assert client.session["_auth_user_id"] == str(person.pk)
    assert SignIn.objects.get().method == "oidc"


def test_every_sign_in_asks_with_fresh_state_nonce_and_challenge(client: Client, person: Person) -> None:
    seen: dict[str, set[str]] = {"state": set(), "nonce": set(), "code_challenge": set()}
    for _ in range(3):
        query = parse_qs(urlsplit(client.get("/accounts/oidc/start/").headers["Location"]).query)
        assert query["code_challenge_method"] == ["S256"]
        assert query["response_type"] == ["code"]
        for name, values in seen.items():
            values.add(query[name][0])
    assert all(len(values) == 3 for values in seen.values())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_answer_lets_nobody_in(client: Client, person: Person, issuer: str, fault: str) -> None:
    if fault in {"other_description", "plain_http", "broken"}:
        honest = answer(client)
        ask(f"{issuer}/fault?name={fault}")
        cache.clear()
        assert "không thành công" in client.get("/accounts/oidc/start/").content.decode()
    else:
        ask(f"{issuer}/fault?name={fault}")
        honest = answer(client)
    assert "không thành công" in client.get(honest).content.decode()
    assert not signed_in(client)


def test_the_description_is_kept_for_a_while_and_no_longer(
    client: Client, person: Person, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "DESCRIPTION_LIFE", 1)
    assert client.get("/accounts/oidc/start/").status_code == 302
    ask(f"{issuer}/fault?name=broken")
    assert client.get("/accounts/oidc/start/").status_code == 302
    time.sleep(1.1)
    assert "không thành công" in client.get("/accounts/oidc/start/").content.decode()
    ask(f"{issuer}/fault?name=")
    assert client.get("/accounts/oidc/start/").status_code == 302


def test_a_description_that_led_nowhere_is_read_anew(client: Client, person: Person, issuer: str) -> None:
    """The provider moved: the next one who comes need not wait until what was kept is forgotten."""
    back = answer(client)
    ask(f"{issuer}/fault?name=moved")
    assert "không thành công" in client.get(back).content.decode()
    ask(f"{issuer}/fault?name=")
    client.get(answer(client))
    assert signed_in(client)


def test_a_provider_leads_to_no_other_machine_of_the_house(provider: str) -> None:
    """Only the host that was configured may be inside; what it names elsewhere must be public."""

    def keys(issuer: str) -> dict[str, Any]:
        return oidc._json(
            oidc.Client(issuer, "id", "secret", "https://x.example.vn/"), "GET", f"{provider}/keys"
        )

    assert keys(provider)["keys"]
    with pytest.raises(oidc.OidcRefused) as refused:
        keys("https://id.example.vn")
    assert "AddressRefused" in refused.value.why


def test_no_environment_of_the_machine_is_asked(
    client: Client, person: Person, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy named for other programs would see the codes."""
    back = answer(client)
    cache.clear()
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    client.get(back)
    assert signed_in(client)


def test_the_authority_of_the_house_may_be_named(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OIDC_ISSUER = f"https://127.0.0.1:{free_port()}"
    settings.OIDC_CA = "/no/such/file.pem"
    with caplog.at_level(logging.WARNING, logger="tamdao.core.accounts"):
        assert "không thành công" in client.get("/accounts/oidc/start/").content.decode()
    assert "OSError" in caplog.text


def test_an_answer_is_good_once(client: Client, person: Person) -> None:
    back = answer(client)
    client.get(back)
    client.post("/accounts/logout/")
    assert "không thành công" in client.get(back).content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize("change", ["wrong", "none", "empty"])
def test_without_the_state_of_this_browser_nothing_opens(client: Client, person: Person, change: str) -> None:
    back = urlsplit(answer(client))
    query = {name: values[0] for name, values in parse_qs(back.query).items()}
    query |= {"state": {"wrong": "x" * 43, "none": "", "empty": ""}[change]}
    if change == "none":
        del query["state"]
    client.get(back.path, query)
    assert not signed_in(client)


def test_an_answer_begun_in_another_browser_is_refused(client: Client, person: Person) -> None:
    other = Client()
    other.get("/accounts/oidc/start/")
    other.get(answer(client))
    assert not signed_in(other)


def test_the_code_of_another_sign_in_is_refused(client: Client, person: Person) -> None:
    """An attacker's own code, put into the victim's answer: the verifier and the nonce differ."""
    stolen = parse_qs(urlsplit(answer(Client())).query)["code"][0]
    back = urlsplit(answer(client))
    state = parse_qs(back.query)["state"][0]
    client.get(back.path, {"code": stolen, "state": state})
    assert not signed_in(client)


def test_a_sign_in_begun_long_ago_begins_again(client: Client, person: Person) -> None:
    back = answer(client)
    session = client.session
    session["td_oidc"] = session["td_oidc"] | {"at": time.time() - 601}
    session.save()
    client.get(back)
    assert not signed_in(client)


def test_without_the_verifier_the_provider_gives_nothing(client: Client, person: Person) -> None:
    back = answer(client)
    session = client.session
    session["td_oidc"] = session["td_oidc"] | {"verifier": ""}
    session.save()
    client.get(back)
    assert not signed_in(client)


def test_nobody_comes_into_being_by_signing_in(client: Client, issuer: str) -> None:
    page = client.get(answer(client)).content.decode()
    assert "chưa gắn với tài khoản nào" in page
    assert not Person.objects.exists()


def test_a_closed_account_stays_closed(client: Client, person: Person) -> None:
    Person.objects.update(is_active=False)
    client.get(answer(client))
    assert not signed_in(client)


def test_a_second_factor_is_still_asked(client: Client, person: Person) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(person, generate_totp_secret())
    assert client.get(answer(client)).headers["Location"] == "/accounts/login/step/"
    assert not signed_in(client)


def test_a_signed_in_person_links_and_unlinks(client: Client, person: Person) -> None:
    Identity.objects.all().delete()
    give_role(person, "officer")
    client.post("/accounts/login/", {"username": "vanthu", "password": PASSWORD})
    assert "/account/again/" in client.post("/account/identity/link/").headers["Location"]
    client.post("/account/again/password/", {"password": PASSWORD})
    page = client.post("/account/identity/link/").content.decode()
    place = page.split('class="btn primary" href="')[1].split('"')[0].replace("&amp;", "&")
    client.get(ask(place))
    assert Identity.objects.get().person == person
    client.post("/account/identity/unlink/")
    assert not Identity.objects.exists()


def test_linking_is_for_whoever_asked(client: Client, person: Person) -> None:
    other = Person.objects.create_person(username="khac", display_name="Khác (thử)", password=PASSWORD)
    Identity.objects.all().delete()
    client.force_login(person)
    session = client.session
    back = answer(Client())
    asked = oidc.ask(link=other.pk)
    session["td_oidc"] = asked.stored()
    session.save()
    client.get(back.split("?")[0], {"code": parse_qs(urlsplit(back).query)["code"][0], "state": asked.state})
    assert not Identity.objects.exists()


def test_one_identity_opens_one_account(person: Person, issuer: str) -> None:
    from django.utils import timezone

    from tamdao.kit.errors import Conflict

    other = Person.objects.create_person(username="khac", display_name="Khác (thử)")
    now = timezone.now()
    same = identities.link(person=person, issuer=issuer, subject="sub-1", by="tests", at=now)
    assert Identity.objects.get() == same
    with pytest.raises(Conflict):
        identities.link(person=other, issuer=issuer, subject="sub-1", by="tests", at=now)
    assert identities.unlink(person=person, issuer=issuer, by="tests") == 1


def test_without_a_provider_the_door_is_not_there(client: Client) -> None:
    assert "oidc" not in client.get("/accounts/login/").content.decode()
    assert "Chưa cấu hình" in client.get("/accounts/oidc/start/").content.decode()
