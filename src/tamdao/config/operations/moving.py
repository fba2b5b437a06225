"""From SQLite to PostgreSQL by one command: every row through its model, all in one transaction, then compared.

The tables are made by the migrations, on the target itself. A mark in the target says that a move is going on; it goes
away when the ledger knows the rows there and verifies: a move that was cut is seen, not served, and begins anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, cast

import psycopg
from django.apps import apps
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Field, Model
from django.db.utils import DatabaseError
from psycopg import sql

from tamdao.config.instance import MOVE_MARK
from tamdao.config.operations.progress import Step
from tamdao.config.operations.store_postgres import PostgresStore
from tamdao.core.people import rows as kept
from tamdao.kit.errors import Conflict, DomainError, Problem
from tamdao.kit.messages import Message

TARGET = "target"
MARK = MOVE_MARK
_CHUNK = 2000
_WHOLE = 1 << 256
# what PostgreSQL calls the ways a trigger is switched on
_SWITCHED = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows of a table and a hash over all of them that does not depend on their order."""

    rows: int
    digest: str


def models() -> list[type[Model]]:
    """Every model with a table of its own, those of many-to-many relations too."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def check_source() -> None:
    """Refuse a source that is no SQLite or has tables with rows that no model knows."""
    if connection.vendor != "sqlite":
        raise Conflict(
            Message(
                "Phiên bản này đã dùng PostgreSQL (TAMDAO_DATABASE_URL).",
                "This instance uses PostgreSQL already (TAMDAO_DATABASE_URL).",
            ),
            code="move.not_sqlite",
        )
    known = {model._meta.db_table for model in models()} | {"django_migrations"}
    strangers = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            # statistics and numbers that SQLite keeps for itself
            if table not in known and not table.startswith("sqlite_"):
                cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')  # noqa: S608  (a name out of the database)
                if cursor.fetchone()[0]:
                    strangers.append(table)
    if strangers:
        raise Conflict(
            Message(
                f"Có bảng mà bản phát hành này không biết: {', '.join(strangers)}. Không chuyển gì.",
                f"There are tables this release does not know: {', '.join(strangers)}. Nothing was moved.",
            ),
            code="move.unknown_tables",
        )


def check_target(store: PostgresStore) -> None:
    """Refuse a target that holds anything; what a move that was cut has left there is dropped."""
    store.check_encoding()
    tables = store.snapshot().rows
    if MARK in tables:
        store.empty()
    elif tables:
        raise Conflict(
            Message(
                f"Cơ sở dữ liệu đích {store.label} không trống ({len(tables)} bảng). Không chuyển gì. Tạo một cái mới: "
                "createdb --encoding=UTF8 --template=template0 TÊN",
                f"The target {store.label} is not empty ({len(tables)} tables). Nothing was moved. Make a new one: "
                "createdb --encoding=UTF8 --template=template0 NAME",
            ),
            code="move.not_empty",
        )
    with store.opened() as opened:
        opened.execute(f"CREATE TABLE {MARK} (started_at timestamptz DEFAULT now())")


def finish(store: PostgresStore) -> None:
    """Take the mark away: from now on the target is an instance like any other."""
    with store.opened() as opened:
        opened.execute(f"DROP TABLE {MARK}")


def use_target(description: dict[str, Any]) -> BaseDatabaseWrapper:
    """Django's connection to the target, under the alias `target`."""
    configured = connections.configure_settings({"default": {}, TARGET: description})
    connections.settings[TARGET] = configured[TARGET]
    return connections[TARGET]


def move(target: BaseDatabaseWrapper, *, step: Step) -> dict[str, Tally]:
    """Copy every row into the tables of the target, which the migrations have made; rows and hashes by table.

    All of it is one transaction of the target. DomainError, with nothing moved, when a row can't be written there or a
    table differs afterwards. The source takes no writes meanwhile.
    """
    try:
        with transaction.atomic(), transaction.atomic(using=TARGET):
            raw = cast("psycopg.Connection[Any]", target.connection)
            tables = {model._meta.db_table: model for model in models()}
            kept.switch_off(target)
            with _triggers_off(raw, tables):
                _empty(raw, tables)
                with step("Chép các dòng", "copy rows") as say:
                    copied = sum(_copy(raw, model, target) for model in tables.values())
                    say(f"{copied}")
                # references are checked here, and not when it is too late to say which table it was
                raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
                _set_sequences(raw, tables)
            kept.install(target)
            with step("So số dòng và mã băm", "compare rows and hashes"):
                tallies = _compare(tables)
    except (psycopg.Error, DatabaseError) as error:
        reason = str(error).strip().splitlines()[0]
        raise DomainError(
            Message(
                f"Không chuyển được, nơi đích vẫn trống, SQLite còn nguyên: {reason}",
                f"Could not be moved, the target stays empty and SQLite is as it was: {reason}",
            ),
            code="move.failed",
        ) from error
    with target.cursor() as cursor:
        cursor.execute("ANALYZE")
    return tallies


@contextmanager
def _triggers_off(raw: psycopg.Connection[Any], tables: dict[str, type[Model]]) -> Iterator[None]:
    """Rows arrive as history, not as new acts: triggers of ours rest meanwhile and wake as they were."""
    found = raw.execute(
        "SELECT c.relname, t.tgname, t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s)",
        [list(tables)],
    ).fetchall()
    for table, trigger, _ in found:
        raw.execute(
            sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}").format(
                sql.Identifier(table), sql.Identifier(trigger)
            )
        )
    yield
    for table, trigger, state in found:
        if state in _SWITCHED:
            raw.execute(
                sql.SQL("ALTER TABLE {} " + _SWITCHED[state] + " TRIGGER {}").format(
                    sql.Identifier(table), sql.Identifier(trigger)
                )
            )


def _empty(raw: psycopg.Connection[Any], tables: dict[str, type[Model]]) -> None:
    """Remove what the migrations wrote: the source has its own."""
    names = sql.SQL(", ").join(sql.Identifier(table) for table in tables)
    raw.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _copy(raw: psycopg.Connection[Any], model: type[Model], target: BaseDatabaseWrapper) -> int:
    fields = _fields(model)
    names = [field.attname for field in fields]
    rows = model._base_manager.using("default").values_list(*names).iterator(chunk_size=_CHUNK)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields),
    )
    count = 0
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(
                [
                    field.get_db_prep_save(value, connection=target)
                    for field, value in zip(fields, row, strict=True)
                ]
            )
            count += 1
    return count


def _set_sequences(raw: psycopg.Connection[Any], tables: dict[str, type[Model]]) -> None:
    """New rows get numbers beyond every number that SQLite ever gave, those of deleted rows too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        given = dict(cursor.fetchall())
    for table, model in tables.items():
        key = model._meta.pk
        if not isinstance(key, AutoField):
            continue
        row = raw.execute(
            sql.SQL("SELECT max({}) FROM {}").format(sql.Identifier(str(key.column)), sql.Identifier(table))
        ).fetchone()
        last = max(given.get(table) or 0, (row and row[0]) or 0)
        if last:
            raw.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', key.column, last])


def _compare(tables: dict[str, type[Model]]) -> dict[str, Tally]:
    tallies, problems = {}, []
    for table, model in tables.items():
        here, there = tally(model, "default"), tally(model, TARGET)
        tallies[table] = here
        if here != there:
            problems.append(
                Problem(
                    Message(
                        f"SQLite: {here.rows} dòng, {here.digest[:12]}; PostgreSQL: {there.rows}, {there.digest[:12]}",
                        f"SQLite: {here.rows} rows, {here.digest[:12]}; PostgreSQL: {there.rows}, {there.digest[:12]}",
                    ),
                    where=table,
                )
            )
    if problems:
        raise DomainError(
            Message(
                "Hai bên khác nhau sau khi chép; không chuyển gì, SQLite còn nguyên:",
                "The two sides differ after copying; nothing was moved, SQLite is as it was:",
            ),
            code="move.differs",
            problems=problems,
        )
    return tallies


def tally(model: type[Model], alias: str) -> Tally:
    """Rows of a model's table and the sum of their hashes; computed columns count too."""
    names = [field.attname for field in model._meta.local_concrete_fields]
    rows, total = 0, 0
    with transaction.atomic(using=alias):
        kept.let_cursors_fetch(connections[alias])
        for row in model._base_manager.using(alias).values_list(*names).iterator(chunk_size=_CHUNK):
            text = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True)
            total = (total + int.from_bytes(hashlib.sha256(text.encode()).digest())) % _WHOLE
            rows += 1
    return Tally(rows, f"{total:064x}")


def _plain(value: Any) -> Any:
    """A value in the one form that both databases give it: 1,50 and 1,5 are one number, two zones one moment."""
    if value is None or isinstance(value, bool | int | float | str | dict | list):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)
