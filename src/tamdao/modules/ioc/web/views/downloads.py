"""The lists of the pages as files: each takes the same address parameters as its page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from tamdao.kit.spreadsheets import Table
from tamdao.kit.web.downloads import Form, table_response

from .. import tables
from ..frame import Frame, read_frame
from .catalogue import listed_indicators
from .dti import read_table
from .targets import listed_targets


def dti(request: HttpRequest, *, form: Form) -> HttpResponseBase:
    """The whole table of the year and map."""
    frame = read_frame(request)
    table, _ = read_table(request, frame)
    made = tables.dti_table(table, _page(request))
    return _answer(frame, made, form, f"dti-{table.year}-{table.on.isoformat()}")


def targets(request: HttpRequest, *, form: Form) -> HttpResponseBase:
    """The targets of the page's list, filtered as there."""
    frame = read_frame(request)
    made = tables.targets_table(listed_targets(request, frame).shown, _page(request), at=frame.at)
    return _answer(frame, made, form, f"chi-tieu-{frame.at.isoformat()}")


def indicators(request: HttpRequest, *, form: Form) -> HttpResponseBase:
    """The indicators of the page's list, filtered as there."""
    frame = read_frame(request)
    made = tables.indicators_table(listed_indicators(request, frame).groups, _page(request))
    return _answer(frame, made, form, f"so-lieu-{frame.today.isoformat()}")


def units(request: HttpRequest, *, form: Form) -> HttpResponseBase:
    """Every unit on the map of the day."""
    frame = read_frame(request)
    made = tables.units_table(frame.map_date, _page(request))
    return _answer(frame, made, form, f"don-vi-{frame.map_date.isoformat()}")


def _page(request: HttpRequest) -> str:
    """The address that gives the same table again."""
    return request.build_absolute_uri()


def _answer(frame: Frame, table: Table, form: Form, stem: str) -> HttpResponseBase:
    response = table_response(table, form=form, stem=stem, lang=frame.lang)
    if frame.person is not None:
        response.headers["Cache-Control"] = "private, no-store"
    return response
