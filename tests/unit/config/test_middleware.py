"""Language, timing and refusals around every request."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from tamdao.config.middleware import (
    ActingMiddleware,
    DomainErrorMiddleware,
    LanguageMiddleware,
    ServerTimingMiddleware,
    language_of,
)
from tamdao.core.ledger.acting import current
from tamdao.core.people.models import Person
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message


@pytest.mark.parametrize(
    ("path", "cookie", "header", "language"),
    [
        ("/", "", "", "vi"),
        ("/", "", "en-GB,en;q=0.9", "vi"),
        ("/", "en", "", "en"),
        ("/", "xx", "", "vi"),
        ("/api/v1/units/", "", "en-GB,en;q=0.9", "en"),
        ("/api/v1/units/", "", "de, vi;q=0.5, en;q=0.1", "vi"),
        ("/api/v1/units/", "vi", "en", "vi"),
    ],
)
def test_language(path: str, cookie: str, header: str, language: str) -> None:
    request = RequestFactory().get(path, headers={"accept-language": header} if header else {})
    if cookie:
        request.COOKIES["django_language"] = cookie
    assert language_of(request) == language


def test_language_is_active_during_the_request_and_named_in_the_answer() -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(translation.get_language())
        return HttpResponse()

    request = RequestFactory().get("/")
    request.COOKIES["django_language"] = "en"
    response = LanguageMiddleware(view)(request)
    assert seen == ["en"]
    assert response.headers["Content-Language"] == "en"
    assert "Cookie" in response.headers["Vary"]
    assert translation.get_language() == "vi"


@pytest.mark.django_db
def test_timing_counts_statements() -> None:
    from django.db import connection

    def view(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.execute("SELECT 2")
        return HttpResponse()

    header = ServerTimingMiddleware(view)(RequestFactory().get("/")).headers["Server-Timing"]
    assert re.fullmatch(r'total;dur=[\d.]+, db;dur=[\d.]+;desc="2 queries"', header)


@pytest.mark.parametrize("account", ["open", "closed", "none"])
def test_the_ledger_is_told_who_is_signed_in_and_not_who_was(account: str) -> None:
    """A session of an account that was switched off is nobody's."""
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current().by)
        return HttpResponse()

    request = RequestFactory().get("/")
    person = Person(pk=7, username="x")
    request.session = {} if account == "none" else {SESSION_KEY: "7"}  # type: ignore[assignment]  # as one is read
    request.user = person if account == "open" else AnonymousUser()
    request.COOKIES["sessionid"] = "x"
    ActingMiddleware(view)(request)
    assert seen == ["person:7" if account == "open" else ""]


ERROR = DomainError(
    Message("Không có đơn vị “X”.", "There is no unit “X”."),
    code="unit_unknown",
    status=404,
    problems=[Problem(Message("gần giống: Y", "similar: Y"), field="unit")],
)


def refuse(path: str) -> HttpResponse | None:
    request = RequestFactory().get(path)
    return DomainErrorMiddleware(lambda request: HttpResponse()).process_exception(request, ERROR)


def test_refusal_of_the_api_is_problem_json() -> None:
    response = refuse("/api/v1/units/X")
    assert response is not None
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert json.loads(response.content)["code"] == "unit_unknown"


def test_other_exceptions_are_left_alone() -> None:
    middleware = DomainErrorMiddleware(lambda request: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None
