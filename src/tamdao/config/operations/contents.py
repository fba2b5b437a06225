"""What an instance's folder holds and how a backup treats each entry.

Files of evidence go into the backup as they are. Everything else is sealed, known or not: what somebody lays into the
folder later is a secret until this list says otherwise.
"""

from __future__ import annotations

import contextlib
import fnmatch
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

from tamdao.config.operations import notes, serving

FILES = "files"
RECIPIENT = "backup-recipient.pem"
RESTORING = ".restoring"
_INCOMING = "incoming"
# folder of a backup that holds what is copied openly
OPEN = "instance"
_OPEN = (FILES, RECIPIENT, "prepared.json")
# made again by other commands, or true of this machine and this moment alone
_LEFT_OUT = ("static", notes.NAME, serving.NAME, "tamdao.sqlite3*", ".*")
_SQLITE = b"SQLite format 3\0"
# a started but unused instance may hold these, and a restore replaces them
HARMLESS = (*_LEFT_OUT, "secret-key", RECIPIENT)


def _below(place: Path) -> Iterator[Path]:
    if place.is_dir() and not place.is_symlink():
        for inner in sorted(place.iterdir()):
            yield from _below(inner)
    else:
        yield place


def open_files(home: Path) -> Iterator[Path]:
    """Files that a backup copies as they are; uploads that are still coming in belong to nobody yet."""
    for name in _OPEN:
        if (home / name).exists():
            yield from (
                path
                for path in _below(home / name)
                if not path.name.startswith(".") and _INCOMING not in path.parents[0].parts
            )


def secret_files(home: Path, *, skip: Collection[Path] = ()) -> Iterator[Path]:
    """Files that a backup seals. `skip`: entries of the folder that are copied or kept in another way."""
    for place in sorted(home.iterdir()):
        known = any(fnmatch.fnmatch(place.name, pattern) for pattern in (*_LEFT_OUT, *_OPEN))
        if not known and place not in skip:
            yield from (path for path in _below(place) if not path.name.endswith(("-wal", "-shm")))


def steady_content(path: Path) -> bytes:
    """The content of a file; of an SQLite database that is being written, the content of one moment."""
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            file.seek(0)
            return file.read()
    with (
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(":memory:")) as copy,
    ):
        source.backup(copy)
        return copy.serialize()


def records(home: Path) -> list[str]:
    """Entries of the folder that an unused instance does not have."""
    if not home.exists():
        return []
    return sorted(
        place.name
        for place in home.iterdir()
        if not any(fnmatch.fnmatch(place.name, pattern) for pattern in HARMLESS)
        and (not place.is_dir() or any(_below(place)))
    )
