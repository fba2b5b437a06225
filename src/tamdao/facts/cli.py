"""Commands about figures: `figure`, `explain`, `targets`. Each parses, makes one call and prints."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime

import click

from tamdao.core.units.api import UnitRow
from tamdao.kit.messages import Message
from tamdao.kit.spreadsheets import write_csv_rows

from . import dates, errors
from .cli_options import as_of_option, day, json_option, lang_option, map_option, sample_option
from .explain import explain_derivations
from .queries import targets as target_queries
from .queries import units
from .queries.derivation import Derivation
from .queries.figures import Request, computed_elsewhere, derivation
from .queries.figures import resolve as resolve_request
from .render import figure_dict, node_lines
from .types import HAS_VALUE, Figure, TargetResult

TARGET_COLUMNS = (
    "target_id", "indicator", "comparator", "value", "unit_of_measure", "deadline", "actual", "actual_period",
    "state", "reason",
)  # fmt: skip


@click.command(epilog='Ví dụ · example: tamdao figure dti "Phú Thọ" 2024 --map 2025-07-01 --json')
@click.argument("indicator")
@click.argument("unit")
@click.argument("period")
@map_option
@as_of_option
@sample_option
@json_option
@lang_option
def figure(
    indicator: str,
    unit: str,
    period: str,
    on: date | None,
    as_of: datetime | None,
    sample: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Một số liệu của một đơn vị trong một kỳ · one figure.

    UNIT là mã định danh (26@2020-01-01), hoặc mã, tên cùng với --map. PERIOD: 2024, 2024-H1, 2024-Q3, 2024-10,
    2024-10-05.
    """
    request = resolve_request(indicator, unit, period, on=on, as_of=as_of, sample=sample)
    _print_figure(request, as_json=as_json, lang=lang, brief=True)


@click.command(epilog="Ví dụ · example: tamdao explain dti 25@2025-07-01 2024")
@click.argument("indicator")
@click.argument("unit")
@click.argument("period")
@map_option
@as_of_option
@sample_option
@json_option
@lang_option
def explain(
    indicator: str,
    unit: str,
    period: str,
    on: date | None,
    as_of: datetime | None,
    sample: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Số liệu từ đâu ra: công thức, quy đổi, ghi nhận, văn bản · where a figure comes from."""
    request = resolve_request(indicator, unit, period, on=on, as_of=as_of, sample=sample)
    _print_figure(request, as_json=as_json, lang=lang, brief=False)


def _print_figure(request: Request, *, as_json: bool, lang: str, brief: bool) -> None:
    """The figure as the stable JSON keys or as indented lines; one that must not be converted is refused after it."""
    made = derivation(request)
    tree = explain_derivations([made])[0]
    if as_json:
        data = figure_dict(made.figure, as_of=request.asked.as_of, tree=tree)
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        said = list(node_lines(tree, lang))
        click.echo("\n".join([said[0], f"    {made.figure.reason.text(lang)}"] if brief else said))
        _print_place(made.figure, sample=request.asked.sample, lang=lang)
    if made.figure.state == "not_convertible":
        raise errors.not_convertible(request.indicator.name, units.with_id(request.unit), _reported(made))


def _print_place(figure: Figure, *, sample: bool, lang: str) -> None:
    """How to open a value that is computed elsewhere, where the reason says that there is one."""
    place = computed_elsewhere(figure, sample=sample) if figure.state not in HAS_VALUE else None
    if place is not None and place.said.vi in figure.reason.vi:
        click.echo(f"    {Message('Xem cách tính', 'How').text(lang)}: {place.command}")


def _reported(made: Derivation) -> list[Message]:
    """The units under a figure that have a value of their own, with their ids."""
    rows = [
        units.find_row(term.derivation.figure.unit_id) for term in made.terms if term.derivation.has_value
    ]
    return [units.with_id(row) for row in rows if row is not None]


@click.command(epilog='Ví dụ · example: tamdao targets --unit "Vĩnh Phúc" --at 2025-06-30 --format csv')
@click.option("--unit", required=True, help="Mã định danh hoặc tên đơn vị · id or name of the unit")
@click.option(
    "--at",
    type=day(dates.AT_DATE),
    metavar="DATE",
    help="Ngày đánh giá, mặc định hôm nay · date of judgement",
)
@map_option
@sample_option
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True,
    help="Dạng in ra · output format",
)  # fmt: skip
@lang_option
def targets(unit: str, at: date | None, on: date | None, sample: bool, form: str, lang: str) -> None:
    """Chỉ tiêu của một đơn vị và trạng thái tại một ngày · targets of a unit, judged at a date."""
    chosen, others = target_queries.unit_with_targets(unit, on=on)
    _note_choice(unit, chosen, others)
    results = target_queries.all_targets(at=at or dates.today(), sample=sample, unit_ids={chosen.id})
    _print_targets([_target_row(result, lang) for result in results], form)
    nothing = target_queries.without_own_targets(chosen)
    if nothing is not None and form == "text":
        click.echo(nothing.text(lang))
    elif nothing is not None:
        _note(nothing)


def _note(message: Message) -> None:
    """A note beside the results: on standard error, in both languages."""
    click.echo(f"{message.vi}\n{message.en}", err=True)


def _note_choice(text: str, chosen: UnitRow, others: list[UnitRow]) -> None:
    """Which unit was taken where the name leads to several."""
    if not others:
        return
    taken, rest = units.with_id(chosen), [units.with_id(row) for row in others]
    _note(
        Message(
            f"“{text}” là tên hoặc mã của {len(others) + 1} đơn vị; lấy {taken.vi} vì chỉ đơn vị này có chỉ tiêu, "
            f"không lấy {', '.join(one.vi for one in rest)}.",
            f"“{text}” names {len(others) + 1} units; {taken.en} is taken, the only one that has targets, "
            f"not {', '.join(one.en for one in rest)}.",
        )
    )


def _print_targets(rows: list[dict[str, str]], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif form == "csv":
        write_csv_rows(sys.stdout, TARGET_COLUMNS, ([row[key] for key in TARGET_COLUMNS] for row in rows))
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
