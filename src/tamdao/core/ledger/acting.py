"""Who acts, why, and in which request: set once by the interface, read by the triggers of audited tables.

Actors are written `person:<id>`, `client:<name>`, `system:<process>` or `cli:<user of the machine>`: never a personal
name, so that the ledger still verifies after a person was erased.
"""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from .canonical import canonical


@dataclass(frozen=True, slots=True)
class Acting:
    """What the ledger notes beside every row. `event` is dotted and stable (`people.role.granted`).

    `bundle` joins the rows of one submission or file to one entry; empty: every row is an entry of its own.
    """

    by: str = ""
    reason: str = ""
    request: str = ""
    event: str = ""
    bundle: str = ""


# longer reasons belong into a document; this much travels beside every row
LONGEST_REASON = 1000
# names and numbers of the house are shorter; the name of a bundle is a column of its own. All together are at most
# 1,800 letters of up to 6 bytes in JSON, 4/3 of that in base64: the trigger on PostgreSQL looks that far
_LONGEST = 200
# what no database keeps as text, or not all of them: NUL, and halves of a sign
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")

NOBODY = Acting()


@lru_cache(maxsize=256)
def as_text(acted: Acting) -> str:
    """What is noted beside a row, as canonical JSON; parts that are empty are left out."""
    return canonical({name: text for name, text in asdict(acted).items() if text})


def _kept(name: str, text: str) -> str:
    """A part as every database keeps it, and no longer than may travel beside every row."""
    return _NO_TEXT.sub("\ufffd", text[: LONGEST_REASON if name == "reason" else _LONGEST])


_current: ContextVar[Acting] = ContextVar("tamdao_acting", default=NOBODY)


def current() -> Acting:
    """What is set at this moment; empty texts where nothing is."""
    return _current.get()


@contextmanager
def acting(
    *,
    by: str | None = None,
    reason: str | None = None,
    request: str | None = None,
    event: str | None = None,
    bundle: str | None = None,
) -> Iterator[Acting]:
    """Within the block the given parts hold; what is not given is taken from the block around it."""
    given = {"by": by, "reason": reason, "request": request, "event": event, "bundle": bundle}
    inner = replace(
        current(), **{name: _kept(name, text) for name, text in given.items() if text is not None}
    )
    token = _current.set(inner)
    try:
        yield inner
    finally:
        _current.reset(token)


def become(*, by: str) -> None:
    """Name the actor for the rest of the block one stands in: an API key is known only after the request began.

    Outside every block nothing happens: a name without an end would stand beside what others do later.
    """
    if current() is not NOBODY:
        _current.set(replace(current(), by=_kept("by", by)))


def be_operator() -> None:
    """Name whoever sits at this machine for the rest of the process: a command."""
    _current.set(replace(current(), by=operator()))


def operator() -> str:
    """Who sits at this machine, for commands: `cli:<user>`; in a container that runs as a number, that number."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:{os.getuid()}"
