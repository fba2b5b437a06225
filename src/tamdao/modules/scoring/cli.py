"""The command group `tamdao dti`: parse, one call, print."""

from __future__ import annotations

import json
import sys
from datetime import date

import click

from tamdao.core.units.api import get_unit
from tamdao.facts import dates
from tamdao.facts.api import node_dict, node_lines
from tamdao.facts.cli_options import day, json_option, lang_option, map_option, sample_option
from tamdao.kit.spreadsheets import write_csv_rows

from .editions import edition_levels
from .explain import explain_score
from .queries import Cell, DtiTable, dti_table
from .rules import TOTAL_KEY

COLUMNS = ("unit_code", "unit_name", "index", "score", "rank")
_year_range = click.IntRange(1900, 2200)


@click.group()
def dti() -> None:
    """Chỉ số chuyển đổi số: bảng điểm và xếp hạng · the digital transformation index."""


@dti.command(epilog="Ví dụ · example: tamdao dti table --year 2024 --map 2025-07-01 --format csv")
@click.option("--year", type=_year_range, required=True, help="Năm đánh giá · assessment year.")
@click.option(
    "--map",
    "on",
    type=day(dates.MAP_DATE),
    metavar="DATE",
    help="Ngày địa giới · map date (default: 31 Dec of the year).",
)
@click.option("--level", default="province", show_default=True, help="Cấp · level of the units.")
@click.option("--sample", is_flag=True, help="Kèm dữ liệu mẫu · with sample data.")
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True,
    help="Dạng in ra · output format.",
)  # fmt: skip
def table(*, year: int, on: date | None, level: str, sample: bool, form: str) -> None:
    """Bảng điểm và thứ hạng của một năm · scores and ranks of a year.

    Sorted by index, then rank. A score has 4 decimals, rounded half up; it is empty where it is not known.
    """
    found = dti_table(year, on=on, level=level, sample=sample)
    print_table = {"csv": _print_csv, "json": _print_json, "text": _print_text}[form]
    print_table(found)


@dti.command(epilog="Ví dụ · example: tamdao dti explain 26@2020-01-01 2024 'pillar:Chính quyền số'")
@click.argument("unit")
@click.argument("year", type=_year_range)
@click.argument("index", default=TOTAL_KEY)
@map_option
@sample_option
@json_option
@lang_option
def explain(
    *, unit: str, year: int, index: str, on: date | None, sample: bool, as_json: bool, lang: str
) -> None:
    """Điểm, hạng từ đâu ra: điểm đạt trên điểm đánh giá, chỉ số chính, số công bố · where a score comes from.

    UNIT là mã định danh (26@2020-01-01), hoặc mã, tên cùng với --map. INDEX là cột index của “dti table”, mặc định là
    tổng điểm · INDEX is a key of `dti table`, the total by default.
    """
    row = get_unit(unit, on=on, levels=None if "@" in unit else edition_levels() or None)
    tree = explain_score(row.id, year, index, on=on, sample=sample)
    if as_json:
        click.echo(json.dumps(node_dict(tree), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(node_lines(tree, lang)))


def _rows(found: DtiTable) -> list[tuple[str, str, str, str, str, Cell]]:
    """(code, name, index, score, rank, cell), by index then rank."""
    return [
        (
            unit.code,
            unit.name_vi,
            index.key,
            "" if cell.score is None else format(cell.score, "f"),
            "" if cell.rank is None else str(cell.rank),
            cell,
        )
        for index in found.indices
        for unit, cell in found.ranked(index.key)
    ]


def _print_csv(found: DtiTable) -> None:
    write_csv_rows(sys.stdout, COLUMNS, (row[:5] for row in _rows(found)))


def _print_json(found: DtiTable) -> None:
    rows = [
        dict(zip(COLUMNS, (code, name, index, score or None, int(rank) if rank else None), strict=True))
        | {"state": cell.state, "derived": cell.derived, "rank_published": cell.rank_published}
        for code, name, index, score, rank, cell in _rows(found)
    ]
    click.echo(
        json.dumps(
            {
                "year": found.year,
                "map": found.on.isoformat(),
                "level": found.level,
                "edition": found.edition.code,
                "document": found.edition.document,
                "universe": found.universe,
                "complete": dict(found.complete),
                "rows": rows,
            },
            ensure_ascii=False,
            indent=2,
        )
    )


def _print_text(found: DtiTable) -> None:
    """One block per index; what is known of it in the heading."""
    click.echo(f"{found.edition.name.vi} · {found.on:%d/%m/%Y} · {found.universe} đơn vị (units)")
    for index in found.indices:
        note = "" if found.complete[index.key] else " (chưa đủ kết quả công bố · not complete)"
        click.echo(f"\n{index.key}{note}")
        for unit, cell in found.ranked(index.key):
            if cell.score is None and cell.rank is None:
                continue
            score = "" if cell.score is None else format(cell.score, "f")
            rank = "" if cell.rank is None else str(cell.rank)
            click.echo(f"{rank:>4}  {score:>6}  {unit.name_vi}")
