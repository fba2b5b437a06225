"""Progress lines of long commands: what is done, a note, how many seconds it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import click

# one step in two languages; what it gives takes a note for the end of its line
Step = Callable[[str, str], AbstractContextManager[Callable[[str], None]]]


@contextmanager
def step(vietnamese: str, english: str, *, err: bool = False) -> Iterator[Callable[[str], None]]:
    """One progress line: what is done, then (a note and) how many seconds it took."""
    begun = time.perf_counter()
    click.echo(f"  {vietnamese} · {english} … ", nl=False, err=err)
    notes: list[str] = []
    try:
        yield notes.append
    except BaseException:
        click.echo("✗", err=err)
        raise
    note = f"{', '.join(notes)}, " if notes else ""
    click.echo(f"✓ ({note}{time.perf_counter() - begun:.1f} s)", err=err)


def steps(form: str) -> Step:
    """Progress on standard output, or on standard error when the answer is JSON for a program."""
    return lambda vietnamese, english: step(vietnamese, english, err=form == "json")
