"""The tree of units and one unit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tamdao.core.units.api import UnitRow, get_unit, search_units
from tamdao.kit.messages import Message

from ...queries import units
from ...queries.home import course_of
from ...queries.records import level_events
from ...queries.targets import by_pillar, counts
from ...rules.matters import Group
from ...rules.sentences import (
    Piece,
    Sentence,
    awaiting_sentence,
    join,
    standing_sentence,
    targets_sentence,
    text_message,
    unit_sentence,
)
from ..frame import read_frame
from ..page import is_fragment, render_page
from ..present import course_view, crumbs, figure_row, pillar_cards

MOST_TARGETS = 3


def index(request: HttpRequest) -> HttpResponse:
    """Provinces on the map with what stands below them; `q` finds units without diacritics."""
    frame = read_frame(request)
    text = request.GET.get("q", "").strip()[:100]
    matches = search_units(text, on=frame.map_date, limit=60) if text else []
    return render_page(
        request,
        "ioc/units.html",
        frame,
        nav_key="units",
        text=text,
        found=[(unit, units.within(unit, on=frame.map_date)) for unit in matches],
        rows=[] if text else units.tree_rows(None, on=frame.map_date),
        levels=units.level_counts(frame.map_date),
        events=() if text else level_events("province"),
    )


def children(request: HttpRequest, unit_id: str) -> HttpResponse:
    """The units below one: a fragment for the tree, a page of its own without JavaScript."""
    frame = read_frame(request)
    rows = units.tree_rows(unit_id, on=frame.map_date)
    if is_fragment(request):
        return render_page(request, "ioc/parts/tree_rows.html", frame, rows=rows)
    return one(request, unit_id)


def targets_of_sentence(unit: UnitRow, group: Group) -> Sentence:
    """The targets of one group in a sentence; those of a unit that was merged into this one say whose they are."""
    if group.unit_id == unit.id:
        return targets_sentence(unit.id, counts(group.results))
    waiting = sum(result.state == "awaiting_decision" for result in group.results)
    if group.ended and waiting == len(group.results):
        return awaiting_sentence(group.unit_id, group.name, waiting, group.ended)
    of = Message(f"Của {group.name}: ", f"Of {group.name}: ")
    return (Piece(of), *targets_sentence(group.unit_id, counts(group.results)))


def one(request: HttpRequest, unit_id: str) -> HttpResponse:
    """A unit in time, with its figures and targets."""
    frame = read_frame(request)
    page = units.unit_page(unit_id, on=frame.map_date, at=frame.at, sample=frame.sample)
    results = [result for group in page.groups for result in group.results]
    unit = page.unit
    course = course_of(unit, at=frame.at, on=frame.map_date, compare=frame.compare, sample=frame.sample)
    steps: list[tuple[Message | str, str]] = [(Message("Đơn vị", "Units"), frame.page("units"))]
    steps += [(parent.called, frame.page("unit", parent.id)) for parent in page.parents]
    return render_page(
        request,
        "ioc/unit.html",
        frame,
        nav_key="units",
        page=page,
        lead=unit_sentence(
            name=unit.called,
            first=unit.first_date if unit.from_known else None,
            end=unit.end_date,
            before=[(item.unit_id, get_unit(item.unit_id).inside) for item in page.before],
            after=[(item.unit_id, get_unit(item.unit_id).inside) for item in page.after],
        ),
        sub=text_message(
            join(
                *(targets_of_sentence(unit, group) for group in page.groups),
                standing_sentence(course.standing),
            )
        ),
        course=course_view(course, unit, frame),
        cards=pillar_cards(by_pillar(results), frame, unit_id=unit.id, most=MOST_TARGETS),
        figures=[
            {"pillar": group.pillar, "rows": [figure_row(item, frame) for item in group.figures]}
            for group in page.figures
        ],
        rows=(),
        crumbs=crumbs(*steps, (unit.called, "")),
        shown_unit=unit,
        shown=page.day,
    )
