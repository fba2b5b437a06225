"""The Content-Security-Policy on every response."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.test import RequestFactory

from tamdao.kit.web.csp import HEADER, ContentSecurityPolicyMiddleware, policy


def answer(response: HttpResponseBase) -> HttpResponseBase:
    return ContentSecurityPolicyMiddleware(lambda _: response)(RequestFactory().get("/"))


def test_nothing_inline_nothing_from_elsewhere() -> None:
    found = dict(part.split(" ", 1) for part in policy().split("; "))
    assert found["default-src"] == found["script-src"] == found["style-src"] == "'self'"
    assert found["frame-ancestors"] == found["base-uri"] == found["object-src"] == "'none'"
    assert "unsafe" not in policy()
    assert "http" not in policy()


def test_header_is_set_and_a_stricter_one_is_kept() -> None:
    own = HttpResponse(headers={HEADER: "default-src 'none'"})
    for response, expected in ((HttpResponse(), policy()), (own, "default-src 'none'")):
        assert answer(response).headers[HEADER] == expected
