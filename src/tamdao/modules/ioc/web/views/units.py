"""The tree of units and one unit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tamdao.core.units.api import search_units

from ...queries import units
from ...queries.targets import by_pillar, counts
from ..frame import read_frame
from ..page import is_fragment, render_page


def index(request: HttpRequest) -> HttpResponse:
    """Provinces on the map with what stands below them; `q` finds units without diacritics."""
    frame = read_frame(request)
    text = request.GET.get("q", "").strip()[:100]
    found = search_units(text, on=frame.map_date, limit=60) if text else []
    return render_page(
        request,
        "ioc/units.html",
        frame,
        nav_key="units",
        text=text,
        found=found,
        rows=[] if text else units.tree_rows(None, on=frame.map_date),
        levels=units.level_counts(frame.map_date),
    )


def children(request: HttpRequest, unit_id: str) -> HttpResponse:
    """The units below one: a fragment for the tree, a page of its own without JavaScript."""
    frame = read_frame(request)
    rows = units.tree_rows(unit_id, on=frame.map_date)
    if is_fragment(request):
        return render_page(request, "ioc/parts/tree_rows.html", frame, rows=rows)
    return one(request, unit_id)


def one(request: HttpRequest, unit_id: str) -> HttpResponse:
    """A unit in time, with its figures and targets."""
    frame = read_frame(request)
    page = units.unit_page(unit_id, on=frame.map_date, at=frame.at, sample=frame.sample)
    results = [result for group in page.groups for result in group.results]
    return render_page(
        request,
        "ioc/unit.html",
        frame,
        nav_key="units",
        page=page,
        counts=counts(results),
        pillars=by_pillar(results),
        shown_unit=page.unit,
        shown=page.day,
    )
