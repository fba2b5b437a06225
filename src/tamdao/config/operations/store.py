"""The database of an instance as something to copy, put back and examine; one face over SQLite and PostgreSQL.

Works from the connection settings alone, without Django: a restore begins where no Django can start yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tamdao.kit.errors import Problem

MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stood in the database at the moment of a copy: program version, migrations, rows of every table."""

    vendor: str
    version: str
    migrations: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As the manifest keeps it."""
        return {
            "vendor": self.vendor,
            "version": self.version,
            "migrations": self.migrations,
            "rows": self.rows,
        }


class Store(Protocol):
    """What backup, restore and upgrade ask of a database."""

    @property
    def vendor(self) -> str:
        """`sqlite` or `postgresql`."""
        ...

    @property
    def file(self) -> str:
        """Name of the copy inside a backup."""
        ...

    @property
    def label(self) -> str:
        """The database in words, without its password."""
        ...

    def is_empty(self) -> bool:
        """Whether nothing stands here yet."""
        ...

    def copy(self, target: Path) -> Snapshot:
        """Write a consistent copy while others go on writing."""
        ...

    def check_usable(self, copy: Path) -> None:
        """Refuse, before anything is written, what `replace` could not do."""
        ...

    def replace(self, copy: Path) -> None:
        """Make the database what the copy holds, whatever stood there; repeating it after a stop is safe."""
        ...

    def snapshot(self) -> Snapshot:
        """What stands in the database now."""
        ...

    def faults(self) -> list[Problem]:
        """Damage: pages, indexes, references. Empty when all is sound."""
        ...

    def bytes(self) -> int:
        """Size of the database."""
        ...


def of(settings: dict[str, Any]) -> Store:
    """The store behind Django's description of a database (`env.database()`)."""
    if settings["ENGINE"].endswith("sqlite3"):
        from .store_sqlite import SQLiteStore

        return SQLiteStore(Path(settings["NAME"]))
    from .store_postgres import PostgresStore

    return PostgresStore.of(settings)
