"""Whose rows a request may see, told to the database before the view begins. PostgreSQL alone keeps rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from .access import read_rows_as, resolved
from .rows import request_rows, widen

# the resource of pages on which nobody is signed in yet
SIGNING_IN = "session"


class RowsMiddleware:
    """Everything inside it reads for whoever is signed in, and for the public where nobody is.

    Stands inside the middleware that ends sessions and looks after their rights, which work for the house. A program
    with a key is named by the API once its key was checked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if connection.vendor != "postgresql":
            return self.get_response(request)
        # looked up before rows are kept; without a session nothing is asked
        reader = (
            resolved(request.user) if SESSION_KEY in request.session else None
        )  # pragma: no cover  (make test-postgres runs it)
        with request_rows():  # pragma: no cover  (same)
            read_rows_as(reader)
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Pages about signing in look for somebody who is not signed in."""
        contract = getattr(view, "contract", None)
        if contract is not None and contract.resource == SIGNING_IN:
            widen()
