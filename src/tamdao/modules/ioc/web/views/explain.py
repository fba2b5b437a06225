"""Where a number comes from: as a page, and as the fragment in the drawer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from tamdao.core.units.api import UnitRow
from tamdao.facts import api as facts
from tamdao.facts.api import IndicatorView
from tamdao.facts.queries import wording
from tamdao.facts.types import Node
from tamdao.kit.components import FigureView
from tamdao.kit.messages import Message
from tamdao.modules.scoring import api as scoring

from ...queries.figure import FigurePage, figure_page
from ...queries.show import shown
from ...queries.units import existing_day
from ..frame import Frame, find_shown_unit, read_frame
from ..page import is_fragment, render_page
from ..present import course_points, crumbs, figure_row, figure_view
from ..threads import thread

FRAGMENT = "kit/explain.html"
PAGE = "ioc/explain.html"
LEDGER_KIND = "facts.Observation"
SCORE_DECIMALS = 4
# Knots that the page shows as rows of a table instead.
BESIDE = frozenset({"other_source", "revision"})


@dataclass(frozen=True, slots=True)
class _Explained:
    """What page and drawer say of one figure."""

    name: Message
    subtitle: Message
    # How the value came about, where the thread does not begin with it; why there is none.
    sentence: Message | None
    figure: FigureView
    root: Node
    around: FigurePage | None = None
    definition: IndicatorView | None = None
    # The stored row the figure stands on, when it is one row.
    observation: int | None = None


def _render(
    request: HttpRequest, frame: Frame, unit: UnitRow, told: _Explained, **context: Any
) -> HttpResponse:
    """The drawer shows the whole thread; the page shows other sources and revisions in tables beside it."""
    context |= {
        "name": told.name,
        "subtitle": told.subtitle,
        "sentence": told.sentence,
        "figure": told.figure,
    }
    said = (told.sentence,) if told.sentence else ()
    nodes: tuple[Node, ...] = told.root.children or (told.root,)
    if is_fragment(request):
        nodes_shown = thread(nodes, frame, value=told.root.value, said=said)
        return render_page(request, FRAGMENT, frame, shown_unit=unit, nodes=nodes_shown, **context)
    around = told.around
    if around is not None:
        beside = {str(row.observation) for row in around.sources}
        beside |= {str(row.observation) for row in around.revisions}
        nodes = tuple(node for node in nodes if node.kind not in BESIDE or not _stored_in(node, beside))
        broken = {step.figure.period: step.broken for step in around.steps}
        context |= {
            "compared": [
                {"item": item, "view": figure_view(item.other, frame) if item.other else None}
                for item in around.compared
            ],
            "figure_period": around.figure.period,
            "sources": around.sources,
            "revisions": around.revisions,
            "points": course_points([step.figure for step in around.steps], frame, broken),
            "rows": [
                {**figure_row(step.figure, frame), "changes": step.changes, "broken": step.broken}
                for step in around.steps
            ],
            "reverse": around.view.measure.ordinal,
        }
    return render_page(
        request,
        PAGE,
        frame,
        shown_unit=unit,
        nodes=thread(nodes, frame, value=told.root.value, said=said),
        view=told.definition,
        changes_href=frame.ledger(LEDGER_KIND, str(told.observation)) if told.observation else "",
        **context,
    )


def _stored_in(node: Node, observations: set[str]) -> bool:
    return node.ref is not None and node.ref.kind == "observation" and node.ref.id in observations


def figure(request: HttpRequest, indicator: str, unit: str, period: str) -> HttpResponse:
    """One figure down to its records."""
    frame = read_frame(request)
    view = facts.get_indicator(indicator)
    row = find_shown_unit(unit, on=frame.map_date)
    on = frame.on if frame.on and existing_day(row, frame.on) == frame.on else None
    found = facts.figure(indicator, row.id, period, on=on, sample=frame.sample)
    label = wording.period_label(period)
    subtitle = Message(f"{row.inside.vi}, {label.vi}", f"{row.inside.en}, {label.en}")
    around = None if is_fragment(request) else figure_page(view, row, period, on=on, sample=frame.sample)
    told = _Explained(
        name=view.name,
        subtitle=subtitle,
        sentence=None if found.state in ("reported", "computed") else found.reason,
        figure=figure_view(shown(found, view), frame),
        root=facts.explain(indicator, row.id, period, on=on, sample=frame.sample),
        around=around,
        definition=view,
        observation=found.observation_id,
    )
    return _render(
        request,
        frame,
        row,
        told,
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
    # first, because no calendar has a last day for every number
    scoring.edition_for(year, row.level)
    on = existing_day(row, frame.on or max(date(year, 12, 31), row.first_date))
    root = scoring.explain_score(row.id, year, index, on=on, sample=frame.sample)
    table = scoring.dti_table(year, on=on, level=row.level, sample=frame.sample)
    cell, of = table.rows[row.id][index], table.edition.index(index)
    subtitle = Message(f"{row.inside.vi}, năm {year}", f"{row.inside.en}, {year}")
    view = facts.get_indicator(of.indicator) if of.indicator else None
    around = None
    if view is not None and cell.state in ("reported", "converted") and not is_fragment(request):
        around = figure_page(view, row, str(year), on=on, sample=frame.sample)
    told = _Explained(
        name=of.name,
        subtitle=subtitle,
        sentence=score_sentence(cell, table.universe),
        figure=FigureView(value=None if cell.score is None else str(cell.score), decimals=SCORE_DECIMALS),
        root=root,
        around=around,
        definition=view,
    )
    return _render(
        request,
        frame,
        row,
        told,
        shown=on,
        nav_key="dti",
        crumbs=crumbs(
            (Message("DTI", "DTI"), frame.page("dti", unit=row.id)),
            (of.name, frame.page("dti", unit=row.id, index=index, year=str(year))),
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
