"""`tamdao ledger`: state, check, export, history, evidence, new key; and the sealer itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from tamdao.kit.click_types import FORMAT
from tamdao.kit.dates import format_datetime
from tamdao.kit.errors import Problem

from . import api, sealer
from .words import OPERATIONS, shown_value, tell_event

FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
REASON = click.option(
    "--reason", required=True, help="Lý do, vào nhật ký · the reason, goes into the ledger."
)


@click.group()
def ledger() -> None:
    """Nhật ký đối chứng: mọi thay đổi, có chữ ký, không sửa lại được mà không ai thấy.

    The ledger: every change, signed, not to be rewritten unseen.

    \b
    Ví dụ · example: tamdao ledger verify
    """


@ledger.command()
@FORMAT
def status(*, form: str) -> int:
    """Điểm chốt cuối, số dòng chờ niêm phong, nhân chứng. Mã thoát 1 khi phê duyệt đang bị tạm ngừng.

    Last checkpoint, rows that wait for their seal, witnesses. Exit code 1 while approvals are on hold.

    \b
    Ví dụ · example: tamdao ledger status --format json
    """
    found = api.status()
    if form == "json":
        _json(
            {
                "size": found.size, "root": found.root, "origin": found.origin, "sealed_at": _iso(found.sealed_at),
                "waiting": found.waiting, "oldest_waiting_at": _iso(found.oldest_waiting_at),
                "failing_seconds": found.failing_seconds, "blocked": found.blocked, "error": found.error,
                "witnessed_size": found.witnessed_size, "witnessed_at": _iso(found.witnessed_at),
                "witnesses": [
                    {"name": one.name, "size": one.size, "at": _iso(one.at), "error": one.error and one.error.en,
                     "failing_since": _iso(one.failing_since)}
                    for one in found.witnesses
                ],
                "warnings": [problem.text("en") for problem in found.warnings],
            }
        )  # fmt: skip
        return 1 if found.blocked else 0
    click.echo(f"Bút toán đã niêm phong · sealed entries: {found.size}, {_moment(found.sealed_at)}")
    click.echo(f"Gốc cây · root: {found.root or '—'}")
    click.echo(f"Chờ niêm phong · waiting rows: {found.waiting}, {_moment(found.oldest_waiting_at)}")
    for one in found.witnesses:
        click.echo(
            f"Nhân chứng · witness: {one.title.vi} · {one.title.en}: {one.size or '—'}, {_moment(one.at)}"
        )
    if found.failing_seconds:
        click.echo(
            f"Niêm phong không được · sealing fails: {found.failing_seconds / 60:.0f} phút · min {found.error}"
        )
    if found.blocked:
        click.echo("Phê duyệt và trao đổi đang tạm ngừng · approvals and exchange are on hold")
    _problems(found.warnings)
    return 1 if found.blocked else 0


@ledger.command()
@FORMAT
def verify(*, form: str) -> int:
    """Kiểm tra sổ, chữ ký, nhân chứng, trình kích hoạt, và đối chiếu bảng dữ liệu với sổ. Mã thoát 1 nếu có sai.

    Check the chain, its signatures, witnesses and triggers, and the tables against the ledger. Exit code 1 for a fault.

    \b
    Ví dụ · example: tamdao ledger verify
    """
    report = api.verify()
    if form == "json":
        _json(
            {
                "ok": report.ok, "size": report.size, "root": report.root, "rows": report.rows,
                "problems": [problem.text("en") for problem in report.problems],
                "warnings": [problem.text("en") for problem in report.warnings],
            }
        )  # fmt: skip
        return 0 if report.ok else 1
    _problems(report.warnings)
    _problems(report.problems)
    verdict = "ĐÚNG · right" if report.ok else "SAI · wrong"
    click.echo(f"{verdict}: {report.size} bút toán · entries, {report.rows} dòng · rows, {report.root}")
    return 0 if report.ok else 1


@ledger.command()
@FOLDER
@FORMAT
def export(folder: Path, *, form: str) -> int:
    """Xuất toàn bộ sổ vào thư mục mới; kiểm tra ngoại tuyến bằng tamdao-verify.

    Write the whole ledger into a new folder; check it offline with tamdao-verify.

    \b
    Ví dụ · example:
      tamdao ledger export /media/usb/ledger
      tamdao-verify /media/usb/ledger --key ledger.pub
    """
    return _written(folder, api.export(folder), form)


@ledger.command()
@click.argument("kind")
@click.argument("id")
@FOLDER
@FORMAT
def bundle(kind: str, id: str, folder: Path, *, form: str) -> int:  # noqa: A002  (the word of the command line)
    """Bằng chứng về một đối tượng, kiểm tra ngoại tuyến được bằng tamdao-verify.

    The evidence of one object, to be checked offline with tamdao-verify.

    \b
    Ví dụ · example: tamdao ledger bundle people.RoleHolding 12 evidence/
    """
    return _written(folder, api.evidence(folder, kind=kind, id=id), form)


@ledger.command()
@click.argument("kind")
@click.argument("id")
@FORMAT
def show(kind: str, id: str, *, form: str) -> int:  # noqa: A002
    """Lịch sử một đối tượng: ai, khi nào, đổi gì, vì sao.

    The history of one object: who, when, what, why.

    \b
    Ví dụ · example: tamdao ledger show units.Unit 25@2025-07-01
    """
    lines = api.list_history(kind, id)
    if form == "json":
        _json([_line(line) for line in lines])
        return 0
    for line in lines:
        number = "chờ niêm phong · waiting" if line.entry is None else f"#{line.entry}"
        click.echo(f"{_moment(line.at)}  {number}  {OPERATIONS[line.op]}  {line.by or 'không rõ · unknown'}")
        said = " — ".join(filter(None, [str(tell_event(line.event)) if line.event else "", line.reason]))
        if said:
            click.echo(f"    {said}")
        for change in line.changes:
            what = (
                "(bí mật · secret)"
                if change.secret
                else f"{shown_value(change.before)} → {shown_value(change.after)}"
            )
            click.echo(f"    {change.column}: {what}")
    return 0


@ledger.command()
@FOLDER
@FORMAT
def receipts(folder: Path, *, form: str) -> int:
    """Biên nhận của nhân chứng: mỗi điểm chốt kèm chữ ký hoặc dấu thời gian, để kiểm tra bằng công cụ khác.

    What witnesses answered: each checkpoint with its cosignature or time-stamp, for other tools to check.

    \b
    Ví dụ · example:
      tamdao ledger receipts receipts/
      openssl ts -verify -data receipts/9-1.checkpoint -in receipts/9-1.tsr -CAfile tsa.pem
    """
    count = api.write_receipts(folder)
    if form == "json":
        _json({"receipts": count})
        return 0
    click.echo(f"{folder}: {count} biên nhận · receipts")
    return 0


@ledger.command("rotate-key")
@REASON
@FORMAT
def rotate_key(*, reason: str, form: str) -> int:
    """Thay khóa ký; khóa cũ xác nhận khóa mới rồi bị hủy. Chép ledger.pub mới cho nơi giữ hộ.

    Replace the signing key; the old one endorses the new one and is destroyed. Give the new ledger.pub to its keepers.

    \b
    Ví dụ · example: tamdao ledger rotate-key --reason "thay định kỳ hằng năm"
    """
    key = api.rotate_key(by=api.current().by, reason=reason)
    if form == "json":
        _json({"key": key.text, "file": str(api.public_key_file())})
        return 0
    click.echo(f"{key.text}\n{api.public_key_file()}")
    return 0


@ledger.command("erase-person")
@click.argument("subject")
@REASON
@FORMAT
def erase_person(subject: str, *, reason: str, form: str) -> int:
    """Hủy khóa của một người: dữ liệu cá nhân trong sổ vĩnh viễn không đọc được, sổ vẫn kiểm tra được.

    Destroy the key of a person ("person:12"): personal data in the ledger becomes unreadable, the chain still verifies.

    \b
    Ví dụ · example: tamdao ledger erase-person person:12 --reason "đơn ngày 01/12/2026"
    """
    api.erase_person(subject=subject, by=api.current().by, reason=reason)
    if form == "json":
        _json({"erased": subject})
        return 0
    click.echo(f"Đã hủy khóa · erased: {subject}")
    return 0


@ledger.command()
def seal() -> int:
    """Chạy tiến trình niêm phong cho tới khi được yêu cầu dừng; tamdao serve tự chạy nó.

    Run the sealer until told to stop; `tamdao serve` runs it by itself.

    \b
    Ví dụ · example: tamdao ledger seal
    """
    return sealer.run()


def _written(folder: Path, manifest: dict[str, Any], form: str) -> int:
    if form == "json":
        _json(manifest)
        return 0
    click.echo(f"{folder}: {manifest['size']} bút toán · entries, {manifest['root']}")
    click.echo(f"Kiểm tra · check: tamdao-verify {folder} --key {api.public_key_file()}")
    return 0


def _line(line: api.Line) -> dict[str, Any]:
    changes = [
        {"column": one.column, "before": _plain(one.before), "after": _plain(one.after), "secret": one.secret}
        for one in line.changes
    ]
    return {
        "entry": line.entry, "at": _iso(line.at), "op": line.op, "by": line.by, "event": line.event,
        "reason": line.reason, "request": line.request, "changes": changes,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return {"erased": True} if isinstance(value, api.Erased) else value


def _problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(f"  {problem.text('vi')}\n  {problem.text('en')}")


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _moment(at: datetime | None) -> str:
    return format_datetime(timezone.localtime(at)) if at else "—"


def _json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
