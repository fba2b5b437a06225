"""A client of one OpenID Connect provider: the code flow with state, nonce and PKCE, every claim checked.

Sources: OpenID Connect Core 1.0 (3.1.2, 3.1.3.7), RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 8725 (JWT).
PyJWT does the signatures. allauth's own client is not used: it checks neither the nonce nor, on this flow, the
signature (docs/adr/0010).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from django.conf import settings
from django.core.cache import cache

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.outbound import AddressRefused, outbound_session

# Signatures by a key that only the provider has. "none" and those with a shared secret (HS…) are not among them.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
SECONDS = 10
# clocks of two machines may differ by this much
LEEWAY = 60
# seconds for which the provider's description is not asked for again
DESCRIPTION_LIFE = 600
# a sign-in that was begun longer ago than this begins again
LIFE = 600


class OidcRefused(DomainError):
    """The provider's answer was not accepted. `why` goes to the log, never to the reader; it holds no token."""

    def __init__(self, why: str) -> None:
        super().__init__(
            Message(
                "Đăng nhập qua hệ thống định danh không thành công. Hãy bắt đầu lại, hoặc đăng nhập bằng mật khẩu.",
                "Signing in through the identity provider failed. Begin again, or sign in by password.",
            ),
            code="oidc.refused",
        )
        self.why = why


@dataclass(frozen=True, slots=True)
class Client:
    """This instance at the provider."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked; kept in the session of the browser that asked, and good for one answer."""

    state: str
    nonce: str
    verifier: str
    at: float
    following: str = ""
    # the person who wants to be linked; None when somebody signs in
    link: int | None = None

    def stored(self) -> dict[str, Any]:
        """As the session keeps it."""
        return asdict(self)


def ask(*, following: str = "", link: int | None = None) -> Asked:
    """Fresh random state, nonce and PKCE verifier."""
    return Asked(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        at=time.time(),
        following=following,
        link=link,
    )


def address(client: Client, asked: Asked) -> str:
    """Where the browser goes to sign in at the provider."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "scope": "openid",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    place = discover(client)["authorization_endpoint"]
    return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(query)}"


def subject(client: Client, asked: Asked, answer: Mapping[str, str]) -> str:
    """Who signed in at the provider, from its answer to the browser. OidcRefused unless everything fits."""
    if not hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
        raise OidcRefused("state differs")
    if time.time() - asked.at > LIFE:
        raise OidcRefused("begun too long ago")
    if answer.get("iss", client.issuer) != client.issuer:
        raise OidcRefused("answer of another issuer")
    if "error" in answer or not answer.get("code"):
        raise OidcRefused("no code")
    found = discover(client)
    try:
        token = _exchange(client, found, code=answer["code"], verifier=asked.verifier)
        keys = _json(client, "GET", found["jwks_uri"])
    except OidcRefused:
        # the provider may have moved: whoever comes next reads anew where
        cache.delete(_place_in_cache(client))
        raise
    return checked(client, token, keys=keys, nonce=asked.nonce)


def discover(client: Client) -> dict[str, Any]:
    """The provider's own description, which must name the issuer we were told of; kept for `DESCRIPTION_LIFE`.

    Keys are read anew at every sign-in: one that was withdrawn must not open anything for ten minutes more.
    """
    kept: dict[str, Any] | None = cache.get(_place_in_cache(client))
    if kept is None:
        kept = _described(client)
        cache.set(_place_in_cache(client), kept, DESCRIPTION_LIFE)
    return kept


def _place_in_cache(client: Client) -> str:
    return f"oidc:{hashlib.sha256(client.issuer.encode()).hexdigest()}"


def _described(client: Client) -> dict[str, Any]:
    found = _json(client, "GET", f"{client.issuer}/.well-known/openid-configuration")
    if found.get("issuer") != client.issuer:
        raise OidcRefused("description of another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not safe(found.get(name)):
            raise OidcRefused(f"{name} is no https address")
    return found


def safe(place: Any) -> bool:
    """Whether an address is https, or on this machine."""
    if not isinstance(place, str):
        return False
    parts = urlsplit(place)
    if parts.scheme == "https":
        return bool(parts.hostname)
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def checked(client: Client, token: Any, *, keys: Mapping[str, Any], nonce: str) -> str:
    """The subject of an ID token whose signature and claims all fit. OidcRefused otherwise."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise OidcRefused("algorithm not allowed")
        if str(header.get("typ", "JWT")).upper() != "JWT":
            # an access or logout token of the same provider names its own type (RFC 8725, 3.11)
            raise OidcRefused("another kind of token")
        claims = jwt.decode(
            token,
            key=_key(keys, header),
            algorithms=[header["alg"]],
            audience=client.client_id,
            issuer=client.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"], "strict_aud": False},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise OidcRefused(f"token: {type(error).__name__}") from error
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and "azp" not in claims:
        raise OidcRefused("several audiences, no authorised party")
    if claims.get("azp", client.client_id) != client.client_id:
        raise OidcRefused("issued to another party")
    if time.time() - claims["iat"] > LIFE + LEEWAY:
        raise OidcRefused("issued too long ago")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise OidcRefused("nonce differs")
    found = claims["sub"]
    if not isinstance(found, str) or not 0 < len(found) <= 255:
        raise OidcRefused("no subject")
    return found


def _key(keys: Mapping[str, Any], header: Mapping[str, Any]) -> Any:
    """The one key of the provider's list that the token names, fit for its algorithm; never one it brings along."""
    family = {"R": "RSA", "P": "RSA", "E": "OKP" if header["alg"] == "EdDSA" else "EC"}[header["alg"][0]]
    fitting = [
        key
        for key in keys["keys"]
        if key.get("kty") == family
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and ("kid" not in header or key.get("kid") == header["kid"])
    ]
    if len(fitting) != 1:
        raise OidcRefused("no such key")
    return jwt.PyJWK(fitting[0], algorithm=header["alg"]).key


def _exchange(client: Client, found: Mapping[str, Any], *, code: str, verifier: str) -> Any:
    """The ID token for a code."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "client_id": client.client_id,
        "code_verifier": verifier,
    }
    login = (client.client_id, client.client_secret)
    # the default of the standard where the provider names none
    ways = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" in ways:
        answer = _json(client, "POST", found["token_endpoint"], data=fields, auth=login)
    else:
        secret = {"client_secret": client.client_secret}
        answer = _json(client, "POST", found["token_endpoint"], data=fields | secret)
    return answer.get("id_token")


def _json(client: Client, method: str, place: str, **more: Any) -> dict[str, Any]:
    """A JSON object from the provider; no redirects, no waiting for ever.

    The configured issuer may stand inside the house; other hosts that it names must be public. A house may
    have a certificate authority of its own.
    """
    issuer = urlsplit(client.issuer)
    home = f"{issuer.hostname}:{issuer.port or (443 if issuer.scheme == 'https' else 80)}"
    try:
        with outbound_session(allowed=[home]) as session:
            response = session.request(
                method, place, timeout=SECONDS, allow_redirects=False, verify=settings.OIDC_CA or True, **more
            )
        if response.status_code != requests.codes.ok:
            raise OidcRefused(f"{urlsplit(place).path} answered {response.status_code}")
        body = response.json()
    except (AddressRefused, OSError, ValueError) as error:
        raise OidcRefused(f"{urlsplit(place).path}: {type(error).__name__}") from error
    if not isinstance(body, dict):
        raise OidcRefused(f"{urlsplit(place).path} is no object")
    return body
