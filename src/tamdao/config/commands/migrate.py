"""`tamdao migrate`: make the tables of an instance, or bring them up to date."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from tamdao.config.env import private_folder
from tamdao.config.instance import missing_migrations
from tamdao.core.ledger.api import acting, check_triggers, install_triggers, reconcile, take_baseline
from tamdao.core.people import rows
from tamdao.facts import append_only
from tamdao.kit.click_types import FORMAT
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message


def bring_up_to_date(*, accept: str = "") -> list[str]:
    """Apply what is missing and return the names of it; nothing is touched when nothing is missing.

    Triggers of observations and of the ledger, and policies of rows, that are missing or differ are mended too.
    Conflict when rows differ from the ledger: a migration must not launder them. `accept` is the reason for which they
    are entered as they are.
    """
    private_folder(settings.TAMDAO_HOME)
    missing = missing_migrations()
    mend = not missing and bool(check_triggers())
    if missing or mend:
        _check_rows(accept)
    if mend:
        with acting(by="system:migrate", event="ledger.triggers.mended"):
            install_triggers()
    if not missing and append_only.missing(connection):
        append_only.ensure(connection)
    if not missing and rows.check(connection):
        # the policy table may differ from that of the release before although no table does
        with transaction.atomic():
            rows.install(connection)
    if missing:
        with acting(by="system:migrate"):
            call_command("migrate", interactive=False, verbosity=0)
        if connection.vendor == "sqlite":
            # sessions and drafts of personal data live in this file
            Path(connection.settings_dict["NAME"]).chmod(0o600)
    return missing


def _check_rows(accept: str) -> None:
    """What differs from the ledger before anything is changed is refused, or entered with the reason given."""
    if "ledger_entry" not in connection.introspection.table_names():
        return
    problems = reconcile(begun=True)
    if problems and not accept:
        raise DomainError(
            Message(
                "Có dòng dữ liệu khác với nhật ký đối chứng; chưa nâng cấp gì. Tìm hiểu trước (tamdao ledger verify); "
                "nếu chấp nhận hiện trạng: tamdao migrate --accept-differences “lý do”.",
                "Rows differ from the ledger; nothing was migrated. Find out why first (tamdao ledger verify); to "
                "accept them as they are: tamdao migrate --accept-differences “reason”.",
            ),
            code="ledger.differs",
            status=409,
            problems=problems,
        )
    if problems:
        take_baseline(by="system:migrate", reason=accept)


@click.command(epilog="Ví dụ · example: TAMDAO_HOME=/srv/tamdao tamdao migrate")
@click.option(
    "--check", is_flag=True, help="Chỉ liệt kê phần còn thiếu, mã thoát 1 nếu có · list only, exit 1 if any."
)
@click.option(
    "--accept-differences",
    "accept",
    default="",
    metavar="REASON",
    help="Ghi nhận hiện trạng các dòng khác với nhật ký · enter rows that differ from the ledger as they are.",
)
@FORMAT
def migrate(*, check: bool, accept: str, form: str) -> int:
    """Tạo hoặc nâng cấp cơ sở dữ liệu của phiên bản.

    Make the tables of the instance or bring them up to date; repeating it changes nothing but triggers that are gone.
    """
    if check:
        missing = missing_migrations()
        lines = [json.dumps({"missing": missing}, indent=1)] if form == "json" else missing
        for line in lines:
            click.echo(line)
        return 1 if missing else 0
    done = bring_up_to_date(accept=accept)
    if form == "json":
        click.echo(json.dumps({"applied": done}, indent=1))
        return 0
    click.echo(f"{len(done)} bước · {len(done)} migrations" if done else "Đã mới nhất · already up to date")
    return 0
