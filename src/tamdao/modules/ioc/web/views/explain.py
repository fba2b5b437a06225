"""Where a number comes from: as a page, and as the fragment in the drawer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from tamdao.core.units.api import UnitRow
from tamdao.facts import api as facts
from tamdao.facts.queries import wording
from tamdao.kit.components import FigureView
from tamdao.kit.messages import Message
from tamdao.modules.scoring import api as scoring

from ...queries.show import shown
from ...queries.units import existing_day
from ..frame import Frame, find_shown_unit, read_frame
from ..page import is_fragment, render_page
from ..present import crumbs, figure_view, thread

FRAGMENT = "kit/explain.html"
PAGE = "ioc/explain.html"


def _render(request: HttpRequest, frame: Frame, unit: UnitRow, **context: Any) -> HttpResponse:
    template = FRAGMENT if is_fragment(request) else PAGE
    return render_page(request, template, frame, shown_unit=unit, **context)


def figure(request: HttpRequest, indicator: str, unit: str, period: str) -> HttpResponse:
    """One figure down to its records."""
    frame = read_frame(request)
    view = facts.get_indicator(indicator)
    row = find_shown_unit(unit, on=frame.map_date)
    on = frame.on if frame.on and existing_day(row, frame.on) == frame.on else None
    found = facts.figure(indicator, row.id, period, on=on, sample=frame.sample)
    root = facts.explain(indicator, row.id, period, on=on, sample=frame.sample)
    label = wording.period_label(period)
    subtitle = Message(f"{row.full_name}, {label.vi}", f"{row.full_name}, {label.en}")
    return _render(
        request,
        frame,
        row,
        name=view.name,
        subtitle=subtitle,
        sentence=found.reason,
        figure=figure_view(shown(found, view), frame),
        nodes=thread(root.children or (root,), frame),
        shown=found.map_date or frame.map_date,
        nav_key="indicators",
        crumbs=crumbs(
            (Message("Số liệu", "Indicators"), frame.page("indicators")),
            (view.name, frame.page("indicator", indicator, unit=row.id)),
            (subtitle, ""),
        ),
    )


def score(request: HttpRequest, year: int, unit: str, index: str) -> HttpResponse:
    """A score of the index down to points, conversion and records."""
    frame = read_frame(request)
    row = find_shown_unit(unit, on=frame.map_date)
    on = existing_day(row, frame.on or max(date(year, 12, 31), row.first_date))
    root = scoring.explain_score(row.id, year, index, on=on, sample=frame.sample)
    table = scoring.dti_table(year, on=on, level=row.level, sample=frame.sample)
    cell = table.rows[row.id][index]
    name = table.edition.index(index).name
    subtitle = Message(f"{row.full_name}, năm {year}", f"{row.full_name}, {year}")
    return _render(
        request,
        frame,
        row,
        name=name,
        subtitle=subtitle,
        sentence=score_sentence(cell, table.universe),
        figure=FigureView(value=None if cell.score is None else str(cell.score), decimals=4),
        nodes=thread(root.children or (root,), frame),
        shown=on,
        nav_key="dti",
        crumbs=crumbs(
            (Message("DTI", "DTI"), frame.page("dti", unit=row.id)),
            (name, frame.page("dti", unit=row.id, index=index, year=str(year))),
            (subtitle, ""),
        ),
    )


def score_sentence(cell: scoring.Cell, universe: int) -> Message:
    """Rank and how the score comes about."""
    if cell.rank is None:
        return cell.reason
    how = Message("hạng công bố", "published rank") if cell.rank_published else Message("hạng", "rank")
    return Message(
        f"{how.vi.capitalize()} {cell.rank} trong {universe}. {cell.reason.vi}",
        f"{how.en.capitalize()} {cell.rank} of {universe}. {cell.reason.en}",
    )
