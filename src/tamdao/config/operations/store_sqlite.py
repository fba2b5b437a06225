"""SQLite: copied page by page by its own backup interface, inside one read transaction.

With write-ahead logging a reader keeps nobody from writing, and all pages come from one moment. The copy is a plain
database file: any sqlite3 program opens it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tamdao.kit import durable
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

from .store import MIGRATIONS, Snapshot

# integrity_check stops after this many findings: one is enough to refuse, some help to see what happened
_MOST_FINDINGS = 20
_BUSY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class SQLiteStore:
    """The database file of an instance."""

    path: Path
    vendor = "sqlite"
    file = "database.sqlite3"

    @property
    def label(self) -> str:
        """The file."""
        return str(self.path)

    def is_empty(self) -> bool:
        """Whether there is no file, or one without tables."""
        if not self.path.exists():
            return True
        with _opened(self.path) as database:
            return not _tables(database)

    def copy(self, target: Path) -> Snapshot:
        """See `store.Store.copy`. DomainError when the database is damaged: such a copy helps nobody."""
        if not self.path.exists():
            return Snapshot(self.vendor, sqlite3.sqlite_version)
        try:
            with _opened(self.path) as source, contextlib.closing(sqlite3.connect(target)) as copied:
                # all pages in one step: one read transaction, which a writer neither waits for nor restarts
                source.backup(copied, pages=-1)
                # one file without a write-ahead log beside it
                copied.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.DatabaseError as error:
            raise self._damaged([_unreadable(error, self.label)]) from error
        target.chmod(0o600)
        found = SQLiteStore(target).faults()
        if found:
            raise self._damaged(found)
        return SQLiteStore(target).snapshot()

    def _damaged(self, found: list[Problem]) -> DomainError:
        return DomainError(
            Message(
                f"Cơ sở dữ liệu {self.path} đã hỏng; phục hồi từ bản sao lưu gần nhất: tamdao restore.",
                f"The database {self.path} is damaged; restore the newest backup: tamdao restore.",
            ),
            code="backup.damaged",
            problems=found,
        )

    def check_usable(self, copy: Path) -> None:
        """Any sound database file can be put in place."""

    def replace(self, copy: Path) -> None:
        """See `store.Store.replace`."""
        draft = self.path.with_name(f".{self.path.name}.new")
        try:
            durable.copy_private(copy, draft)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        for suffix in ("-wal", "-shm"):
            # the log belongs to the file that goes away
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        durable.publish(draft, self.path)

    def snapshot(self) -> Snapshot:
        """See `store.Store.snapshot`."""
        with _opened(self.path) as database:
            tables = _tables(database)
            return Snapshot(
                vendor=self.vendor,
                version=sqlite3.sqlite_version,
                migrations=[".".join(row) for row in database.execute(MIGRATIONS)]
                if "django_migrations" in tables
                else [],
                rows={
                    table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608  (own names)
                    for table in tables
                },
            )

    def faults(self) -> list[Problem]:
        """Findings of `integrity_check` and `foreign_key_check`."""
        try:
            with _opened(self.path) as database:
                found = [row[0] for row in database.execute(f"PRAGMA integrity_check({_MOST_FINDINGS})")]
                strays = database.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FINDINGS)
        except sqlite3.DatabaseError as error:
            return [_unreadable(error, self.label)]
        problems = [Problem(Message(f"hỏng: {line}", f"damaged: {line}")) for line in found if line != "ok"]
        problems += [
            Problem(
                Message(
                    f"dòng {row} trỏ tới một dòng không có của {parent}",
                    f"row {row} refers to a row of {parent} that is not there",
                ),
                where=table,
            )
            for table, row, parent, _ in strays
        ]
        return problems

    def bytes(self) -> int:
        """Size of a copy: its pages, those in the log too."""
        if not self.path.exists():
            return 0
        with contextlib.suppress(sqlite3.DatabaseError), _opened(self.path) as database:
            pages, size = (
                database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
            )
            return int(pages * size)
        # a damaged one: whoever copies it will say so
        return self.path.stat().st_size


def _unreadable(error: sqlite3.DatabaseError, where: str) -> Problem:
    return Problem(Message(f"không đọc được: {error}", f"can't be read: {error}"), where=where)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    # not made when it is absent
    with contextlib.closing(
        sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)
    ) as database:
        yield database


def _tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    return [name for (name,) in rows]
