"""A small OpenID Connect provider for tests, as a process of its own: `python tests/oidc_provider.py PORT`.

It signs everybody in at once, as the subject `sub-1`, with RS256. `GET /fault?name=…` makes it answer wrongly from then
on, in one of the ways an attacker or a broken provider would; `name=` makes it honest again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "tam-dao-test", "only-for-tests"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CODES: dict[str, dict[str, str]] = {}
STATE = {"fault": ""}


def jwk(key: rsa.RSAPrivateKey, kid: str = "k1") -> dict[str, Any]:
    made: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return made | {"kid": kid, "use": "sig", "alg": "RS256"}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(issuer: str, nonce: str) -> Any:
    """An ID token whose claims are honest or have the fault of the moment."""
    now, fault = int(time.time()), STATE["fault"]
    claims: dict[str, Any] = {
        "iss": issuer, "sub": "sub-1", "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce
    }  # fmt: skip
    changes: dict[str, dict[str, Any]] = {
        "wrong_nonce": {"nonce": "another"},
        "nonce_number": {"nonce": 7},
        "wrong_aud": {"aud": "another-client"},
        "many_aud": {"aud": [CLIENT_ID, "another-client"]},
        "wrong_azp": {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
        "wrong_iss": {"iss": "http://127.0.0.1:1"},
        "iss_slash": {"iss": f"{issuer}/"},
        "expired": {"exp": now - 3600, "iat": now - 7200},
        "future": {"iat": now + 3600, "exp": now + 7200},
        "not_yet": {"nbf": now + 3600},
        "old": {"iat": now - 7200},
        "empty_sub": {"sub": ""},
        "number_sub": {"sub": 7},
        "long_sub": {"sub": "x" * 300},
    }
    claims |= changes.get(fault, {})
    for name in ("nonce", "aud", "iss", "exp", "iat", "sub"):
        if fault == f"no_{name}":
            del claims[name]
    return signed(claims, issuer)


def signed(claims: dict[str, Any], issuer: str) -> Any:
    """The token as it goes out: signed as promised, or with the fault of the moment."""
    fault = STATE["fault"]
    head: dict[str, Any] = {"kid": "k1"}
    if fault.startswith(("alg_none", "hs256")):
        return without_key(claims, head)
    keys = {
        "wrong_key": (OTHER, "RS256", head),
        "key_in_header": (OTHER, "RS256", head | {"jwk": jwk(OTHER)}),
        "key_url_in_header": (OTHER, "RS256", head | {"jku": f"{issuer}/other-keys"}),
        "unknown_kid": (KEY, "RS256", {"kid": "k9"}),
        # the list says RS256 for this key
        "other_alg": (KEY, "PS256", head),
    }
    key, algorithm, headers = keys.get(fault, (KEY, "RS256", head))
    good = jwt.encode(claims, key=key, algorithm=algorithm, headers=headers)
    first, middle, last = good.split(".")
    forged = b64(json.dumps(claims | {"sub": "sub-2"}).encode())
    spoilt = {
        "tampered": f"{first}.{forged}.{last}",
        "no_signature": f"{first}.{middle}.",
        "no_token": None,
        "garbage": "a.b.c",
        "list": [good],
    }
    return spoilt.get(fault, good)


def without_key(claims: dict[str, Any], head: dict[str, Any]) -> str:
    """Tokens that need no private key of the provider."""
    fault = STATE["fault"]
    if fault == "alg_none":
        return jwt.encode(claims, key="", algorithm="none", headers=head)
    if fault == "alg_none_spelt":
        return f"{b64(json.dumps({'alg': 'nOnE', 'kid': 'k1'}).encode())}.{b64(json.dumps(claims).encode())}."
    if fault == "hs256_secret":
        return jwt.encode(claims, key=CLIENT_SECRET.ljust(32, "x"), algorithm="HS256", headers=head)
    # the oldest trick: the public key taken for a shared secret
    public = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = f"{b64(json.dumps({'alg': 'HS256', 'kid': 'k1'}).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{body}.{b64(hmac.new(public, body.encode(), hashlib.sha256).digest())}"


class Provider(BaseHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Silence."""

    def answer(self, body: Any, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    @property
    def issuer(self) -> str:
        return f"http://{self.headers['Host']}"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        fault = STATE["fault"]
        if parts.path == "/fault":
            STATE["fault"] = query.get("name", "")
            self.answer({})
        elif parts.path == "/.well-known/openid-configuration":
            named = "http://127.0.0.1:1" if fault == "other_description" else self.issuer
            place = "http://elsewhere.example" if fault == "plain_http" else self.issuer
            self.answer(
                {
                    "issuer": named,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{place}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                },
                status=500 if fault == "broken" else 200,
            )
        elif parts.path == "/keys":
            keys = {"other_keys": [jwk(OTHER)], "no_keys": [], "twins": [jwk(KEY), jwk(OTHER)]}
            self.answer({"keys": keys.get(fault, [jwk(KEY)])})
        elif parts.path == "/authorize":
            code = f"code-{len(CODES)}-{time.time_ns()}"
            CODES[code] = query
            back = {"code": code, "state": query["state"]}
            if fault == "mix_up":
                back["iss"] = "http://127.0.0.1:1"
            if fault == "refused":
                back = {"error": "access_denied", "state": query["state"]}
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri']}?{urlencode(back)}")
            self.end_headers()
        else:
            self.answer({}, status=404)

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if STATE["fault"] == "moved":
            self.answer({}, status=404)
            return
        fields = {name: values[0] for name, values in parse_qs(text).items()}
        asked = CODES.pop(fields.get("code", ""), None)
        login = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = b64(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or self.headers.get("Authorization") != f"Basic {login}"
            or asked.get("code_challenge") != challenge
            or asked.get("code_challenge_method") != "S256"
            or asked["redirect_uri"] != fields.get("redirect_uri")
        ):
            self.answer({"error": "invalid_grant"}, status=400)
            return
        self.answer(
            {
                "access_token": "a",
                "token_type": "Bearer",
                "id_token": token(self.issuer, asked.get("nonce", "")),
            }
        )


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Provider).serve_forever()
