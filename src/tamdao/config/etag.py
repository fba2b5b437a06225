"""ETags of the API: an answer can only change when a fact changed, the day turned or the release is another one.

A thread that ends in the ledger also changes when the ledger was sealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils import timezone
from django.utils.translation import get_language

from tamdao import __version__
from tamdao.core.ledger import api as ledger
from tamdao.facts import api as facts

API_PREFIX = "/api/v1/"
# Answers that depend on who asks: never tagged by the newest fact, never kept by anyone.
# tests/integration/permissions/test_contracts.py finds an operation that is not public and missing here.
PRIVATE = ("/api/v1/people/", "/api/v1/access/")


# Answers with a thread, which says whether the writing of a row is sealed.
THREADS = ("/figures/", "/explain/")


def etag_of(request: HttpRequest) -> str:
    """Weak tag (the body may be compressed) of what this request would be answered with."""
    parts = (
        __version__, request.get_full_path(), get_language() or "", str(facts.stamp()), str(timezone.localdate()),
        _asking(request), _sealed(request),
    )  # fmt: skip
    return f'W/"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def _sealed(request: HttpRequest) -> str:
    """How far the ledger is sealed, for the answers that tell it."""
    return str(ledger.newest_size()) if any(part in request.path_info for part in THREADS) else ""


def _asking(request: HttpRequest) -> str:
    """Whose answer it is: a browser in which somebody else signs in must not be told that nothing changed."""
    key = request.headers.get("Authorization", "")
    return f"key {key}" if key else f"person {request.user.pk or ''}"


class ApiETagMiddleware:
    """Sets ETag on answers of the API and replies 304 to a matching If-None-Match.

    The public's requests are answered 304 before any work is done. A request with a key or a session runs first, so
    that a revoked key is refused and not told "unchanged".
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"} or not request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        if request.path_info.startswith(PRIVATE):
            answer = self.get_response(request)
            answer["Cache-Control"] = "private, no-store"
            return answer
        tag = etag_of(request)
        known = _bare(tag) in map(_bare, request.headers.get("If-None-Match", "").split(","))
        public = "Authorization" not in request.headers and not request.user.is_authenticated
        if known and public:
            return self._unchanged(tag)
        response = self.get_response(request)
        if response.status_code != 200:
            return response
        if known:
            return self._unchanged(tag)
        return _tagged(response, tag)

    def _unchanged(self, tag: str) -> HttpResponseBase:
        return _tagged(HttpResponseNotModified(), tag)


def _tagged(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def _bare(tag: str) -> str:
    """The tag without its mark of weakness, which proxies drop and If-None-Match does not compare."""
    return tag.strip().removeprefix("W/")
