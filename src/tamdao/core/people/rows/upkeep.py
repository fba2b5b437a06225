"""After every migrate: functions and policies as they should be, on PostgreSQL. And what is not as it should be."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .functions import READ, functions
from .tables import Policy, policies, tables

# remembers what the server made of each policy; in a function, because backups carry these and no comments
_MARKS = "tamdao_rows_marks"


def after_migrate(using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """Receiver of `post_migrate`; sent after all migrations of all apps were applied."""
    connection = connections[using]
    if is_possible(connection):  # pragma: no cover  (make test-postgres runs it)
        with transaction.atomic(using=using):
            install(connection)


def is_possible(connection: BaseDatabaseWrapper) -> bool:
    """Whether this is a PostgreSQL with the tables: a migration to some step may leave it without."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:  # pragma: no cover  (make test-postgres runs it)
        return {*READ, *tables()} <= set(connection.introspection.table_names(cursor))


def install(connection: BaseDatabaseWrapper) -> None:  # pragma: no cover  (make test-postgres runs it)
    """Make functions and policies anew where anything differs; other policies on these tables go."""
    if not find_faults(connection):
        return
    with connection.cursor() as cursor:
        for name, function in functions().items():
            cursor.execute(function.create(name))
        for table in tables():
            for name in _names(cursor, table):
                cursor.execute(f'DROP POLICY "{name}" ON "{table}"')
            cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY')
        for policy in policies():
            cursor.execute(policy.create())
        marks = json.dumps([_mark(cursor, policy) for policy in policies()])
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {_MARKS}() RETURNS text LANGUAGE sql IMMUTABLE AS $rows$SELECT '{marks}'$rows$"
        )


def switch_off(connection: BaseDatabaseWrapper) -> None:  # pragma: no cover  (make test-postgres runs it)
    """For rows that arrive as history: COPY is refused under row-level security. `install` switches it on again."""
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY')


def check(connection: BaseDatabaseWrapper) -> list[Problem]:
    """What is missing, changed or switched off; empty where all is as it should be, and on SQLite."""
    return [
        Problem(
            Message(
                "quy tắc giữ dòng dữ liệu cá nhân (row-level security) thiếu, bị sửa hoặc bị tắt; chạy "
                "“tamdao migrate”",
                "the policies that keep personal rows (row-level security) are missing, changed or switched off; run "
                "“tamdao migrate”",
            ),
            where=where,
        )
        for where in find_faults(connection)
    ]


def find_void_role(connection: BaseDatabaseWrapper) -> str | None:
    """The role of this connection when it stands above every policy; None for an ordinary one, and on SQLite."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:  # pragma: no cover  (make test-postgres runs it)
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
        )
        found = cursor.fetchone()
        return found[0] if found else None


def find_faults(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of functions and tables that are not as they should be."""
    if not is_possible(connection):
        return []
    with connection.cursor() as cursor:  # pragma: no cover  (make test-postgres runs it)
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace "
            "AND proname LIKE 'tamdao\\_rows%'"
        )
        there = dict(cursor.fetchall())
        found = [name for name, function in functions().items() if there.get(name) != function.body]
        kept = json.loads(there.get(_MARKS, "SELECT '[]'").removeprefix("SELECT '").removesuffix("'"))
        for table in tables():
            ours = [policy for policy in policies() if policy.table == table]
            cursor.execute(
                "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass",
                [table],
            )
            on = cursor.fetchone()[0]
            same = _names(cursor, table) == {policy.name for policy in ours}
            if not (on and same and all(_mark(cursor, policy) in kept for policy in ours)):
                found.append(table)
        return found


def _names(cursor: Any, table: str) -> set[str]:  # pragma: no cover  (make test-postgres runs it)
    cursor.execute("SELECT polname FROM pg_policy WHERE polrelid = %s::regclass", [table])
    return {name for (name,) in cursor.fetchall()}


def _mark(cursor: Any, policy: Policy) -> str:  # pragma: no cover  (make test-postgres runs it)
    """A hash of a policy as we write it and as the server has it: changed on either side, it is another."""
    cursor.execute(
        "SELECT polcmd::text, polpermissive::text, polroles::text, pg_get_expr(polqual, polrelid), "
        "pg_get_expr(polwithcheck, polrelid) FROM pg_policy WHERE polrelid = %s::regclass AND polname = %s",
        [policy.table, policy.name],
    )
    return hashlib.sha256(repr((policy.create(), cursor.fetchone())).encode()).hexdigest()
