"""What triggers there should be, what there are, and making the second equal to the first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from tamdao.core.ledger.decisions import AuditedTable, audited_tables
from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from . import postgresql, sqlite


def existing_tables(connection: BaseDatabaseWrapper) -> list[AuditedTable]:
    """Audited tables that the database has: a migration may run before all are made."""
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor))
    return [table for table in audited_tables() if table.name in names] if "ledger_pending" in names else []


def column_kinds(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    """Declared types of the columns of a SQLite table."""
    with connection.cursor() as cursor:
        cursor.execute(f'PRAGMA table_xinfo("{table}")')
        return {row[1]: row[2] for row in cursor.fetchall()}


def image_sql(connection: BaseDatabaseWrapper, table: AuditedTable) -> str:
    """SQL of a row of the table as JSON, exactly as its trigger would write it."""
    if connection.vendor == "sqlite":
        return sqlite.image(table, f'"{table.name}"', column_kinds(connection, table.name))
    return postgresql.image(table, f'"{table.name}"')


def find_faults(connection: BaseDatabaseWrapper) -> dict[str, list[str]]:
    """Table → names of its triggers (or functions, under "") that are missing, differ or are switched off."""
    finder = _sqlite_faults if connection.vendor == "sqlite" else _postgresql_faults
    found: dict[str, list[str]] = {}
    for table, name in finder(connection):
        found.setdefault(table, []).append(name)
    return found


def check(connection: BaseDatabaseWrapper) -> list[Problem]:
    """`find_faults` in words."""
    return [
        Problem(
            Message(
                f"trình kích hoạt {', '.join(names)} thiếu hoặc bị sửa; chạy “tamdao ledger verify” để xem có dòng nào "
                "đã đổi mà không được ghi, rồi “tamdao migrate”",
                f"the triggers {', '.join(names)} are missing or were changed; run “tamdao ledger verify” to see "
                "whether rows changed unrecorded, then “tamdao migrate”",
            ),
            where=table or "PostgreSQL",
        )
        for table, names in find_faults(connection).items()
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing and replace what differs."""
    if connection.vendor == "sqlite":
        _install_sqlite(connection)
    else:
        _install_postgresql(connection)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away: to empty a test database. Nothing in the product calls this."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _sqlite_found(connection):
                cursor.execute(f'DROP TRIGGER "{name}"')
            return
        for table, name in _postgresql_found(connection):
            cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')


# --- SQLite --------------------------------------------------------------------------------------------------------


def _sqlite_wanted(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str, str]]:
    """(table, trigger, SQL)."""
    tables = existing_tables(connection)
    for table in tables:
        for name, sql in sqlite.create_statements(table, column_kinds(connection, table.name)).items():
            yield table.name, name, sql
    if tables:
        for name, sql in sqlite.guards().items():
            yield name.split("_no_")[0], name, sql


def _sqlite_found(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Triggers that bear our names, and all that hang on the ledger's own tables: RAISE(IGNORE) would swallow rows."""
    own = ", ".join(f"'{table}'" for table in postgresql.OWN)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND "
            f"(name LIKE 'ledger\\_%' ESCAPE '\\' OR tbl_name IN ({own}))"
        )
        return dict(cursor.fetchall())


def _sqlite_faults(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    found = _sqlite_found(connection)
    for table, name, sql in _sqlite_wanted(connection):
        if found.pop(name, None) != sql:
            yield table, name
    for name in found:
        # nobody else names triggers so: what is left was put there to look like ours, or to swallow what ours write
        yield "", name


def _install_sqlite(connection: BaseDatabaseWrapper) -> None:
    found = _sqlite_found(connection)
    with connection.cursor() as cursor:
        for _table, name, sql in _sqlite_wanted(connection):
            if found.pop(name, None) != sql:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
                cursor.execute(sql)
        for name in found:
            cursor.execute(f'DROP TRIGGER "{name}"')


# --- PostgreSQL ----------------------------------------------------------------------------------------------------


def _postgresql_wanted(connection: BaseDatabaseWrapper) -> list[postgresql.Trigger]:
    tables = existing_tables(connection)
    found = [trigger for table in tables for trigger in postgresql.triggers_of(table)]
    return [*found, *postgresql.guards()] if tables else []


def _schema(connection: BaseDatabaseWrapper) -> str:
    """The schema of the tables, as the server quotes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return str(cursor.fetchone()[0])


def _own(connection: BaseDatabaseWrapper) -> str:
    return ", ".join(f"'{table}'" for table in postgresql.OWN)


def _postgresql_found(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(table, trigger) → what defines it: the function it really calls, by its text, and where that function lies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, p.proname, p.pronamespace = c.relnamespace, p.prosrc, "
            "coalesce(p.proconfig, '{}'), t.tgenabled, t.tgtype, encode(t.tgargs, 'escape'), "
            "t.tgqual IS NULL, coalesce(t.tgoldtable, ''), coalesce(t.tgnewtable, '') FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace "
            f"AND (t.tgname LIKE 'ledger\\_%%' OR c.relname IN ({_own(connection)}))"
        )
        return {(row[0], row[1]): tuple(str(part) for part in row[2:]) for row in cursor.fetchall()}


def _rules(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """(table, rule) of the ledger's own tables: DO INSTEAD NOTHING takes rows away before any trigger sees them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, rulename FROM pg_rules WHERE schemaname = current_schema() "
            f"AND tablename IN ({_own(connection)})"
        )
        return list(cursor.fetchall())


def _defined(trigger: postgresql.Trigger, schema: str) -> tuple[str, ...]:
    """The same of a wanted trigger. Bits of the type: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate."""
    kind = 1 if "FOR EACH ROW" in trigger.head else 0
    kind |= 2 if trigger.head.startswith("BEFORE") else 0
    events = trigger.head.split(" ON ", 1)[0]
    kind |= sum(
        bit
        for word, bit in (("INSERT", 4), ("DELETE", 8), ("UPDATE", 16), ("TRUNCATE", 32))
        if word in events
    )
    arguments = "".join(f"{argument}\\000" for argument in trigger.arguments)
    old = "old_rows" if "OLD TABLE" in trigger.head else ""
    new = "new_rows" if "NEW TABLE" in trigger.head else ""
    settings = str(list(postgresql.settings_of(trigger.function, schema)))
    body = postgresql.FUNCTIONS[trigger.function]
    return (trigger.function, "True", body, settings, "O", str(kind), arguments, "True", old, new)


def _functions_found(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, tuple[str, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc, coalesce(proconfig, '{}') FROM pg_proc WHERE proname LIKE 'ledger\\_%%' "
            "AND pronargs = 0 AND pronamespace = current_schema()::regnamespace"
        )
        return {row[0]: (row[1], tuple(row[2])) for row in cursor.fetchall()}


def _function_faults(connection: BaseDatabaseWrapper, schema: str) -> list[str]:
    found = _functions_found(connection)
    return [
        name
        for name, body in postgresql.FUNCTIONS.items()
        if found.get(name) != (body, postgresql.settings_of(name, schema))
    ]


def _postgresql_faults(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    wanted = _postgresql_wanted(connection)
    if not wanted:
        return
    schema = _schema(connection)
    changed = _function_faults(connection, schema)
    for name in changed:
        yield "", name
    found = _postgresql_found(connection)
    for trigger in wanted:
        there = found.pop((trigger.table, trigger.name), None)
        # of a function that was changed in its place enough is said already
        mended = _defined(trigger, schema)
        if there is not None and trigger.function in changed:
            there = (*there[:2], *mended[2:4], *there[4:])
        if there != mended:
            yield trigger.table, trigger.name
    yield from found
    yield from _rules(connection)


def _install_postgresql(connection: BaseDatabaseWrapper) -> None:
    wanted = _postgresql_wanted(connection)
    if not wanted:
        return
    schema = _schema(connection)
    with connection.cursor() as cursor:
        for name in _function_faults(connection, schema):
            cursor.execute(postgresql.create_function(name, schema))
        found = _postgresql_found(connection)
        for trigger in wanted:
            if found.pop((trigger.table, trigger.name), None) != _defined(trigger, schema):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger.name}" ON "{trigger.table}"')
                cursor.execute(trigger.create())
        for table, name in found:
            cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
        for table, name in _rules(connection):
            cursor.execute(f'DROP RULE "{name}" ON "{table}"')
