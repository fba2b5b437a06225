"""`tamdao pack`: check, compare and install packs; write their schemas."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from django.utils import timezone

from tamdao.kit.click_types import FORMAT

from . import api, schemas
from .report import Report, change_lines, problem_lines, summary_lines

FOLDER = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR"
)


@click.group()
def pack() -> None:
    """Gói nội dung: kiểm tra, so sánh, cài đặt.

    Packs of content: check, compare, install.

    \b
    Ví dụ · example:
      tamdao pack check packs/vn-units
      tamdao pack install packs/vn-units --yes
    """


@pack.command()
@FOLDER
@FORMAT
def check(folder: Path, form: str) -> int:
    """Tìm mọi lỗi của gói, mỗi lỗi có tệp, dòng và trường; không ghi gì.

    Gói được so với những gì đã cài, nên cơ sở dữ liệu phải có bảng trước (tamdao migrate).

    Find every fault of a pack with file, line and field; writes nothing. Exit code 1 when there are any. The pack is
    checked against what is installed, so the tables must be there (tamdao migrate).

    \b
    Ví dụ · example: tamdao pack check packs/vn-dti --format json
    """
    report = api.check(folder)
    _show(report, form, changes=False)
    return 0 if report.ok else 1


@pack.command()
@FOLDER
@FORMAT
def diff(folder: Path, form: str) -> int:
    """Cài gói này thì thêm, đổi gì; chỗ nào đã sửa tại đây sẽ được giữ.

    What installing would add or change, and what was edited here and will be kept. Exit code 1 when the pack has
    faults.

    \b
    Ví dụ · example: tamdao pack diff packs/vn-dti
    """
    report = api.diff(folder)
    _show(report, form, changes=True)
    return 0 if report.ok else 1


@pack.command()
@FOLDER
@FORMAT
@click.option("--yes", is_flag=True, help="Cài mà không hỏi lại · install without asking.")
@click.option(
    "--allow-downgrade",
    is_flag=True,
    help="Cài cả bản cũ hơn bản đang có · install a version below the installed one.",
)
@click.option("--by", default="command line", show_default=True, help="Ai cài · who installs.")
def install(folder: Path, form: str, yes: bool, allow_downgrade: bool, by: str) -> int:
    """Kiểm tra rồi cài gói trong một giao dịch: cài được hết hoặc không ghi gì. Cài lần hai không đổi gì.

    Check and install a pack in one transaction: all or nothing. The second time nothing changes.

    \b
    Ví dụ · example: tamdao pack install packs/vn-units --yes
    """
    if not yes and sys.stdin.isatty():
        report = api.diff(folder)
        if report.ok:
            _show(report, "text", changes=True)
            click.confirm("Cài gói này? · Install this pack?", abort=True)
    progress = _progress if form == "text" else _silent
    report = api.install(folder, by=by, at=timezone.now(), progress=progress, allow_downgrade=allow_downgrade)
    _show(report, form, changes=True)
    return 0


@pack.command()
@click.option(
    "--write", "target", is_flag=False, flag_value=schemas.FOLDER, type=click.Path(path_type=Path), metavar="[DIR]",
    help=f"Ghi mọi tệp lược đồ vào DIR (mặc định {schemas.FOLDER}) · write all schema files.",
)  # fmt: skip
@click.argument("kind", required=False)
def schema(target: Path | None, kind: str | None) -> int:
    """JSON Schema của các loại bản ghi, hoặc của một loại.

    JSON Schema of the kinds of records, or of one kind.

    \b
    Ví dụ · example: tamdao pack schema observations
    """
    if target is not None:
        for path in schemas.write(target):
            click.echo(path)
        return 0
    published = schemas.published()
    if kind is None:
        click.echo("\n".join(name.removesuffix(".schema.json") for name in published))
        return 0
    found = published.get(f"{kind}.schema.json")
    if found is None:
        known = ", ".join(name.removesuffix(".schema.json") for name in published)
        raise click.BadParameter(f"“{kind}”: {known}", param_hint="KIND")
    click.echo(schemas.as_text(found), nl=False)
    return 0


def _show(report: Report, form: str, *, changes: bool) -> None:
    if form == "json":
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        return
    for line in problem_lines(report.problems):
        click.echo(line, err=True)
    for line in problem_lines(report.notes):
        click.echo(f"{line}", err=True)
    if changes:
        for line in (*change_lines(report), *summary_lines(report)):
            click.echo(line)
    records = sum(report.records.values())
    name = f"{report.name} {report.version}"
    if report.installed:
        written = sum(report.rows.values())
        said = (
            f"{written} dòng đã ghi · {written} rows written"
            if written
            else "không có gì đổi · nothing changed"
        )
        click.echo(f"{name}: {said}")
    elif report.ok:
        click.echo(f"{name}: {records} bản ghi, không có lỗi · {records} records, no faults")
    else:
        found = len(report.problems)
        click.echo(f"{name}: {found} lỗi · {found} faults", err=True)


def _progress(kind: str, done: int, total: int) -> None:
    if kind:
        click.echo(f"  {done + 1}/{total} {kind}", err=True)


def _silent(_kind: str, _done: int, _total: int) -> None:
    """JSON is read by a program: no progress."""
