"""Database triggers that make observations and the change list append-only.

A correction is a new revision, so UPDATE and DELETE are refused by the database itself, whichever program asks. The
triggers are created by a migration and again after every migrate: SQLite rebuilds a table when it is altered, and a
rebuilt table has lost its triggers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("facts_observation", "facts_factchange")
REFUSAL = "append-only: {table} is never updated or deleted; record a new revision instead"


def _sqlite(table: str) -> list[str]:
    text = REFUSAL.format(table=table)
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{text}'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _postgresql(table: str) -> list[str]:
    text = REFUSAL.format(table=table)
    function = f"{table}_append_only()"
    refuse = f"RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation';"
    rows, whole = (
        f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW",
        f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
    )
    return [
        f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$",
        f"CREATE OR REPLACE TRIGGER {table}_no_change {rows} EXECUTE FUNCTION {function}",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate {whole} EXECUTE FUNCTION {function}",
    ]


def create_statements(vendor: str) -> list[str]:
    """The SQL that creates the triggers; running it again changes nothing. NotImplementedError for other vendors."""
    if vendor not in {"sqlite", "postgresql"}:
        raise NotImplementedError(f"no append-only triggers for {vendor}")
    return [sql for table in TABLES for sql in (_sqlite(table) if vendor == "sqlite" else _postgresql(table))]


def drop_statements(vendor: str) -> list[str]:
    """The SQL that removes the triggers: to reverse the migration, and to empty a test database."""
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for table in TABLES for verb in ("update", "delete")
        ]
    return [
        sql
        for table in TABLES
        for sql in (
            f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
            f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
            f"DROP FUNCTION IF EXISTS {table}_append_only()",
        )
    ]


def _run(connection: BaseDatabaseWrapper, statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def ensure(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers where they are missing and replace what differs, on the tables that exist."""
    existing = set(connection.introspection.table_names())
    if not existing.issuperset(TABLES):
        return
    if connection.vendor == "sqlite":
        # IF NOT EXISTS would let one stand that bears the name and refuses nothing
        _run(connection, [f'DROP TRIGGER IF EXISTS "{name}"' for name in missing(connection)])
    _run(connection, create_statements(connection.vendor))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers. Nothing in the product calls this but the reversal of the migration."""
    _run(connection, drop_statements(connection.vendor))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that are not there, switched off, or do something else than refuse."""
    wanted, found = (
        (_wanted_sqlite(), _found_sqlite(connection))
        if connection.vendor == "sqlite"
        else (_wanted_postgresql(), _found_postgresql(connection))
    )
    return [name for name, what in wanted.items() if found.get(name) != what]


def _wanted_sqlite() -> dict[str, str]:
    """Trigger → its SQL as the database keeps it."""
    kept = [sql.replace("IF NOT EXISTS ", "", 1) for sql in create_statements("sqlite")]
    return {sql.split(" ", 3)[2]: sql for sql in kept}


def _found_sqlite(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def _wanted_postgresql() -> dict[str, tuple[Any, ...]]:
    """Trigger → table, kind, state, condition, and the text of the function that it really calls.

    Bits of the kind: 1 for each row, 2 before, 8 delete, 16 update, 32 truncate.
    """
    wanted: dict[str, tuple[Any, ...]] = {}
    for table in TABLES:
        create_function = _postgresql(table)[0]
        body = create_function.split("$$")[1]
        wanted[f"{table}_no_change"] = (table, 1 + 2 + 8 + 16, "O", True, body)
        wanted[f"{table}_no_truncate"] = (table, 2 + 32, "O", True, body)
    return wanted


def _found_postgresql(connection: BaseDatabaseWrapper) -> dict[str, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, c.relname, t.tgtype, t.tgenabled, t.tgqual IS NULL, p.prosrc FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
        )
        return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}


def ensure_after_migrate(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Receiver of `post_migrate`."""
    ensure(connections[using])
