"""The catalogue of indicators and one indicator."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from tamdao.kit.messages import Message

from ...queries import indicators
from ...rules.words import PILLARS
from ..frame import Frame, read_frame
from ..page import render_page
from ..present import course_points, crumbs, figure_row


@dataclass(frozen=True, slots=True)
class Listed:
    """What the address asks of the list: the filters and what they leave, by pillar."""

    pillar: str
    text: str
    groups: list[tuple[str, list[indicators.CatalogueRow]]]


def listed_indicators(request: HttpRequest, frame: Frame) -> Listed:
    """The indicators the address asks for; an unknown pillar is none."""
    pillar = request.GET.get("pillar", "")
    pillar = pillar if pillar in PILLARS else ""
    text = request.GET.get("q", "").strip()[:100]
    return Listed(pillar, text, indicators.catalogue_rows(pillar=pillar, text=text, sample=frame.sample))


def index(request: HttpRequest) -> HttpResponse:
    """Every indicator with its definition and what is stored of it."""
    frame = read_frame(request)
    listed = listed_indicators(request, frame)
    every = [row for _, rows in listed.groups for row in rows]
    return render_page(
        request,
        "ioc/indicators.html",
        frame,
        nav_key="indicators",
        groups=listed.groups,
        total=len(every),
        with_figures=sum(1 for row in every if row.rows),
        pillar=listed.pillar,
        text=listed.text,
        pillars=PILLARS,
    )


def one(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: how it is defined, and its figures for a unit or for every unit."""
    frame = read_frame(request)
    page = indicators.indicator_page(code, unit=frame.unit, on=frame.on, sample=frame.sample)
    broken = {step.figure.period: step.broken for step in page.steps}
    return render_page(
        request,
        "ioc/indicator.html",
        frame,
        nav_key="indicators",
        page=page,
        steps=[{**figure_row(step.figure, frame), "changes": step.changes} for step in page.steps],
        units=[{**figure_row(item.figure, frame), "unit": item.unit} for item in page.units],
        points=course_points([step.figure for step in page.steps], frame, broken),
        reverse=page.view.measure.ordinal,
        crumbs=crumbs((Message("Số liệu", "Indicators"), frame.page("indicators")), (page.view.name, "")),
        shown_unit=page.unit,
    )
