"""`tamdao restore`: a backup becomes an instance, on an empty machine or in an empty folder."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tamdao.config import env
from tamdao.config.commands import keys
from tamdao.config.operations import restore as work
from tamdao.config.operations import serving, store
from tamdao.config.operations.progress import steps
from tamdao.kit.click_types import FORMAT
from tamdao.kit.errors import Problem


def known_migrations() -> set[str]:
    """Migrations that this release carries, `app.name`."""
    from tamdao.config.lazy import set_up_django

    set_up_django()
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def after_checks(*, seals: bool) -> list[Problem]:
    """What only the product itself can look at: names of files, and the ledger where its keys are here."""
    from tamdao.config.operations import trust

    return [*(trust.faults() if seals else trust.trigger_faults()), *work.check_names(env.home())]


def is_newer_witness(problem: Problem) -> bool:
    """See `trust.is_witness`."""
    from tamdao.config.operations import trust

    return trust.is_witness(problem)


@click.command(
    epilog="Ví dụ · example: tamdao restore /srv/sao-luu/2026-11-26T16-00-00Z --key /media/usb/sao-luu.pem"
)
@click.argument("folder", metavar="BACKUP", type=click.Path(exists=True, file_okay=False, path_type=Path))
@keys.KEY
@keys.PASSPHRASE
@keys.WITHOUT
@FORMAT
def restore(
    *, folder: Path, key: Path | None, passphrase_file: Path | None, without_secrets: bool, form: str
) -> int:
    """Phục hồi bản sao lưu BACKUP vào $TAMDAO_HOME còn trống.

    Restore the folder BACKUP into an empty $TAMDAO_HOME (and an empty database). Every byte is checked before anything
    is written; a damaged backup is refused with the reason. Afterwards integrity, rows, ledger and file hashes are
    checked.
    """
    step = steps(form)
    how = "" if without_secrets else work.how_sealed(folder)
    by = keys.opened_by(how=how, key=key, file=passphrase_file) if how else None
    home = env.private_folder(env.home())
    with serving.alone(home):
        restored = work.put_back(
            folder=folder.absolute(),
            home=home,
            store=store.of(env.database()),
            by=by,
            known_migrations=known_migrations,
            step=step,
        )
        with step("Nhật ký đối chứng", "ledger"):
            found = [*restored.problems, *after_checks(seals=by is not None)]
    notices = [problem for problem in found if is_newer_witness(problem)]
    problems = [problem for problem in found if problem not in notices]
    for notice in notices:
        click.echo(f"{notice.text('vi')}\n{notice.text('en')}", err=True)
    if notices:
        click.echo(
            "Phần ghi sau lúc sao lưu không có ở đây. Giữ điểm chốt này làm bằng chứng, đặt TAMDAO_WITNESS_DIR mới.\n"
            "What was written after the backup is not here. Keep that checkpoint as evidence and set a new "
            "TAMDAO_WITNESS_DIR.",
            err=True,
        )
    if problems:
        raise work.unusable(problems)
    if form == "json":
        answer = {
            "made_at": restored.manifest.made_at,
            "files": restored.files,
            "home": str(home),
            "problems": [],
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return 0
    click.echo(f"Đã phục hồi bản lúc {restored.manifest.made_at} · restored: {home}")
    if by is None:
        click.echo(
            "Không kèm bí mật: mọi người phải đăng nhập lại · without secrets: everybody signs in again"
        )
    click.echo("Tiếp theo · next: tamdao migrate; tamdao assets; tamdao doctor; tamdao serve")
    return 0
