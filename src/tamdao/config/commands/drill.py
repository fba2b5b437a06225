"""`tamdao drill`: try the newest backup by the written steps, in a place of its own that is thrown away."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from tamdao.config import env
from tamdao.config.commands import keys
from tamdao.config.operations import backup, drilling, manifest, notes, store
from tamdao.config.operations.store_postgres import PostgresStore
from tamdao.kit.click_types import FORMAT
from tamdao.kit.errors import Conflict, DomainError
from tamdao.kit.messages import Message


def newest(folder: Path | None) -> Path:
    """The newest backup: of the folder, of TAMDAO_BACKUPS, or the one that was made last."""
    noted = notes.read(env.home()).get("backup", {}).get("place", "")
    into = folder or Path(env.read("TAMDAO_BACKUPS") or Path(noted or "backups/none").parent)
    found = backup.list_backups(into)
    if not found:
        raise DomainError(
            Message(
                f"Không có bản sao lưu nào trong {into}; chạy tamdao backup {into} trước.",
                f"There is no backup in {into}; run tamdao backup {into} first.",
            ),
            code="drill.no_backup",
        )
    return found[-1]


@click.command(epilog="Ví dụ · example: tamdao drill --key /media/usb/sao-luu.pem")
@click.argument("backups", metavar="[DIR]", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--into",
    metavar="URL",
    default="",
    help="Cơ sở dữ liệu PostgreSQL trống để thử · empty PostgreSQL database to try in.",
)
@keys.KEY
@keys.PASSPHRASE
@keys.WITHOUT
@FORMAT
def drill(
    *,
    backups: Path | None,
    into: str,
    key: Path | None,
    passphrase_file: Path | None,
    without_secrets: bool,
    form: str,
) -> int:
    """Thử phục hồi bản sao lưu mới nhất của DIR vào một chỗ tạm, kiểm tra rồi bỏ; ghi lại ngày thử.

    Restore the newest backup of DIR into a scratch place with all checks of `tamdao restore`, then throw it away; the
    day is noted for the doctor. A backup of PostgreSQL needs an empty database, which is emptied again.
    """
    place = newest(backups)
    scratch = store.of(env.database({"TAMDAO_HOME": str(env.home()), "TAMDAO_DATABASE_URL": into}))
    if into and not isinstance(scratch, PostgresStore):
        raise DomainError(
            Message(
                "--into là địa chỉ một cơ sở dữ liệu PostgreSQL trống; bản sao lưu của SQLite không cần.",
                "--into is the address of an empty PostgreSQL database; a backup of SQLite needs none.",
            ),
            code="drill.not_postgres",
        )
    if not into and manifest.read(place).database["vendor"] == PostgresStore.vendor:
        raise DomainError(
            Message(
                f"{place} là bản sao lưu của PostgreSQL: cần một cơ sở dữ liệu trống để thử. createdb --encoding=UTF8 "
                "--template=template0 tamdao_thu, rồi thêm --into postgres:///tamdao_thu",
                f"{place} is a backup of PostgreSQL: an empty database is needed to try it in. "
                "createdb --encoding=UTF8 --template=template0 tamdao_thu, then add --into postgres:///tamdao_thu",
            ),
            code="drill.no_database",
        )
    if into and not scratch.is_empty():
        raise Conflict(
            Message(
                f"Cơ sở dữ liệu thử {scratch.label} không trống; tạo một cái mới bằng createdb.",
                f"The scratch database {scratch.label} is not empty; make a new one with createdb.",
            ),
            code="drill.not_empty",
        )
    options = ["--without-secrets"] if without_secrets else []
    options += ["--key", str(key.absolute())] if key else []
    options += ["--passphrase-file", str(passphrase_file.absolute())] if passphrase_file else []
    with drilling.scratch_folder(env.home()) as folder:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tamdao.config.cli",
                "restore",
                str(place.absolute()),
                "--format",
                "json",
                *options,
            ],
            env=env.process_environment(
                TAMDAO_HOME=str(folder / "home"),
                TAMDAO_DATABASE_URL=into,
                # the witnesses of the real instance know more by now, and must hear nothing of a try
                TAMDAO_WITNESS_DIR="",
                TAMDAO_WITNESS_EMAIL="",
            ),
            # progress and refusals stand on standard error; what to do next is not meant for a try
            stdout=subprocess.DEVNULL,
            check=False,
        )
    if into and isinstance(scratch, PostgresStore):
        scratch.empty()
    if done.returncode:
        return 1
    at = datetime.now(UTC).isoformat(timespec="seconds")
    notes.note(env.home(), drill={"at": at, "backup": str(place)})
    if form == "json":
        click.echo(json.dumps({"backup": str(place), "at": at}, ensure_ascii=False, indent=1))
    else:
        click.echo(f"Phục hồi thử được · restored and checked: {place}")
    return 0
