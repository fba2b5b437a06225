"""`tamdao assets`: compile the English words and collect hashed static files into the instance."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command

from tamdao.config.env import private_folder
from tamdao.kit.click_types import FORMAT

LOCALE = Path(__file__).resolve().parents[2] / "locale"


def compile_words() -> int:
    """Write a .mo beside each .po that is newer than it; returns how many were written. Fuzzy entries are left out."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = 0
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        # several processes may compile at once: each writes its own draft, and the file is replaced as a whole
        draft = target.with_suffix(f".mo.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)
        written += 1
    return written


def collect() -> None:
    """Collect static files, hashed and compressed, into $TAMDAO_HOME/static; what is no longer used goes."""
    private_folder(settings.TAMDAO_HOME)
    with warnings.catch_warnings():
        # two packages may ship a file of the same name; the first wins, as documented by Django
        warnings.simplefilter("ignore")
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


@click.command(epilog="Ví dụ · example: tamdao assets")
@FORMAT
def assets(*, form: str) -> None:
    """Dịch câu chữ và gom tệp tĩnh vào phiên bản.

    Compile the English words and collect the static files of the instance.
    """
    written = compile_words()
    collect()
    if form == "json":
        click.echo(json.dumps({"translations": written, "static": str(settings.STATIC_ROOT)}, indent=1))
        return
    click.echo(f"{written} bản dịch · translations compiled")
    click.echo(f"Tệp tĩnh · static files: {settings.STATIC_ROOT}")
