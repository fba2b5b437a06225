"""The index: ranking, map before and after the mergers, trend of a unit, main indices side by side."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse

from tamdao.core.units.api import UnitRow, check_map_date, map_dates
from tamdao.kit import svgmap
from tamdao.kit.components import LegendKey
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_number
from tamdao.modules.scoring import api as scoring
from tamdao.modules.scoring.api import Cell, DtiTable

from ...queries import dti
from ...queries.units import existing_day
from ...rules.sentences import index_sentence
from ..frame import Frame, read_frame
from ..page import render_page
from ..present import trend_points

DECIMALS = 4
# The two archipelagos are named on every map; the keys are shapes of the drawing.
LABELS = {
    "hoangsa": Message("QĐ. Hoàng Sa (Đà Nẵng)", "Hoàng Sa (Đà Nẵng)"),
    "truongsa": Message("QĐ. Trường Sa (Khánh Hòa)", "Trường Sa (Khánh Hòa)"),
}


def _year(request: HttpRequest, years: list[int]) -> int:
    text = request.GET.get("year", "").strip()
    if not text:
        return years[0]
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise DomainError(
            Message(f"“{text[:20]}” không phải là năm.", f"“{text[:20]}” is not a year."),
            code="year_malformed",
        )
    return int(text)


def _on(frame: Frame, year: int) -> date:
    """The map asked for; else that of the reader's unit at the end of the year, and of the year itself."""
    if frame.on is not None:
        return frame.on
    natural = date(year, 12, 31)
    return existing_day(frame.unit, natural) if frame.unit is not None else natural


def read_table(request: HttpRequest, frame: Frame) -> tuple[DtiTable, list[int]]:
    """The table of the year and map that the address asks for, and the years that have results."""
    years = dti.years_with_results()
    if not years:
        raise DomainError(
            Message("Chưa nạp kết quả DTI nào.", "No index results are loaded yet."),
            code="no_results",
            status=404,
        )
    year = _year(request, years)
    # first: a year without an edition is told as such, not as a map that is missing
    scoring.edition_for(year, dti.LEVEL)
    on = _on(frame, year)
    check_map_date(on)
    return scoring.dti_table(year, on=on, sample=frame.sample), years


def index(request: HttpRequest) -> HttpResponse:
    """The whole page of one year, map and index."""
    frame = read_frame(request)
    table, years = read_table(request, frame)
    keys = [view.key for view in table.indices]
    key = request.GET.get("index", dti.TOTAL)
    key = key if key in keys else dti.TOTAL
    view = table.edition.index(key)
    me = frame.unit if frame.unit is not None and frame.unit.id in table.rows else None
    before = dti.comparable_before(table, sample=frame.sample)
    rows = dti.ranking(table, key, me=me.id if me else None, compare=frame.compare, before=before)
    shown_rows = [_row(row, frame, table.year, key) for row in rows]
    trend_unit = frame.unit if frame.unit is not None and frame.unit.level == dti.LEVEL else None
    points = dti.trend_of(trend_unit.id, sample=frame.sample) if trend_unit else []
    beside_units = _beside_units(rows, me, frame)
    beside = dti.side_by_side(table, [unit.id for unit in beside_units])
    return render_page(
        request,
        "ioc/dti.html",
        frame,
        nav_key="dti",
        shown=table.on,
        table=table,
        years=years,
        key=key,
        view=view,
        me=me,
        lead=index_sentence(
            name=view.name,
            year=table.year,
            universe=table.universe,
            ranked=[(row.unit.inside, row.unit.id, row.cell.rank) for row in rows],
            me=me.id if me else None,
            key=key,
        ),
        rows=shown_rows,
        with_change=before is not None,
        before=before,
        mean=table.mean(key),
        complete=table.complete.get(key, False),
        maps=_map_choices(frame, table, key),
        drawing=_drawing(table, key, frame, me),
        trend_unit=trend_unit,
        trend=trend_points(points, trend_unit, frame) if trend_unit else [],
        trend_points=points,
        beside=[_beside_row(row, beside_units, table.year, frame) for row in beside],
        beside_units=beside_units,
        beside_chart=_beside_chart(beside, beside_units, me, frame) if beside else None,
        choices=dti.compare_choices(table.on),
    )


def _row(row: dti.RankRow, frame: Frame, year: int, key: str) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "rank": row.cell.rank,
        "published": row.cell.rank_published,
        "score": row.cell.score,
        "state": row.cell.state,
        "derived": row.cell.derived,
        "note": row.cell.rank_note,
        "reason": row.cell.reason,
        "gained": row.gained,
        "me": row.me,
        "compared": row.compared,
        "href": frame.page("score", str(year), row.unit.id, key),
        "width": None if row.cell.score is None else f"{float(row.cell.score) * 100:.2f}%",
    }


def _map_choices(frame: Frame, table: DtiTable, key: str) -> list[dict[str, Any]]:
    """The maps of the records as a switch: one address each, the chosen year and index kept."""
    days = map_dates()
    shown = []
    for place, first in enumerate(days):
        last = place + 1 == len(days)
        current = first <= table.on and (last or table.on < days[place + 1])
        units = len(dti.compare_choices(first))
        unit = _unit_on(frame, first)
        shown.append(
            {
                "label": Message(f"{units} tỉnh, thành phố", f"{units} provinces"),
                "day": first,
                "current": current,
                "href": frame.page("dti", map=first.isoformat(), year=str(table.year), index=key, unit=unit),
            }
        )
    return shown


def _unit_on(frame: Frame, day: date) -> str:
    """The reader's unit where it exists on that map."""
    unit = frame.unit
    return unit.id if unit is not None and frame.unit_given and existing_day(unit, day) == day else ""


def _drawing(table: DtiTable, key: str, frame: Frame, me: UnitRow | None) -> dict[str, Any] | None:
    """The choropleth in five classes of equal size, with its legend; None before the front end is built."""
    scores = {
        unit.id: float(table.rows[unit.id][key].score or 0)
        for unit in table.units
        if table.rows[unit.id][key].score is not None
    }
    classes, bounds = svgmap.quantile_classes(scores)
    members = dti.map_members(table.on)
    regions = []
    for unit in table.units:
        cell = table.rows[unit.id][key]
        score = "" if cell.score is None else format_number(cell.score, lang=frame.lang, decimals=DECIMALS)
        rank = Message(f", hạng {cell.rank}", f", rank {cell.rank}") if cell.rank else Message("", "")
        value = score or Message("chưa có số", "no data").text(frame.lang)
        regions.append(
            svgmap.Region(
                id=unit.id,
                members=members.get(unit.id, ()),
                css=f"q{classes[unit.id]}" if unit.id in classes else "none",
                title=f"{unit.called.text(frame.lang)}: {value}{rank.text(frame.lang)}",
                href=frame.page(
                    "dti", unit=unit.id, year=str(table.year), index=key, map=table.on.isoformat()
                ),
                me=me is not None and unit.id == me.id,
            )
        )
    legend = [
        LegendKey(
            f"q{number}",
            f"{format_number(Decimal(str(low)), lang=frame.lang, decimals=DECIMALS)} – "
            f"{format_number(Decimal(str(high)), lang=frame.lang, decimals=DECIMALS)}",
        )
        for number, (low, high) in reversed(list(zip(sorted(set(classes.values())), bounds, strict=True)))
    ]
    if len(scores) < table.universe:
        legend.append(LegendKey("none", Message("chưa có số", "no data")))
    return {"map": svgmap.draw(svgmap.vietnam(), regions, labels=LABELS), "legend": legend}


def _beside_units(rows: list[dti.RankRow], me: UnitRow | None, frame: Frame) -> list[UnitRow]:
    """The reader's unit, then those chosen to compare with; without a choice the leading unit of the table."""
    by_id = {row.unit.id: row.unit for row in rows}
    chosen = [
        by_id[unit_id] for unit_id in frame.compare if unit_id in by_id and (me is None or unit_id != me.id)
    ]
    first = [row.unit for row in rows if row.cell.rank == 1][:1]
    units = ([me] if me else []) + (chosen or [unit for unit in first if me is None or unit.id != me.id])
    return units[:4]


def _beside_row(row: dti.Beside, units: list[UnitRow], year: int, frame: Frame) -> dict[str, Any]:
    cells = [
        {
            "score": cell.score if cell else None,
            "rank": cell.rank if cell else None,
            "href": frame.page("score", str(year), unit.id, row.key),
        }
        for unit, cell in zip(units, row.cells, strict=True)
    ]
    return {"name": row.name, "cells": cells, "mean": row.mean}


def _beside_chart(
    beside: list[dti.Beside], units: list[UnitRow], me: UnitRow | None, frame: Frame
) -> dict[str, Any]:
    """What the chart island draws: one dot per unit and main index, and the mean."""
    series: list[dict[str, Any]] = [
        {
            "name": unit.name_vi,
            "me": me is not None and unit.id == me.id,
            "data": [_drawn(row.cells[place]) for row in beside],
        }
        for place, unit in enumerate(units)
    ]
    if any(row.mean is not None for row in beside):
        mean = Message("Bình quân cả nước", "National mean").text(frame.lang)
        series.append(
            {"name": mean, "data": [None if row.mean is None else float(row.mean) for row in beside]}
        )
    return {
        "kind": "dot",
        "title": Message("Chỉ số chính đặt cạnh nhau", "Main indices side by side").text(frame.lang),
        "categories": [row.name.text(frame.lang) for row in beside],
        "series": series,
        "decimals": DECIMALS,
        "lang": frame.lang,
    }


def _drawn(cell: Cell | None) -> float | None:
    """A score as the chart draws it; a missing one stays missing."""
    return None if cell is None or cell.score is None else float(cell.score)
