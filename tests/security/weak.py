"""Weak stand-ins, named by settings while a control is switched off. Nothing else uses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
