"""The witness that is a folder: another disk, a share of another machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from tamdao.core.ledger import notes
from tamdao.kit import durable
from tamdao.kit.messages import Message

from .places import CONTRADICTION, Failed, Last

LATEST = "latest.checkpoint"
SUFFIX = ".checkpoint"
# far more than any checkpoint has
_LONGEST = 65536


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that a witness kept; `note` is None where the file can't be read as one."""

    name: str
    note: notes.Note | None
    signatures: dict[bytes, bytes]


def folder() -> Path | None:
    """The second folder, if one is set."""
    named: Path | None = settings.TAMDAO_WITNESS_DIR
    return named


def kept() -> list[Kept]:
    """What lies in the second folder. OSError when it can't be looked into."""
    place = folder()
    if place is None:
        return []
    try:
        names = sorted(path.name for path in place.iterdir() if path.name.endswith(SUFFIX))
    except FileNotFoundError:
        return []
    return [_read(place / name) for name in names]


def _read(path: Path) -> Kept:
    try:
        with path.open(encoding="utf-8") as file:
            note, signatures = notes.read(file.read(_LONGEST))
    except (OSError, ValueError):
        return Kept(path.name, None, {})
    return Kept(path.name, note, signatures)


@dataclass(frozen=True, slots=True)
class Folder:
    """Gets the newest checkpoint, and one file a day."""

    place: Path
    name: str = "folder"
    pause: float = 10.0
    keeps: str = "all"

    @property
    def title(self) -> Message:
        """As people read it."""
        return Message(f"thư mục {self.place}", f"the folder {self.place}")

    def wants(self, note: notes.Note, last: Last) -> bool:
        """Every new one; the same once more when it lies there no longer."""
        return note.size != last.size or not (self.place / LATEST).exists()

    def deliver(self, text: str, note: notes.Note, last: Last) -> str:
        """Write both files so that they outlive a power failure. Never over evidence against this database."""
        try:
            self.place.mkdir(parents=True, exist_ok=True)
            there = _read(self.place / LATEST) if (self.place / LATEST).exists() else None
            if there is not None and not _is_ours(there.note):
                raise Failed(CONTRADICTION)
            if there is None or there.note is None or there.note.size <= note.size:
                for name in (LATEST, f"{note.at[:10]}{SUFFIX}"):
                    durable.write(self.place / name, text, mode=0o644)
        except OSError as error:
            raise Failed(
                Message(
                    f"không ghi được điểm chốt vào {self.place}: {error.strerror}",
                    f"the checkpoint can't be written to {self.place}: {error.strerror}",
                )
            ) from error
        return ""

    def check(self, receipt: str, text: str) -> None:
        """A folder gives none."""
        raise ValueError(receipt)


def _is_ours(note: notes.Note | None) -> bool:
    """Whether this database has the same checkpoint."""
    if note is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT root FROM ledger_checkpoint WHERE size = %s", [note.size])
        found = cursor.fetchone()
    return found is not None and found[0] == note.root.hex()
