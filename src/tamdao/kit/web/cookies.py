"""Cookies that only this very host may set: behind TLS every cookie leaves and returns with the prefix `__Host-`.

A browser takes such a cookie only with Secure, Path=/ and without Domain (RFC 6265bis), so a neighbour under the
province's domain can't plant one. The rest of the code knows the plain names.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

PREFIX = "__Host-"


class HostCookieMiddleware:
    """Stands outside all that reads or sets cookies; without TLS browsers refuse the prefix and it does nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.SESSION_COOKIE_SECURE:
            return self.get_response(request)
        # a cookie without the prefix may come from a neighbour; it is not read
        request.COOKIES = {
            name.removeprefix(PREFIX): value
            for name, value in request.COOKIES.items()
            if name.startswith(PREFIX)
        }
        response = self.get_response(request)
        for name in list(response.cookies):
            morsel = response.cookies.pop(name)
            morsel.set(f"{PREFIX}{name}", morsel.value, morsel.coded_value)
            morsel["secure"], morsel["path"], morsel["domain"] = True, "/", ""
            response.cookies[morsel.key] = morsel
        return response
