"""GET figures, explanations, the catalogue, observations and targets."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from tamdao.facts import api as facts
from tamdao.facts import dates
from tamdao.facts.types import TargetResult
from tamdao.kit.messages import Message
from tamdao.kit.web.params import (
    MAX_TEXT,
    AsOf,
    AtDay,
    Described,
    IndicatorCode,
    LevelCode,
    MapDay,
    Name,
    PeriodKey,
    Sample,
    SearchText,
    UnitText,
    Whole,
)
from tamdao.kit.web.rest import PageParams, page_of
from tamdao.kit.web.routes import operation

from .schemas import (
    FigureOut,
    FigurePage,
    IndicatorOut,
    IndicatorPage,
    NodeOut,
    ObservationOut,
    TargetOut,
    TargetPage,
    Text,
)

router = Router(tags=["facts"])

PillarCode = Annotated[
    str, Field(max_length=MAX_TEXT), Described("Pillar of the catalogue.", ("government",))
]
TargetCode = Annotated[Name, Described("Code of a target.", ("F001",))]
RecordNumber = Annotated[Whole, Described("Number of the stored record, as `explain` names it.")]


def _text(message: Message) -> Text:
    return Text(vi=message.vi, en=message.en)


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _as_of(text: str | None) -> datetime | None:
    return dates.parse_as_of(text) if text else None


def _indicator(view: facts.IndicatorView) -> IndicatorOut:
    return IndicatorOut(
        code=view.code,
        name=_text(view.name),
        definition=_text(view.definition),
        pillar=view.pillar,
        unit_of_measure=view.measure.code,
        direction=view.direction,
        frequency=view.frequency,
        levels=list(view.levels),
        owner=_text(view.owner) if view.owner else None,
        conversion=view.rule,
        conversion_weight=view.rule_weight,
        formula=view.formula,
    )


def _observation(row: facts.ObservationView) -> ObservationOut:
    fields = asdict(row)
    fields["value"] = fields.pop("text")
    fields["unit"] = fields.pop("unit_id")
    return ObservationOut.model_validate(fields)


def _target(result: TargetResult) -> TargetOut:
    return TargetOut(
        code=result.code,
        unit=result.unit_id,
        indicator=result.indicator,
        measured_by=result.measured_by,
        name=_text(result.name),
        pillar=result.pillar,
        kind=result.kind,
        comparator=result.comparator,
        value=result.value,
        unit_of_measure=result.measure,
        level=result.level,
        deadline=result.deadline,
        universe=result.universe,
        actual=FigureOut.model_validate(facts.figure_dict(result.actual)) if result.actual else None,
        state=result.state,
        reason=_text(result.reason),
        progress=_decimal(result.progress),
        gap=_decimal(result.gap),
        sample=result.sample,
        document=result.document,
    )


@router.get(
    "figures/{indicator}/{unit}/{period}",
    response=FigureOut,
    operation_id="get_figure",
    summary="One figure with its explanation",
)
@operation("figure", "view")
def get_figure(
    request: HttpRequest,
    indicator: IndicatorCode,
    unit: UnitText,
    period: PeriodKey,
    map: MapDay = None,
    as_of: AsOf = None,
    sample: Sample = False,
) -> dict[str, Any]:
    """One figure with its explanation. `unit` is an id, or a code or name with `map`."""
    known = _as_of(as_of)
    asked = facts.resolve(indicator, unit, period, on=map, as_of=known, sample=sample)
    figure = facts.figure(indicator, asked.unit.id, period, as_of=known, sample=sample)
    out = facts.figure_dict(figure, as_of=known, tree=facts.explain_request(asked))
    return out | {"map": asked.map_date.isoformat()}


@router.get(
    "figures", response=FigurePage, operation_id="list_figures", summary="Series of an indicator for a unit"
)
@operation("figure", "view")
def list_figures(
    request: HttpRequest,
    page: Query[PageParams],
    indicator: IndicatorCode,
    unit: UnitText,
    map: MapDay = None,
    as_of: AsOf = None,
    sample: Sample = False,
) -> dict[str, Any]:
    """The series of an indicator for a unit, oldest period first, without explanations."""
    known = _as_of(as_of)
    rows = facts.series(indicator, unit, on=map, as_of=known, sample=sample)
    return page_of([facts.figure_dict(row, as_of=known) for row in rows], page)


@router.get(
    "explain/{indicator}/{unit}/{period}",
    response=NodeOut,
    operation_id="explain_figure",
    summary="Where a figure comes from",
)
@operation("figure", "view")
def explain_figure(
    request: HttpRequest,
    indicator: IndicatorCode,
    unit: UnitText,
    period: PeriodKey,
    map: MapDay = None,
    as_of: AsOf = None,
    sample: Sample = False,
) -> dict[str, Any]:
    """The thread of a figure: formula, inputs, conversion, observations, documents, other sources."""
    asked = facts.resolve(indicator, unit, period, on=map, as_of=_as_of(as_of), sample=sample)
    return facts.node_dict(facts.explain_request(asked))


@router.get(
    "indicators",
    response=IndicatorPage,
    operation_id="list_indicators",
    summary="The catalogue of indicators",
)
@operation("indicator", "view")
def list_indicators(
    request: HttpRequest,
    page: Query[PageParams],
    q: SearchText = "",
    pillar: PillarCode = "",
    level: LevelCode = "",
) -> dict[str, Any]:
    """By code, or with `q` by how well names and definitions match; `pillar` and `level` narrow both."""
    found = facts.list_indicators(pillar=pillar, level=level)
    if q:
        kept = {view.code for view in found}
        # the whole catalogue, so that `count` is the number of hits and not of those on this page
        hits = facts.search_indicators(q, limit=len(facts.list_indicators()))
        found = [view for view in hits if view.code in kept]
    return page_of([_indicator(view) for view in found], page)


@router.get("indicators/{code}", response=IndicatorOut, operation_id="get_indicator", summary="One indicator")
@operation("indicator", "view")
def get_indicator(request: HttpRequest, code: IndicatorCode) -> IndicatorOut:
    """One entry of the catalogue."""
    return _indicator(facts.get_indicator(code))


@router.get(
    "observations/{int:id}",
    response=ObservationOut,
    operation_id="get_observation",
    summary="One published value",
)
@operation("figure", "view")
def get_observation(request: HttpRequest, id: RecordNumber) -> ObservationOut:
    """One published value."""
    return _observation(facts.get_observation(id))


@router.get(
    "targets", response=TargetPage, operation_id="list_targets", summary="Targets of a unit, judged at a day"
)
@operation("target", "view")
def list_targets(
    request: HttpRequest,
    page: Query[PageParams],
    unit: UnitText,
    at: AtDay = None,
    map: MapDay = None,
    sample: Sample = False,
) -> dict[str, Any]:
    """The targets of a unit, judged at a date (default today)."""
    rows = facts.targets(unit, at=at or timezone.localdate(), sample=sample, on=map)
    return page_of([_target(row) for row in rows], page)


@router.get(
    "targets/{code}", response=TargetOut, operation_id="get_target", summary="One target, judged at a day"
)
@operation("target", "view")
def get_target(request: HttpRequest, code: TargetCode, at: AtDay = None, sample: Sample = False) -> TargetOut:
    """One target, judged at a date (default today)."""
    return _target(facts.target(code, at=at or timezone.localdate(), sample=sample))
