"""Commands about figures: `figure`, `explain`, `targets`. Each parses, makes one call and prints."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import click

from . import dates
from .explain import explain_derivations
from .queries import targets as target_queries
from .queries.figures import derivation
from .queries.figures import resolve as resolve_request
from .render import figure_dict, node_lines
from .types import TargetResult

TARGET_COLUMNS = (
    "target_id", "indicator", "comparator", "value", "unit_of_measure", "deadline", "actual", "actual_period",
    "state", "reason",
)  # fmt: skip

_map = click.option("--map", "map_text", metavar="DATE", help="Ngày địa giới · map date, e.g. 2025-07-01")
_as_of = click.option(
    "--as-of",
    "as_of_text",
    metavar="DATE",
    help="Theo những gì đã ghi nhận đến thời điểm này · as recorded by then",
)
_sample = click.option("--sample", is_flag=True, help="Kèm dữ liệu mẫu · with sample data")
_json = click.option("--json", "as_json", is_flag=True, help="In dạng JSON · print JSON")
_lang = click.option(
    "--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Ngôn ngữ · language"
)


def _read_dates(map_text: str | None, as_of_text: str | None) -> tuple[date | None, datetime | None]:
    on = dates.parse_day(map_text, dates.MAP_DATE) if map_text else None
    return on, dates.parse_as_of(as_of_text) if as_of_text else None


@click.command(epilog='Ví dụ · example: tamdao figure dti "Phú Thọ" 2024 --map 2025-07-01 --json')
@click.argument("indicator")
@click.argument("unit")
@click.argument("period")
@_map
@_as_of
@_sample
@_json
@_lang
def figure(
    indicator: str,
    unit: str,
    period: str,
    map_text: str | None,
    as_of_text: str | None,
    sample: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Một số liệu của một đơn vị trong một kỳ · one figure.

    UNIT là mã định danh (26@2020-01-01), hoặc mã, tên cùng với --map. PERIOD: 2024, 2024-H1, 2024-Q3, 2024-10,
    2024-10-05.
    """
    data, lines = _figure(indicator, unit, period, map_text, as_of_text, sample=sample, lang=lang)
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else "\n".join(lines[:2]))


@click.command(epilog="Ví dụ · example: tamdao explain dti 25@2025-07-01 2024")
@click.argument("indicator")
@click.argument("unit")
@click.argument("period")
@_map
@_as_of
@_sample
@_json
@_lang
def explain(
    indicator: str,
    unit: str,
    period: str,
    map_text: str | None,
    as_of_text: str | None,
    sample: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Số liệu từ đâu ra: công thức, quy đổi, ghi nhận, văn bản · where a figure comes from."""
    data, lines = _figure(indicator, unit, period, map_text, as_of_text, sample=sample, lang=lang)
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))


def _figure(
    indicator: str,
    unit: str,
    period: str,
    map_text: str | None,
    as_of_text: str | None,
    *,
    sample: bool,
    lang: str,
) -> tuple[dict[str, Any], list[str]]:
    """The figure as the stable JSON keys, and as indented lines."""
    on, as_of = _read_dates(map_text, as_of_text)
    request = resolve_request(indicator, unit, period, on=on, as_of=as_of, sample=sample)
    made = derivation(request)
    tree = explain_derivations([made])[0]
    found = replace(made.figure, map_date=request.map_date)
    return figure_dict(found, as_of=as_of, tree=tree), list(node_lines(tree, lang))


@click.command(epilog='Ví dụ · example: tamdao targets --unit "Vĩnh Phúc" --at 2025-06-30 --format csv')
@click.option("--unit", required=True, help="Mã định danh hoặc tên đơn vị · id or name of the unit")
@click.option("--at", "at_text", metavar="DATE", help="Ngày đánh giá, mặc định hôm nay · date of judgement")
@_map
@_sample
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True,
    help="Dạng in ra · output format",
)  # fmt: skip
@_lang
def targets(unit: str, at_text: str | None, map_text: str | None, sample: bool, form: str, lang: str) -> None:
    """Chỉ tiêu của một đơn vị và trạng thái tại một ngày · targets of a unit, judged at a date."""
    on, _ = _read_dates(map_text, None)
    at = dates.parse_day(at_text, dates.AT_DATE) if at_text else dates.today()
    rows = [_target_row(result, lang) for result in target_queries.targets(unit, at=at, sample=sample, on=on)]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, TARGET_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        for row in rows:
            click.echo(f"{row['target_id']}  {row['state']:<18} {row['indicator']}: {row['reason']}")


def _target_row(result: TargetResult, lang: str) -> dict[str, str]:
    """A result under the stable columns; `actual` is the canonical value with its sign where it is approximate."""
    actual = result.actual
    sign = "" if actual is None or actual.sign == "=" else actual.sign
    return {
        "target_id": result.code,
        "indicator": result.indicator,
        "comparator": result.comparator,
        "value": result.value,
        "unit_of_measure": result.measure,
        "deadline": result.deadline.isoformat(),
        "actual": f"{sign}{actual.text}" if actual is not None and actual.text is not None else "",
        "actual_period": actual.period if actual else "",
        "state": result.state,
        "reason": result.reason.text(lang),
    }
