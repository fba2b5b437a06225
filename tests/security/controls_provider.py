"""Controls of signing in through an OpenID Connect provider, which is played here; see `controls`.

A real provider in a process of its own, honest and in 42 wrong ways: tests/integration/test_oidc.py.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache as memory
from django.test import Client, override_settings

from tamdao.core.accounts import oidc
from tamdao.core.accounts.models import Identity
from tamdao.core.accounts.services import identities
from tamdao.core.people.models import Person
from tests.security import controls_accounts as accounts
from tests.security.registry import control

ISSUER = "https://id.example.vn"
NONCE, CLIENT_ID = "nonce-of-this-sign-in", "tam-dao-test"
CLIENT = oidc.Client(ISSUER, CLIENT_ID, "only-for-tests", "https://tamdao.example.vn/accounts/oidc/callback/")
# the newest token of the provider, for the check that it stays on the server
LAST = {"token": ""}


@cache
def key(name: str = "own") -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(name: str = "own") -> dict[str, Any]:
    made: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key(), as_dict=True)
    return made | {"kid": "k1", "use": "sig", "alg": "RS256"}


def token(*, by: str = "own", head: dict[str, Any] | None = None, **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": ISSUER, "sub": "sub-1", "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": NONCE,
        "preferred_username": "vanthu",
    } | changes  # fmt: skip
    return jwt.encode(claims, key=key(by), algorithm="RS256", headers={"kid": "k1"} | (head or {}))


def subject_of(text: str) -> str:
    return oidc.checked(CLIENT, text, keys={"keys": [jwk()]}, nonce=NONCE)


def why(text: str) -> str:
    """Why a token is refused; "" when it is taken."""
    try:
        subject_of(text)
    except oidc.OidcRefused as refused:
        return refused.why
    return ""


@dataclass
class Provider:
    """Answers what the client asks over HTTP; remembers what it was sent."""

    description: dict[str, Any] = field(default_factory=dict)
    nonce: str = ""
    sent: dict[str, Any] = field(default_factory=dict)

    def json(self, client: oidc.Client, method: str, place: str, **more: Any) -> dict[str, Any]:
        if place.endswith("openid-configuration"):
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            found = {name: f"{ISSUER}/{end}" for name, end in ends.items()} | {"issuer": ISSUER}
            return found | self.description
        if place.endswith("/keys"):
            return {"keys": [jwk()]}
        self.sent = dict(more["data"])
        LAST["token"] = token(nonce=self.nonce)
        return {"id_token": LAST["token"]}


@contextmanager
def provider(**description: Any) -> Iterator[Provider]:
    played = Provider(description)
    names = {"OIDC_ISSUER": ISSUER, "OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": "only-for-tests"}
    with pytest.MonkeyPatch.context() as patch, override_settings(**names):
        patch.setattr(oidc, "_json", played.json)
        memory.clear()
        yield played


def begin(client: Client, played: Provider, **headers: str) -> dict[str, str]:
    """From our page to the provider: what the browser carries there."""
    place = client.get("/accounts/oidc/start/", headers=headers).headers.get("Location", "")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
    played.nonce = asked.get("nonce", "")
    return asked


def come_back(client: Client, **answer: str) -> Any:
    return client.get("/accounts/oidc/callback/", {"code": "c", **answer})


def linked(issuer: str = ISSUER) -> Person:
    person = accounts.somebody()
    Identity.objects.create(person=person, issuer=issuer, subject="sub-1", linked_at="2026-11-01T00:00:00Z")
    return person


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- the token ---------------------------------------------------------------------------------------------
@control("token-signed")
def token_signed() -> None:
    assert subject_of(token()) == "sub-1"
    assert why(token(by="other"))
    assert why(token()[:-8] + "AAAAAAAA")


@control("token-algorithms")
def token_algorithms() -> None:
    """A fixed list, in which nothing is unsigned or signed by a shared secret."""
    assert why(jwt.encode({}, key="", algorithm="none")) == "algorithm not allowed"
    assert why(jwt.encode({}, key="x" * 32, algorithm="HS256")) == "algorithm not allowed"


@control("token-keys")
def token_keys() -> None:
    """Keys come from the provider's list, never with the token."""
    assert why(token(by="other", head={"jwk": jwk("other")}))
    assert why(token(by="other", head={"jku": "https://evil.example/keys"}))


@control("token-times")
def token_times() -> None:
    now = int(time.time())
    assert why(token(exp=now - 100))
    assert why(token(nbf=now + 100))
    assert why(token(iat=now + 100))


@control("token-kind")
def token_kind() -> None:
    """An access or logout token of the same provider is no ID token."""
    assert why(token(head={"typ": "at+jwt"})) == "another kind of token"
    assert why(token(head={"typ": "logout+jwt"})) == "another kind of token"


@control("token-audience")
def token_audience() -> None:
    assert why(token(aud="another-client"))
    assert why(token(aud=[CLIENT_ID, "another-client"], azp="another-client"))


@control("token-nonce")
def token_nonce() -> None:
    assert why(token(nonce="another")) == "nonce differs"


# --- the way there and back --------------------------------------------------------------------------------
@control("provider-answer")
def provider_answer() -> None:
    """What comes back counts in the browser that asked, once, with state and PKCE."""
    linked()
    with provider() as played:
        client = Client()
        asked = begin(client, played)
        assert asked["code_challenge_method"] == "S256"
        come_back(client, state="another")
        assert not signed_in(client)
        asked = begin(client, played)
        other = Client()
        come_back(other, state=asked["state"])
        assert not signed_in(other)
        come_back(client, state=asked["state"])
        assert signed_in(client)
        assert len(played.sent["code_verifier"]) >= 43


@control("provider-mixed-up")
def provider_mixed_up() -> None:
    """An answer that names another issuer is refused (RFC 9207)."""
    linked()
    with provider() as played:
        client = Client()
        asked = begin(client, played)
        come_back(client, state=asked["state"], iss="https://evil.example")
        assert not signed_in(client)


@control("provider-issuer")
def provider_issuer() -> None:
    """The description of the provider names the issuer we were told of."""
    with provider(issuer="https://evil.example"):
        assert Client().get("/accounts/oidc/start/").status_code == 200


@control("provider-subject")
def provider_subject() -> None:
    """People are found by issuer and subject alone: not by a name, not by the same subject of another issuer."""
    person = linked(issuer="https://other.example")
    assert identities.find_person(issuer="https://other.example", subject="sub-1") == person
    with provider() as played:
        client = Client()
        come_back(client, state=begin(client, played)["state"])
        assert not signed_in(client)


@control("provider-strength")
def provider_strength() -> None:
    """What the provider asked for is not relied on: who has a second factor here is asked for it."""
    accounts.enrolled(linked())
    with provider() as played:
        client = Client()
        assert come_back(client, state=begin(client, played)["state"]).headers["Location"] == accounts.STEP
        assert not signed_in(client)


@control("provider-by-act")
def provider_by_act() -> None:
    """Another site can't lead a visitor into a session: the button of our own page does."""
    with provider() as played:
        assert begin(Client(), played, **{"sec-fetch-site": "same-origin"})
        for foreign in ("cross-site", "same-site"):
            assert not begin(Client(), played, **{"sec-fetch-site": foreign})


@control("provider-token-stays")
def provider_token_stays() -> None:
    """The browser sees no token, and the session keeps none."""
    linked()
    with provider() as played:
        client = Client()
        answer = come_back(client, state=begin(client, played)["state"])
        assert signed_in(client)
        seen = f"{answer.headers} {answer.cookies} {answer.content!r} {dict(client.session)}"
        assert LAST["token"] not in seen
