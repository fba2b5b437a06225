"""Renders a page of this module inside the frame of kit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tamdao.core.units.api import first_map_date, get_unit, unit_map
from tamdao.kit.dates import format_date
from tamdao.kit.messages import Message

from ..rules.words import ROLES, word
from .frame import Frame


def is_fragment(request: HttpRequest) -> bool:
    """Only the inner part is wanted: asked by an island of the page, or by `?fragment=1`."""
    return request.headers.get("HX-Request") == "true" or request.GET.get("fragment") == "1"


def newest_province_map() -> date:
    """The last day on which provinces changed: the split between "before" and "since" in the map control."""
    first = first_map_date()
    ends = {row.end_date for row in unit_map(first).units("province") if row.end_date}
    return max(ends, default=first)


def render_page(request: HttpRequest, template: str, frame: Frame, **context: Any) -> HttpResponse:
    """The template with the frame of the request; `shown_unit` is the unit the page is about, if any."""
    context.setdefault("shown_unit", frame.unit)
    day = context.pop("shown", frame.map_date)
    split = newest_province_map()
    shown = split if day >= split and not frame.map_given else day
    presets = [
        (
            min(shown, split - timedelta(days=1)),
            Message(f"Trước {format_date(split)}", f"Before {format_date(split)}"),
        ),
        (split, Message(f"Từ {format_date(split)}", f"From {format_date(split)}")),
    ]
    if frame.post is not None:
        context["role_name"] = word(ROLES, frame.post.role).text(frame.lang)
    # a person with several posts chooses in which one to work
    context["own_choices"] = [
        (
            post.key,
            f"{word(ROLES, post.role).text(frame.lang)}, {get_unit(post.unit_id).called.text(frame.lang)}",
            post == frame.post,
        )
        for post in (frame.posts if len(frame.posts) > 1 else ())
    ]
    values = {"frame": frame, "shown": shown, "map_presets": presets, **context}
    response = render(request, template, values)
    if frame.person is not None:
        response.headers["Cache-Control"] = "private, no-store"
    return response
