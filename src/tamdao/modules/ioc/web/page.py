"""Renders a page of this module inside the frame of kit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .frame import Frame


def is_fragment(request: HttpRequest) -> bool:
    """Only the inner part is wanted: asked by an island of the page, or by `?fragment=1`."""
    return request.headers.get("HX-Request") == "true" or request.GET.get("fragment") == "1"


def render_page(request: HttpRequest, template: str, frame: Frame, **context: Any) -> HttpResponse:
    """The template with the frame of the request; `shown_unit` is the unit the page is about, if any."""
    context.setdefault("shown_unit", frame.unit)
    response = render(request, template, {"frame": frame, "shown": frame.map_date, **context})
    if frame.person is not None:
        response.headers["Cache-Control"] = "private, no-store"
    return response
