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
    """Create the triggers where they are missing, on the tables that exist."""
    existing = set(connection.introspection.table_names())
    if existing.issuperset(TABLES):
        _run(connection, create_statements(connection.vendor))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers. Nothing in the product calls this but the reversal of the migration."""
    _run(connection, drop_statements(connection.vendor))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that are not there, or switched off."""
    on_sqlite = connection.vendor == "sqlite"
    verbs = ("update", "delete") if on_sqlite else ("change", "truncate")
    listing = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if on_sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(listing)
        present = {name for (name,) in cursor.fetchall()}
    return [name for table in TABLES for verb in verbs if (name := f"{table}_no_{verb}") not in present]


def ensure_after_migrate(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Receiver of `post_migrate`."""
    ensure(connections[using])
