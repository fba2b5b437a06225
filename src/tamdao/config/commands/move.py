"""`tamdao move-to-postgres`: the records of an SQLite instance into an empty PostgreSQL database."""

from __future__ import annotations

import json
import subprocess
import sys

import click

from tamdao.config import env
from tamdao.config.instance import missing_migrations
from tamdao.config.operations import moving, serving, trust
from tamdao.config.operations.progress import steps
from tamdao.config.operations.store_postgres import PostgresStore
from tamdao.kit.click_types import FORMAT
from tamdao.kit.errors import Conflict, DomainError
from tamdao.kit.messages import Message

# the images of rows are written as each database writes them, so the moved rows enter the ledger as they are now
BASELINE = """
from tamdao.config.lazy import set_up_django
set_up_django()
from tamdao.core.ledger.api import take_baseline
take_baseline(by="system:move", reason="chuyển từ SQLite sang PostgreSQL · moved from SQLite to PostgreSQL")
"""


def _on_target(url: str, *arguments: str) -> None:
    """Run Python in a process whose own database is the target."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=env.process_environment(TAMDAO_DATABASE_URL=url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        # a refusal is said in two languages; of a traceback the last line says what happened
        said = [
            line for line in (done.stderr or done.stdout).splitlines() if line and not line.startswith(" ")
        ]
        last = " ".join(said[-1:] if said[:1] == ["Traceback (most recent call last):"] else said[-2:])
        raise DomainError(
            Message(f"Nơi đích báo: {last}", f"The target says: {last}"),
            code="move.target",
        )


def _check_ledger() -> None:
    """The baseline on the target must not launder what differs here."""
    problems = trust.faults()
    if problems:
        raise DomainError(
            Message(
                "Nhật ký đối chứng không khớp; không chuyển gì. Tìm hiểu trước: tamdao ledger verify.",
                "The ledger does not hold; nothing was moved. Find out why first: tamdao ledger verify.",
            ),
            code="move.ledger",
            problems=problems,
        )


@click.command("move-to-postgres", epilog="Ví dụ · example: tamdao move-to-postgres postgres:///tamdao")
@click.argument("url")
@FORMAT
def move(*, url: str, form: str) -> int:
    """Chuyển mọi bản ghi từ SQLite của phiên bản sang cơ sở dữ liệu PostgreSQL trống tại URL.

    Move every record of this SQLite instance into the empty PostgreSQL database at URL: all or nothing, rows and hashes
    of every table compared. The SQLite file stays as it is. Stop the instance first.
    """
    description = env.database({"TAMDAO_DATABASE_URL": url})
    store = PostgresStore.of(description)
    step = steps(form)
    with serving.alone(env.home()):
        moving.check_source()
        if missing_migrations():
            raise Conflict(
                Message(
                    "Cơ sở dữ liệu chưa nâng cấp; chạy trước: tamdao upgrade.", "Run first: tamdao upgrade."
                ),
                code="move.not_up_to_date",
            )
        with step("Nhật ký đối chứng", "ledger"):
            _check_ledger()
        with step("Nơi đích trống", "the target is empty") as say:
            moving.check_target(store)
            say(store.label)
        with step("Tạo bảng", "make tables"):
            _on_target(url, "-m", "tamdao.config.cli", "migrate")
        tallies = moving.move(moving.use_target(description), step=step)
        with step("Nhật ký đối chứng ở nơi đích", "ledger on the target"):
            _on_target(url, "-c", BASELINE)
            _on_target(url, "-m", "tamdao.config.cli", "ledger", "verify")
        moving.finish(store)
    if form == "json":
        tables = {table: {"rows": found.rows, "sha256_sum": found.digest} for table, found in tallies.items()}
        click.echo(json.dumps({"target": store.label, "tables": tables}, indent=1))
        return 0
    rows = sum(found.rows for found in tallies.values())
    click.echo(
        f"{len(tallies)} bảng, {rows} dòng giống nhau · {len(tallies)} tables, {rows} rows are the same"
    )
    click.echo(
        "Tiếp theo: đặt TAMDAO_DATABASE_URL, chạy tamdao doctor, rồi chạy lại; giữ tệp SQLite tới khi yên tâm."
    )
    click.echo(
        "Next: set TAMDAO_DATABASE_URL, run tamdao doctor, serve again; keep the SQLite file for a while."
    )
    return 0
