"""Weak stand-ins, named by settings while a control is switched off. Nothing else uses them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase


def everything(actor: Any, resource: str, action: str) -> bool:
    """A policy that allows everything."""
    return True


class OneCapitalValidator:
    """A rule about the composition of passwords."""

    def validate(self, password: str, user: Any = None) -> None:
        if password == password.lower():
            raise ValidationError("capital")


class Weak:
    """A middleware that changes the answer for the worse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        self.weaken(request, response)
        return response

    def weaken(self, request: HttpRequest, response: Any) -> None:
        """What it does."""
        raise NotImplementedError


class OpenCors(Weak):
    """Echoes whatever origin asks."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")


class NoCharset(Weak):
    """Leaves the encoding to the guess of the browser."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        response.headers["Content-Type"] = response.headers["Content-Type"].partition(";")[0]


class Unmasked(Weak):
    """Shows passwords while they are typed."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        response.content = response.content.replace(b'type="password"', b'type="text"')


class Renewal(Weak):
    """Sends everybody to choose a new password."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        response.status_code = 302


class NoSignOut(Weak):
    """Hides the way out."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        response.content = response.content.replace(b"/accounts/logout/", b"/")


class NothingCleared(Weak):
    """Leaves copies in the browser."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        del response.headers["Clear-Site-Data"]


class Kept(Weak):
    """Lets everybody keep every page."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        response.headers["Cache-Control"] = "public, max-age=3600"


class CodeFromAddress(Weak):
    """Fills a form from the address."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        response.content += f'<input value="{request.GET.get("code", "")}">'.encode()


class FromHere(Weak):
    """Takes every request for one of our own pages."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META["HTTP_SEC_FETCH_SITE"] = "same-origin"
        return self.get_response(request)


class TokenInCookie(Weak):
    """Hands the provider's token to the browser."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        from tests.security.controls_provider import LAST

        response.set_cookie("id_token", LAST["token"])


class Talkative(Weak):
    """Writes down what is sent."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        logging.getLogger("weak").warning("%s %s", dict(request.POST), dict(request.headers))


class DecodedTwice(Weak):
    """Decodes what is decoded again."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META["QUERY_STRING"] = unquote(request.META["QUERY_STRING"])
        return self.get_response(request)


class TellsAll(Weak):
    """Answers with every column of a person."""

    def weaken(self, request: HttpRequest, response: Any) -> None:
        response.content = response.content.replace(b'"username"', b'"password": "x", "username"')


class FormFromAddress(Weak):
    """Takes what stands in the address for what was sent."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.GET and request.method == "POST":
            request.POST = request.GET
        return self.get_response(request)
