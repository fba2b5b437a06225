"""A table before it has a format: columns, rows of plain values, and what a reader must know of its origin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tamdao.kit.messages import Message

Value = str | int | Decimal | date | Message | None
Kind = Literal["text", "number", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its stable key (heading of CSV), its name (heading of XLSX), what its cells are.

    `decimals` and `width` (in characters) concern XLSX only.
    """

    key: str
    name: Message
    kind: Kind = "text"
    decimals: int = 0
    width: int = 16


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the sheet “Nguồn · Source”: what it is about and what it says."""

    name: Message
    said: Value


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. `rows` is read once and may be a generator; `about` says unit, source, time and map."""

    name: Message
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    about: Sequence[Fact] = ()
