"""PostgreSQL: copied by pg_dump in its custom format, in the snapshot of one repeatable-read transaction.

The rows that the manifest counts are counted in that same snapshot, so that a restore can compare them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from tamdao.config import failures
from tamdao.config.operations import postgres_programs
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

from .store import MIGRATIONS, Snapshot

# what libpq reads from its environment; options of Django's own are left out
_LIBPQ = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "options": "PGOPTIONS",
}
# what belongs to an extension is not ours and stays; sequences of columns go with their table
_TABLES: LiteralString = (
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace "
    "AND c.relkind IN ('r', 'p') "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname"
)
# views, tables with what hangs on them, sequences left over
_DROP_TABLES: LiteralString = (
    "SELECT format('DROP %s IF EXISTS %s CASCADE', "
    "CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' "
    "ELSE 'TABLE' END, c.oid::regclass) FROM pg_class c "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('v', 'm', 'r', 'p', 'S') "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('e', 'a', 'i')) "
    "ORDER BY array_position(ARRAY['v', 'm', 'r', 'p', 'S']::\"char\"[], c.relkind)"
)
_DROP_FUNCTIONS: LiteralString = (
    "SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p "
    "WHERE p.pronamespace = current_schema()::regnamespace "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
_DROP_TYPES: LiteralString = (
    "SELECT format('DROP TYPE IF EXISTS %s CASCADE', t.oid::regtype) FROM pg_type t "
    "WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype IN ('e', 'd') "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')"
)


@dataclass(frozen=True, slots=True)
class PostgresStore:
    """A database of a PostgreSQL server, as libpq is told of it."""

    connection: dict[str, str]
    vendor = "postgresql"
    file = "database.pgdump"

    @classmethod
    def of(cls, settings: dict[str, Any]) -> PostgresStore:
        """From Django's description of the database. DomainError when it is none of PostgreSQL."""
        if not settings["ENGINE"].endswith("postgresql"):
            raise DomainError(
                Message(
                    f"Cần địa chỉ của một cơ sở dữ liệu PostgreSQL (postgres://…), không phải {settings['NAME']}.",
                    f"The address of a PostgreSQL database is needed (postgres://…), not {settings['NAME']}.",
                ),
                code="operations.not_postgres",
            )
        # Django prefers its own entries to the options of the URL, and so does this
        named = {name: str(value) for name, value in settings.get("OPTIONS", {}).items() if name in _LIBPQ}
        own = {
            "dbname": settings["NAME"],
            "user": settings["USER"],
            "password": settings["PASSWORD"],
            "host": settings["HOST"],
            "port": str(settings["PORT"]),
        }
        # copies are made of every row, whoever it is about; the programs of PostgreSQL say so by this
        named["options"] = f"{named.get('options', '')} -c tamdao.rows=house".strip()
        return cls(named | {name: value for name, value in own.items() if value})

    @property
    def label(self) -> str:
        """Name, host and port."""
        host, port = self.connection.get("host") or "localhost", self.connection.get("port") or "5432"
        return f"{self.connection['dbname']} ({host}:{port})"

    @contextlib.contextmanager
    def opened(self, **options: Any) -> Iterator[psycopg.Connection]:
        """A connection in UTF-8; DomainError says why there is none, without the password."""
        given = {name: value for name, value in self.connection.items() if value}
        try:
            connection = psycopg.connect(**given, client_encoding="UTF8", **options)  # type: ignore[arg-type]  # libpq's own names
        except psycopg.OperationalError as error:
            why = failures.postgres_reason(error)
            # the first line says what happened, the next ones ask what the reader may have forgotten
            said = next(line for line in f"{error}\n–".splitlines() if ": " in line or line == "–").strip(
                "- "
            )
            raise DomainError(
                Message(
                    f"Không kết nối được cơ sở dữ liệu {self.label}: {why.vi} ({said}).",
                    f"The database {self.label} can't be reached: {why.en} ({said}).",
                ),
                code="config.database",
            ) from error
        with connection:
            yield connection

    def is_empty(self) -> bool:
        """Whether the schema has no table."""
        with self.opened() as connection:
            return not _tables(connection)

    def copy(self, target: Path) -> Snapshot:
        """See `store.Store.copy`."""
        with self.opened() as connection:
            program = postgres_programs.find("pg_dump", server=_major(connection))
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            name = _one(connection, "SELECT pg_export_snapshot()")
            postgres_programs.run(
                program,
                *(
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    "--no-comments",
                    "--enable-row-security",
                ),
                *(f"--snapshot={name}", f"--schema={_one(connection, 'SELECT current_schema()')}"),
                f"--file={target}",
                connection=self._libpq(),
            )
            target.chmod(0o600)
            return self._read(connection)

    def check_usable(self, copy: Path) -> None:
        """The server answers in UTF-8 and pg_restore reads the copy."""
        self.check_encoding()
        with self.opened() as connection:
            program = postgres_programs.find("pg_restore", server=_major(connection))
        postgres_programs.run(program, "--list", str(copy), connection=self._libpq())

    def check_encoding(self) -> None:
        """Refuse a database that can't hold every letter."""
        with self.opened() as connection:
            encoding = _one(connection, "SHOW server_encoding")
        if encoding != "UTF8":
            raise DomainError(
                Message(
                    f"Cơ sở dữ liệu {self.label} dùng mã {encoding}; cần UTF8: createdb --encoding=UTF8 …",
                    f"The database {self.label} is encoded {encoding}; UTF8 is needed: createdb --encoding=UTF8 …",
                ),
                code="operations.encoding",
            )

    def replace(self, copy: Path) -> None:
        """See `store.Store.replace`."""
        with self.opened() as connection:
            # before anything is dropped
            program = postgres_programs.find("pg_restore", server=_major(connection))
            schema = _one(connection, "SELECT current_schema()")
        self.empty()
        postgres_programs.run(
            program,
            *("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
            *(f"--schema={schema}", f"--dbname={self.connection['dbname']}", str(copy)),
            connection=self._libpq(),
        )
        with self.opened(autocommit=True) as connection:
            # a restored table has no statistics, and queries would be planned blindly
            connection.execute("ANALYZE")

    def empty(self) -> None:
        """Drop every table, view, function and type of the schema that belongs to no extension."""
        with self.opened() as connection:
            for listing in (_DROP_TABLES, _DROP_FUNCTIONS, _DROP_TYPES):
                for (statement,) in connection.execute(listing).fetchall():
                    connection.execute(statement)

    def snapshot(self) -> Snapshot:
        """See `store.Store.snapshot`."""
        with self.opened() as connection:
            return self._read(connection)

    def _read(self, connection: psycopg.Connection) -> Snapshot:
        tables = _tables(connection)
        rows = {}
        for table in tables:
            counted = connection.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            ).fetchone()
            rows[table] = counted[0] if counted else 0
        migrations = connection.execute(MIGRATIONS).fetchall() if "django_migrations" in tables else []
        return Snapshot(
            vendor=self.vendor,
            version=str(_one(connection, "SHOW server_version")),
            migrations=[".".join(row) for row in migrations],
            rows=rows,
        )

    def faults(self) -> list[Problem]:
        """Constraints and indexes that the server itself calls invalid. pg_restore has just checked the valid ones."""
        with self.opened() as connection:
            bad = connection.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint "
                "WHERE NOT convalidated AND connamespace = current_schema()::regnamespace "
                "UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index i "
                "JOIN pg_class c ON c.oid = i.indexrelid "
                "WHERE NOT indisvalid AND c.relnamespace = current_schema()::regnamespace"
            ).fetchall()
        return [
            Problem(Message(f"ràng buộc {name} không đúng", f"constraint {name} does not hold"), where=table)
            for table, name in bad
        ]

    def bytes(self) -> int:
        """Size of the database on the server."""
        with self.opened() as connection:
            return int(_one(connection, "SELECT pg_database_size(current_database())"))

    def other_sessions(self) -> int:
        """Clients connected to this database besides the one that asks."""
        with self.opened() as connection:
            return int(
                _one(
                    connection,
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
                )
            )

    def _libpq(self) -> dict[str, str]:
        return {_LIBPQ[name]: value for name, value in self.connection.items() if value}


def _tables(connection: psycopg.Connection) -> list[str]:
    return [name for (name,) in connection.execute(_TABLES)]


def _one(connection: psycopg.Connection, statement: LiteralString) -> Any:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None


def _major(connection: psycopg.Connection) -> int:
    return connection.info.server_version // 10000
