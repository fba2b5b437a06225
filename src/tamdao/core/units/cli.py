"""`tamdao boundaries`: load the boundaries of a province."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
from django.utils import timezone

from tamdao.kit.click_types import FORMAT, Read
from tamdao.kit.dates import parse_date

from . import boundaries as service


@click.group()
def boundaries() -> None:
    """Ranh giới đơn vị hành chính do tỉnh nạp.

    Boundaries of administrative units, loaded by a province.

    \b
    Ví dụ · example: tamdao boundaries load communes.geojson --credit "Sở Nông nghiệp và Môi trường"
    """


@boundaries.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--credit", default="", help="Nguồn của ranh giới, hiện cạnh bản đồ · whom to credit beside the map."
)
@click.option(
    "--map",
    "map_date",
    type=Read("date", parse_date),
    metavar="DATE",
    help="Địa giới ngày nào, mặc định hôm nay · map of which day.",
)
@FORMAT
def load(file: Path, credit: str, map_date: date | None, form: str) -> int:
    """Nạp tệp GeoJSON (WGS 84, mỗi đối tượng có properties.code là mã chính thức). Nạp lại thì thay thế.
    Nếu có properties.name thì phải đúng là tên đơn vị mang mã ấy.

    Load a GeoJSON file (WGS 84, each feature with its official code in properties.code). Loading again replaces.
    A properties.name that is another unit's refuses the file.

    \b
    Ví dụ · example: tamdao boundaries load provinces.geojson --map 2025-07-01
    """
    on = map_date or timezone.localdate()
    done = service.load(file, credit=credit, on=on, at=timezone.now())
    if form == "json":
        result = {
            "new": done.new,
            "replaced": done.replaced,
            "points_read": done.points_read,
            "points_kept": done.points_kept,
            "credit": done.credit,
            "notes": [{"vi": note.vi, "en": note.en} for note in done.notes],
        }
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
        return 0
    click.echo(
        f"{done.new} ranh giới mới, {done.replaced} thay thế · {done.new} new, {done.replaced} replaced "
        f"({done.points_read} → {done.points_kept} điểm · points). Nguồn · credit: {done.credit}"
    )
    for note in done.notes:
        click.echo(f"{note.vi}\n    {note.en}", err=True)
    return 0
