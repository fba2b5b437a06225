"""Rows as the ledger knows them against rows as the tables have them.

The newest image of every row in the ledger (sealed or waiting) must equal the row. A difference is a write that no
trigger saw: somebody dropped the trigger, edited the row and put the trigger back, or edited the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from tamdao.core.ledger import vault
from tamdao.core.ledger.acting import acting, as_text, current
from tamdao.core.ledger.canonical import Image, canonical, parse, parse_image
from tamdao.core.ledger.decisions import AuditedTable
from tamdao.core.ledger.times import stamp

from . import triggers
from .postgresql import SESSION

CHUNK = 2000
_FIELDS = "table_name, op, pk_text, old, new, hidden, acting, bundle, at"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not as the ledger knows it; None: absent there, or in the table."""

    table: str
    pk: str
    known: Image | None
    found: Image | None
    # the columns that differ; empty when the row is absent on one side
    columns: tuple[str, ...] = ()


def session_settings() -> str:
    """What PostgreSQL has to be told before images are read, inside a transaction."""
    return SESSION


def differences(connection: BaseDatabaseWrapper, table: AuditedTable) -> Iterator[Difference]:
    """Every row of a table that the ledger does not know as it is. Must run inside a transaction."""
    known = dict(_newest(connection, table))
    keys = vault.Keys()
    for pk, found in _rows(connection, table):
        body = known.pop(pk, None)
        image = _image_of(body)
        if image is None:
            yield Difference(table.name, pk, None, found)
            continue
        differing = tuple(sorted(_differing(table, pk, image, found, keys)))
        if differing:
            yield Difference(table.name, pk, image, found, differing)
    for pk, body in known.items():
        image = _image_of(body)
        if image is not None:
            yield Difference(table.name, pk, image, None)


def _differing(table: AuditedTable, pk: str, known: Image, found: Image, keys: vault.Keys) -> Iterator[str]:
    for column in known.keys() | found.keys():
        before = known.get(column)
        if column in table.personal and isinstance(before, dict):
            try:
                readable, before = keys.open(before, place=f"{table.name}|{pk}|{column}")
            except (ValueError, KeyError):
                yield column
                continue
            if not readable:
                continue
        if (column in known) is not (column in found) or canonical(before) != canonical(found.get(column)):
            yield column


def _image_of(body: str | None) -> Image | None:
    if body is None:
        return None
    try:
        new = parse(body).get("new")
    except (AttributeError, ValueError):
        # somebody wrote over the entry: it equals no row
        return {}
    return new if isinstance(new, dict) else None


def _newest(connection: BaseDatabaseWrapper, table: AuditedTable) -> Iterator[tuple[str, str]]:
    """Key → canonical body of the newest captured row, waiting ones included."""
    # newest by what is hashed and signed; the number of the captured row is neither
    newest_sealed = (
        "SELECT s.pk_text, CASE WHEN s.body = '' THEN e.body ELSE s.body END FROM ledger_sealedrow s "
        "JOIN ledger_entry e ON e.number = s.entry WHERE s.table_name = %s AND NOT EXISTS ("
        "SELECT 1 FROM ledger_sealedrow later WHERE later.table_name = s.table_name AND later.pk_text = s.pk_text "
        "AND (later.entry > s.entry OR (later.entry = s.entry AND later.position > s.position)))"
    )
    yield from _fetch(connection, newest_sealed, [table.name])
    waiting = "SELECT pk_text, new FROM ledger_pending WHERE table_name = %s ORDER BY id"
    for pk, new in _fetch(connection, waiting, [table.name]):
        yield pk, canonical({"new": parse_image(new)})


def _rows(connection: BaseDatabaseWrapper, table: AuditedTable) -> Iterator[tuple[str, Image]]:
    image = triggers.image_sql(connection, table).replace("%", "%%")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(session_settings())
    rows = _fetch(connection, f'SELECT CAST("{table.key}" AS text), {image} FROM "{table.name}"', [])
    for pk, text in rows:
        found = parse_image(text)
        if found is not None:
            # the same road as through the sealer, so that equal values are equal texts
            yield pk, found


def _fetch(connection: BaseDatabaseWrapper, sql: str, parameters: list[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def write_differences(connection: BaseDatabaseWrapper, table: AuditedTable) -> int:
    """Enter what the ledger does not know as baseline rows; how many. Must run inside a transaction."""
    found = list(differences(connection, table))
    if not found:
        return 0
    moment = stamp()
    with acting(bundle=f"baseline:{table.name}:{moment}"), connection.cursor() as cursor:
        marks = ", ".join(["%s"] * 9)
        cursor.executemany(
            f"INSERT INTO ledger_pending ({_FIELDS}) VALUES ({marks})",
            [_baseline(one, moment) for one in found],
        )
    return len(found)


def _baseline(one: Difference, moment: str) -> list[Any]:
    new = None if one.found is None else canonical(one.found)
    return [one.table, "B", one.pk, None, new, "", as_text(current()), current().bundle, moment]
