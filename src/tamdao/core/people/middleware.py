"""Whose rows a request may see, told to the database before the view begins. PostgreSQL alone keeps rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

from .access import read_rows_as, resolved
from .rows import request_rows, widen
from .rows.scope import within

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
        return self._kept(request) if connection.vendor == "postgresql" else self.get_response(request)

    def _kept(
        self, request: HttpRequest
    ) -> HttpResponseBase:  # pragma: no cover  (make test-postgres runs it)
        # looked up before rows are kept; without a session nothing is asked
        reader = resolved(request.user) if SESSION_KEY in request.session else None
        with request_rows() as scope:
            read_rows_as(reader)
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            # taken out first: what is set is what would be asked for its parts
            parts = cast(Iterator[bytes], response.streaming_content)
            response.streaming_content = within(scope, parts)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Pages about signing in look for somebody who is not signed in."""
        contract = getattr(view, "contract", None)
        if contract is not None and contract.resource == SIGNING_IN:
            widen()
