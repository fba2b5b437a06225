"""From captured rows to the canonical bodies of entries. Pure but for the keys of persons, which are handed in.

An entry begins with its number ("#") and its time ("at"): both sort before every other name, so a reader finds them
without parsing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .canonical import Image, canonical, parse, parse_image
from .decisions import AuditedTable
from .vault import Keys

_ACTING = ("by", "event", "reason", "request")


@dataclass(frozen=True, slots=True)
class Captured:
    """A row of `ledger_pending`, in the order of its columns."""

    id: int
    table: str
    op: str
    pk: str
    old: str | None
    new: str | None
    hidden: str
    acting: str
    bundle: str
    at: str


def acted(row: Captured) -> dict[str, str]:
    """Actor, event, reason and request; parts that are empty are left out."""
    try:
        said = parse(row.acting or "{}")
    except ValueError:
        # written by hand past the triggers: kept as it is rather than lost
        said = {"reason": row.acting}
    return {name: str(said[name]) for name in _ACTING if said.get(name)}


def row_body(row: Captured, tables: Mapping[str, AuditedTable], keys: Keys) -> Image:
    """What an entry says of one row: for an update the old values of the columns that changed alone."""
    old, new = parse_image(row.old), parse_image(row.new)
    table = tables.get(row.table)
    if old is not None and new is not None:
        before: Image | None = {
            name: value for name, value in old.items() if new.get(name) != value or name not in new
        }
    else:
        before = old
    if table is not None and table.personal:
        subject = _subject(table, new or old or {})
        before, new = (_hide(image, row, table, subject, keys) for image in (before, new))
    body: Image = {"op": row.op, "pk": row.pk, "table": row.table}
    parts: dict[str, Any] = {"hidden": row.hidden.split(), "new": new, "old": before}
    return body | {name: value for name, value in parts.items() if value not in (None, [])}


def _subject(table: AuditedTable, image: Image) -> str:
    return f"person:{image.get(table.subject)}"


def _hide(image: Image | None, row: Captured, table: AuditedTable, subject: str, keys: Keys) -> Image | None:
    if image is None:
        return None
    return {
        name: (
            keys.seal(value, subject=subject, place=f"{row.table}|{row.pk}|{name}")
            # an absent value tells nothing about a person
            if name in table.personal and value is not None
            else value
        )
        for name, value in image.items()
    }


def single(number: int, row: Captured, body: Image) -> Image:
    """The entry of one row, or of a note (op "N": `new` is what it says, the table its kind)."""
    head: Image = {"#": number, "at": row.at, **acted(row)}
    if row.op == "N":
        return head | {"kind": row.table, "note": parse_image(row.new)}
    return head | {"kind": "row", **body}


def bundle(
    number: int, first: Captured, last: Captured, *, count: int, root: bytes, tables: Mapping[str, int]
) -> Image:
    """The entry of all rows of one submission or file."""
    return {
        "#": number,
        "at": last.at,
        **acted(first),
        "bundle": first.bundle,
        "count": count,
        "kind": "bundle",
        "root": root.hex(),
        "tables": dict(tables),
    }


def bundled_row(row: Captured, first: Captured, body: Image) -> Image:
    """A row of a bundle: what differs from the bundle's own actor and event is said again."""
    shared = acted(first)
    own = acted(row)
    different = {
        name: own.get(name, "") for name in own.keys() | shared.keys() if own.get(name) != shared.get(name)
    }
    return {"at": row.at, **different, **body}


def texts(bodies: Iterable[Image]) -> list[str]:
    """Canonical texts."""
    return [canonical(body) for body in bodies]
