"""What happens to every request: how long it took, in which language it is answered, how refusals are shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from tamdao.config.unavailable import unavailable
from tamdao.core.ledger.acting import acting
from tamdao.kit.errors import DomainError
from tamdao.kit.web.rest import problem_response
from tamdao.kit.web.routes import Contract

GetResponse = Callable[[HttpRequest], HttpResponseBase]
API_PREFIX = "/api/"
# the resource of the policy table that signing in, signing out and one-time codes belong to
SIGNING_IN = "session"


class _Count:
    """Counts statements and the seconds spent in them, as a wrapper of `connection.execute`."""

    __slots__ = ("seconds", "statements")

    def __init__(self) -> None:
        self.statements = 0
        self.seconds = 0.0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements += 1
            self.seconds += time.perf_counter() - begun


class ServerTimingMiddleware:
    """Adds `Server-Timing: total;dur=…, db;dur=…;desc="n queries"` (milliseconds) to every answer.

    But not to those about signing in: one statement more or less would tell whether a name or code exists.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        count = _Count()
        begun = time.perf_counter()
        with connection.execute_wrapper(count):
            response = self.get_response(request)
        if _about(request) == SIGNING_IN:
            return response
        total = (time.perf_counter() - begun) * 1000
        response.headers["Server-Timing"] = (
            f'total;dur={total:.1f}, db;dur={count.seconds * 1000:.1f};desc="{count.statements} queries"'
        )
        return response


def _about(request: HttpRequest) -> str:
    """The resource a page is about; "" where no page was found, or at the API."""
    contract = getattr(getattr(request.resolver_match, "func", None), "contract", None)
    return contract.resource if isinstance(contract, Contract) else ""


def language_of(request: HttpRequest) -> str:
    """The reader's own choice (cookie), for API clients their Accept-Language, otherwise Vietnamese.

    Browsers announce the language they were installed in, often English on machines in Vietnamese offices; a page
    therefore never guesses from that header.
    """
    wanted = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")]
    if request.path_info.startswith(API_PREFIX):
        header = request.headers.get("Accept-Language", "")
        wanted += [code for code, _ in parse_accept_lang_header(header)]
    for code in wanted:
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Activates `language_of(request)` for the request and says so in Content-Language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ("Cookie", "Accept-Language"))
        response.headers.setdefault("Content-Language", language)
        return response


def refusal_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal as a page of its status, as problem+json under /api/."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    if request.path_info.startswith(API_PREFIX):
        return problem_response(request, status=error.status, code=error.code, message=error.message)
    context = {
        "sentence": error.message.text(language),
        "problems": [problem.text(language) for problem in error.problems],
        "status": error.status,
    }
    return render(request, "kit/refusal.html", context, status=error.status)


class ActingMiddleware:
    """Names the signed-in person and a number of the request to the ledger, for every write the request makes.

    Stands inside the session and before the views; a client of the API is named once its key was checked.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # without a cookie there is no session to look into; the key of an account that is closed now is nobody's
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session
        by = f"person:{request.user.pk}" if has_session and request.user.is_authenticated else ""
        with acting(by=by, request=uuid4().hex[:16]):
            return self.get_response(request)


class DomainErrorMiddleware:
    """Turns a `DomainError` raised by a view, and a database that can't be used now, into an answer with a sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django for an exception of the view; None hands it on."""
        if isinstance(exception, DomainError):
            return refusal_response(request, exception)
        return unavailable(request, exception)
