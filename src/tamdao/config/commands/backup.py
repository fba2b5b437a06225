"""`tamdao backup`: everything of the running instance in one dated folder."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.utils import timezone

from tamdao.config import env
from tamdao.config.commands import keys
from tamdao.config.operations import backup as work
from tamdao.config.operations import store, trust
from tamdao.config.operations.progress import steps
from tamdao.core.ledger import api as ledger
from tamdao.kit.click_types import FORMAT


@click.command(epilog="Ví dụ · example: tamdao backup /srv/sao-luu --keep 14")
@click.argument("into", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--keep", type=click.IntRange(min=1), help="Chỉ giữ N bản mới nhất trong DIR · keep the newest N of DIR."
)
@keys.PASSPHRASE
@keys.WITHOUT
@FORMAT
def backup(
    *, into: Path, keep: int | None, passphrase_file: Path | None, without_secrets: bool, form: str
) -> int:
    """Sao lưu phiên bản đang chạy vào một thư mục con của DIR mang tên ngày giờ.

    Back the running instance up into a dated sub-folder of DIR: database, files, settings, and the secrets sealed.
    Exit code 1 when it was made but files of the instance turned out to be damaged.
    """
    to = None if without_secrets else keys.sealed_to(file=passphrase_file)
    with ledger.steady_keys():
        made = work.make(
            home=env.home(),
            store=store.of(env.database()),
            into=into.absolute(),
            at=timezone.now(),
            to=to,
            step=steps(form),
            ledger=trust.seal,
            keep=keep,
        )
    if form == "json":
        click.echo(
            json.dumps(
                {
                    "place": str(made.place),
                    "size": made.size,
                    "parts": made.parts,
                    "linked": made.linked,
                    "removed": made.removed,
                    "problems": [problem.text("en") for problem in made.problems],
                },
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        click.echo(f"{made.place}  {made.size / 1e6:.1f} MB")
        for name in made.removed:
            click.echo(f"đã xóa bản cũ · removed: {name}")
        for problem in made.problems:
            click.echo(f"{problem.text('vi')} · {problem.text('en')}", err=True)
    return 1 if made.problems else 0
