"""A click group whose commands are imported when they run: `tamdao --help` stays quick however much the house grows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import click

from tamdao.config import env
from tamdao.config.operations import serving


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command stands (`module:attribute`), what it does in a line, and whether it needs Django set up.

    `uses`: whether it reads or writes the records, so that nobody may replace them as a whole meanwhile; those with
    Django do, unless they say that they do the replacing.
    """

    target: str
    summary: str
    django: bool = True
    uses: bool | None = None

    @property
    def uses_records(self) -> bool:
        """Whether it holds the lock of the instance together with others."""
        return self.django if self.uses is None else self.uses


class LazyGroup(click.Group):
    """A group filled from a table of entries; help is written from the table without importing anything."""

    def __init__(self, *, entries: Mapping[str, Entry], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # handed through to click as they are
        self.entries = dict(entries)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table: what a newcomer needs first comes first."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None for a name that is not in the table."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        if entry.uses_records:
            ctx.with_resource(serving.using(env.private_folder(env.home())))
        return load(entry)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.entries.items()])


def load(entry: Entry) -> click.Command:
    """The click command an entry points to, with Django set up first when it needs the records."""
    if entry.django:
        set_up_django()
    module, _, attribute = entry.target.partition(":")
    command = getattr(import_module(module), attribute)
    if not isinstance(command, click.Command):
        message = f"{entry.target} is no click command"
        raise TypeError(message)
    return command


def set_up_django() -> None:
    """Load settings and apps once, and name who acts: the user of the machine, until a service names somebody else."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamdao.config.settings")
    if not apps.ready:
        django.setup()
    # by name, so that the command line itself imports nothing of core
    acting = import_module("tamdao.core.ledger.acting")
    acting.be_operator()
