"""What the ledger knows of one object, newest first, in values a page can put into words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tamdao.kit.errors import NotFound
from tamdao.kit.messages import Message

from . import times
from .bodies import Captured, acted
from .canonical import Image, parse, parse_image
from .decisions import AuditedTable, audited_tables
from .moments import one_moment
from .vault import Keys


@dataclass(frozen=True, slots=True)
class Change:
    """One column of one write. A value is None where there was none; `secret`: that it changed is all that is known."""

    column: str
    before: Any
    after: Any
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One write. `entry` is None while it waits for its seal; `op` as in `ledger_pending`."""

    entry: int | None
    at: datetime
    op: str
    table: str
    pk: str
    by: str
    event: str
    reason: str
    request: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """Stands where a personal value was: its key was destroyed."""

    def __str__(self) -> str:
        return "(đã xóa)"


def find_table(kind: str) -> AuditedTable:
    """The audited table of "app.Model", whatever the case, or of a table's own name. NotFound otherwise."""
    for table in audited_tables():
        if kind.lower() in {table.label.lower(), table.name}:
            return table
    raise NotFound(
        Message(
            f"Nhật ký đối chứng không theo dõi “{kind}”; viết theo dạng people.RoleHolding.",
            f"The ledger keeps nothing called “{kind}”; write it like people.RoleHolding.",
        ),
        code="ledger.kind_unknown",
    )


def list_history(kind: str, pk: str, *, limit: int = 200) -> list[Line]:
    """Writes to one row, newest first; those that wait for their seal included."""
    table = find_table(kind)
    keys = Keys()
    with one_moment():
        found = [*_waiting(table, pk, keys), *_sealed(table, pk, keys, limit)]
    return found[:limit]


def _waiting(table: AuditedTable, pk: str, keys: Keys) -> Iterator[Line]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, table_name, op, pk_text, old, new, hidden, acting, bundle, at FROM ledger_pending "
            "WHERE table_name = %s AND pk_text = %s ORDER BY id DESC",
            [table.name, pk],
        )
        rows = [Captured(*row) for row in cursor.fetchall()]
    for row in rows:
        body: Image = {
            "op": row.op, "old": parse_image(row.old), "new": parse_image(row.new), "hidden": row.hidden.split(),
            "at": row.at, "table": row.table, "pk": row.pk, **acted(row),
        }  # fmt: skip
        yield _line(None, body, keys)


def _sealed(table: AuditedTable, pk: str, keys: Keys, limit: int) -> Iterator[Line]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.entry, s.body, e.body FROM ledger_sealedrow s JOIN ledger_entry e ON e.number = s.entry "
            "WHERE s.table_name = %s AND s.pk_text = %s ORDER BY s.entry DESC, s.position DESC LIMIT %s",
            [table.name, pk, limit],
        )
        rows = cursor.fetchall()
    for number, row_text, entry_text in rows:
        entry = parse(entry_text)
        yield _line(number, entry | parse(row_text) if row_text else entry, keys)


def _line(number: int | None, body: Image, keys: Keys) -> Line:
    table, pk = str(body["table"]), str(body["pk"])
    old, new = body.get("old") or {}, body.get("new") or {}
    changes = [
        Change(column, before, after)
        for column in [*new, *(name for name in old if name not in new)]
        for before, after in [
            (
                _value(old.get(column), table, pk, column, keys),
                _value(new.get(column), table, pk, column, keys),
            )
        ]
        if body["op"] != "U" or (column in old and (before != after or isinstance(after, Erased)))
    ]
    changes += [Change(column, None, None, secret=True) for column in body.get("hidden", ())]
    return Line(
        entry=number,
        at=times.read(str(body["at"])),
        op=str(body["op"]),
        table=table,
        pk=pk,
        by=str(body.get("by", "")),
        event=str(body.get("event", "")),
        reason=str(body.get("reason", "")),
        request=str(body.get("request", "")),
        changes=tuple(changes),
    )


def _value(value: Any, table: str, pk: str, column: str, keys: Keys) -> Any:
    if not isinstance(value, dict) or not ({"commitment", "erased"} & set(value)):
        return value
    try:
        readable, plain = keys.open(value, place=f"{table}|{pk}|{column}")
    except ValueError:
        return Erased()
    return plain if readable else Erased()
