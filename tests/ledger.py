"""Helpers of the tests of the ledger: captured rows, sealing inside a test's transaction, sabotage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tamdao.core.ledger import sealing
from tamdao.core.ledger.acting import acting
from tamdao.core.ledger.capture import sqlite, triggers
from tamdao.core.ledger.decisions import AuditedTable, audited_tables
from tamdao.core.people.models import Person
from tamdao.core.units.models import Level


@dataclass(frozen=True)
class Seen:
    """A captured row as the tests compare it."""

    table: str
    op: str
    pk: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    hidden: str
    acting: dict[str, str]


def newest() -> int:
    """Number of the newest captured row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM ledger_pending")
        return int(cursor.fetchone()[0])


def captured(since: int = 0) -> list[Seen]:
    """Rows captured after `since`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, op, pk_text, old, new, hidden, acting FROM ledger_pending WHERE id > %s ORDER BY id",
            [since],
        )
        rows = cursor.fetchall()
    return [
        Seen(table, op, pk, old and json.loads(old), new and json.loads(new), hidden, json.loads(acting))
        for table, op, pk, old, new, hidden, acting in rows
    ]


def table_of(name: str) -> AuditedTable:
    """An audited table by name."""
    return next(table for table in audited_tables() if table.name == name)


def run(*statements: str) -> None:
    """Raw SQL, as somebody at the database would run it."""
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


@contextmanager
def without_triggers(table: str) -> Iterator[None]:
    """Drop the triggers of an audited table, and put them back as they were."""
    if connection.vendor == "sqlite":
        run(*(f'DROP TRIGGER "{sqlite.trigger_name(table, operation)}"' for operation in sqlite.OPERATIONS))
    else:
        run("SET CONSTRAINTS ALL IMMEDIATE", f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    yield
    if connection.vendor == "postgresql":
        run(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    triggers.install(connection)


@contextmanager
def without_guards() -> Iterator[None]:
    """Take the guards of the ledger's own tables away, and put them back."""
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
    triggers.remove(connection)
    yield
    triggers.install(connection)


def seal(capture: Any) -> int:
    """Seal as the sealer does, with what happens on commit (`capture` is pytest-django's fixture)."""
    with capture(execute=True):
        return sealing.seal_pending()


def fill(capture: Any, *, batches: int = 6) -> None:
    """A small honest ledger: single rows, bundles, a person, a new key, several checkpoints."""
    for batch in range(batches):
        with acting(by=f"person:{batch}", reason="cập nhật định kỳ", event="test.wrote"):
            Level.objects.create(code=f"s{batch}", depth=1, name_vi="Xã Đông Hội", name_en="1")
            Level.objects.filter(code=f"s{batch}").update(depth=2)
            with acting(bundle=f"file-{batch}"):
                Level.objects.bulk_create(
                    [
                        Level(code=f"b{batch}{n}", depth=1, name_vi="Thành phố Huế", name_en="x")
                        for n in range(5)
                    ]
                )
            Person.objects.create_person(username=f"user{batch}", display_name=f"Người thử số {batch}")
        seal(capture)
        if batch == batches // 2:
            with capture(execute=True):
                sealing.rotate_key(by="cli:test", reason="định kỳ")


def fill_more(capture: Any) -> None:
    """Entries after the last key."""
    for number in range(4):
        Level.objects.create(code=f"z{number}", depth=1, name_vi="Phường Bến Nghé", name_en="y")
        Level.objects.filter(code=f"z{number}").delete()
        seal(capture)
