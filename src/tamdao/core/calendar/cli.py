"""`tamdao calendar`: the days of a year that differ from the plain week."""

from __future__ import annotations

import json
import sys
from datetime import date

import click
from django.utils import timezone

from tamdao.core.units import api as units
from tamdao.kit.dates import format_date
from tamdao.kit.spreadsheets import write_csv_rows

from . import api

COLUMNS = ("day", "works", "name_vi", "name_en", "document")


@click.command()
@click.argument("year", type=click.IntRange(1976, 2100), required=False)
@click.option("--unit", metavar="UNIT", help="Thêm ngày nghỉ riêng của đơn vị · with the unit's own days.")
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True,
    help="Dạng in ra · output format.",
)  # fmt: skip
def calendar(year: int | None, unit: str | None, form: str) -> int:
    """Ngày nghỉ lễ, Tết và ngày thứ Bảy làm bù của một năm, mặc định năm nay.

    Public holidays and exchanged working days of a year, by default this one.

    \b
    Ví dụ · example: tamdao calendar 2026 --format csv
    """
    wanted = year or timezone.localdate().year
    unit_id = units.get_unit(unit, on=None if "@" in unit else timezone.localdate()).id if unit else None
    days = api.list_days(wanted, unit_id=unit_id)
    rows = [(one.day, str(one.works).lower(), one.name.vi, one.name.en, one.document) for one in days]
    if form == "json":
        told = [dict(zip(COLUMNS, (row[0].isoformat(), *row[1:]), strict=True)) for row in rows]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif form == "csv":
        write_csv_rows(sys.stdout, COLUMNS, rows)
    else:
        count = api.workdays(date(wanted, 1, 1), date(wanted, 12, 31), unit_id=unit_id)
        for one in days:
            mark = "làm bù · worked" if one.works else "nghỉ · off"
            click.echo(f"{format_date(one.day)}  {mark:<16} {one.name.vi} · {one.name.en}")
        total = count.between(date(wanted - 1, 12, 31), date(wanted, 12, 31))
        click.echo(f"{total} ngày làm việc trong năm {wanted} · {total} working days in {wanted}")
    return 0
