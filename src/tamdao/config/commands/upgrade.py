"""`tamdao upgrade`: backup, migrate, verify; on failure everything is put back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
from django.utils import timezone

from tamdao.config import env
from tamdao.config.instance import missing_migrations
from tamdao.config.operations import serving, store, trust, upgrading
from tamdao.config.operations.progress import steps
from tamdao.kit.click_types import FORMAT
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message


def _command(*arguments: str) -> None:
    """One `tamdao` command in a process of its own; DomainError with its last words when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "tamdao.config.cli", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = " ".join(done.stderr.strip().splitlines()[-2:]) or f"{done.returncode}"
        spoken = " ".join(arguments)
        raise DomainError(
            Message(f"“tamdao {spoken}” báo: {last}.", f"“tamdao {spoken}” says: {last}."),
            code="upgrade.command",
        )


def _faults() -> list[Problem]:
    return [
        *(
            Problem(Message("chưa được áp dụng", "was not applied"), where=name)
            for name in missing_migrations()
        ),
        *trust.faults(),
    ]


@click.command(epilog="Ví dụ · example: systemctl stop tamdao && tamdao upgrade && systemctl start tamdao")
@click.option(
    "--backups",
    "into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Thư mục sao lưu; mặc định TAMDAO_BACKUPS · folder of the backups; default TAMDAO_BACKUPS.",
)
@click.option(
    "--current",
    type=click.Path(path_type=Path),
    help="Liên kết mà dịch vụ chạy từ đó; trỏ sang bản này khi xong · link the service runs from; set when done.",
)
@FORMAT
def upgrade(*, into: Path | None, current: Path | None, form: str) -> int:
    """Nâng cấp phiên bản lên bản phát hành này: sao lưu, nâng cấp bảng, kiểm tra; lỗi thì đặt lại như cũ.

    Bring the instance to this release: back up, migrate, verify. Whatever fails, also a kill in the middle, the records
    are put back (the next run does it after a kill). Stop the instance first. Repeating it changes nothing.
    """
    home, step = env.private_folder(env.home()), steps(form)
    place = into or Path(env.read("TAMDAO_BACKUPS") or home / "backups")
    records = store.of(env.database())
    with serving.alone(home):
        upgrading.put_back_unfinished(home, records, step=step)
        missing = missing_migrations()
        made = None
        if missing and not records.is_empty():
            upgrading.check_nobody_else(records)
            made = upgrading.run(
                home=home,
                store=records,
                into=place.absolute(),
                at=timezone.now(),
                work=upgrading.Work(migrate=lambda: _command("migrate"), faults=_faults),
                step=step,
                seal=trust.seal,
            )
        else:
            _command("migrate")
        with step("Câu chữ và tệp tĩnh", "words and static files"):
            _command("assets")
        if current is not None:
            upgrading.point_to(current, env.REPOSITORY)
    answer = {"applied": missing, "backup": str(made.place) if made else None}
    if form == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        click.echo(f"Đã ở bản mới nhất · up to date ({len(missing)} bước · migrations)")
    return 0
