"""`tamdao migrate`: make the tables of an instance, or bring them up to date."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection

from tamdao.config.env import private_folder
from tamdao.config.instance import missing_migrations
from tamdao.core.ledger.api import acting
from tamdao.kit.click_types import FORMAT


def bring_up_to_date() -> list[str]:
    """Apply what is missing and return the names of it; nothing is touched when nothing is missing."""
    private_folder(settings.TAMDAO_HOME)
    missing = missing_migrations()
    if missing:
        with acting(by="system:migrate"):
            call_command("migrate", interactive=False, verbosity=0)
        if connection.vendor == "sqlite":
            # sessions and drafts of personal data live in this file
            Path(connection.settings_dict["NAME"]).chmod(0o600)
    return missing


@click.command(epilog="Ví dụ · example: TAMDAO_HOME=/srv/tamdao tamdao migrate")
@click.option(
    "--check", is_flag=True, help="Chỉ liệt kê phần còn thiếu, mã thoát 1 nếu có · list only, exit 1 if any."
)
@FORMAT
def migrate(*, check: bool, form: str) -> int:
    """Tạo hoặc nâng cấp cơ sở dữ liệu của phiên bản.

    Make the tables of the instance or bring them up to date; repeating it changes nothing but triggers that are gone.
    """
    if check:
        missing = missing_migrations()
        lines = [json.dumps({"missing": missing}, indent=1)] if form == "json" else missing
        for line in lines:
            click.echo(line)
        return 1 if missing else 0
    done = bring_up_to_date()
    if not done:
        # triggers that were dropped by hand come back: whoever keeps some does so after every migrate
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    if form == "json":
        click.echo(json.dumps({"applied": done}, indent=1))
        return 0
    click.echo(f"{len(done)} bước · {len(done)} migrations" if done else "Đã mới nhất · already up to date")
    return 0
