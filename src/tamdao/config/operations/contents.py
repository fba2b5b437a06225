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
_INCOMING = "incoming"
# where `tamdao upgrade` keeps its backups when TAMDAO_BACKUPS names no other place
BACKUPS = "backups"
# folder of a backup that holds what is copied openly
OPEN = "instance"
_OPEN = (FILES, RECIPIENT, "prepared.json")
# made again by other commands, or true of this machine and this moment alone
_LEFT_OUT = ("static", BACKUPS, notes.NAME, serving.NAME, "tamdao.sqlite3*", ".*")
_SQLITE = b"SQLite format 3\0"
# what stands beside a database that is being written; the copy of one moment needs none of it
_BESIDE = ("-wal", "-shm", "-journal")
# a started but unused instance may hold these, and a restore replaces them
HARMLESS = (*_LEFT_OUT, "secret-key", RECIPIENT)


def _below(place: Path, *, skip: Collection[Path] = ()) -> Iterator[Path]:
    if place in skip:
        return
    if place.is_dir() and not place.is_symlink():
        for inner in sorted(place.iterdir()):
            yield from _below(inner, skip=skip)
    else:
        yield place


def open_files(home: Path) -> Iterator[Path]:
    """Files that a backup copies as they are; uploads that are still coming in belong to nobody yet.

    Any of them may have been cleared away when it is read.
    """
    skip = {home / FILES / _INCOMING}
    for name in _OPEN:
        if (home / name).exists():
            yield from (path for path in _below(home / name, skip=skip) if not path.name.startswith("."))


def sealed_content(home: Path, *, skip: Collection[Path] = ()) -> dict[str, bytes]:
    """What a backup seals: path below the folder → content. `skip`: what is copied or kept in another way."""
    own = home.resolve()
    inside = {home / path.resolve().relative_to(own) for path in skip if path.resolve().is_relative_to(own)}
    found = {}
    for place in sorted(home.iterdir()):
        if any(fnmatch.fnmatch(place.name, pattern) for pattern in (*_LEFT_OUT, *_OPEN)):
            continue
        for path in _below(place, skip=inside):
            if not path.name.endswith(_BESIDE):
                # a draft that became its file meanwhile is found under that name
                with contextlib.suppress(FileNotFoundError):
                    found[path.relative_to(home).as_posix()] = steady_content(path)
    return found


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
