"""`tamdao migrate`: make the tables of an instance, or bring them up to date."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tamdao.config.env import private_folder
from tamdao.config.instance import missing_migrations


def bring_up_to_date() -> list[str]:
    """Apply what is missing and return the names of it; nothing is touched when nothing is missing."""
    private_folder(settings.TAMDAO_HOME)
    missing = missing_migrations()
    if missing:
        call_command("migrate", interactive=False, verbosity=0)
        if connection.vendor == "sqlite":
            # sessions and drafts of personal data live in this file
            Path(connection.settings_dict["NAME"]).chmod(0o600)
    return missing


@click.command(epilog="Ví dụ · example: TAMDAO_HOME=/srv/tamdao tamdao migrate")
@click.option(
    "--check", is_flag=True, help="Chỉ liệt kê phần còn thiếu, mã thoát 1 nếu có · list only, exit 1 if any."
)
def migrate(*, check: bool) -> int:
    """Tạo hoặc nâng cấp cơ sở dữ liệu của phiên bản.

    Make the tables of the instance or bring them up to date; repeating it changes nothing.
    """
    if check:
        missing = missing_migrations()
        for name in missing:
            click.echo(name)
        return 1 if missing else 0
    done = bring_up_to_date()
    click.echo(f"{len(done)} bước · {len(done)} migrations" if done else "Đã mới nhất · already up to date")
    return 0
