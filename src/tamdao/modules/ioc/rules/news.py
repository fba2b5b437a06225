"""What changed, one line per delivery: rows of the change list that came together are told together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tamdao.facts.types import ChangeView
from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_number

COUNTED: Mapping[str, Message] = {
    "observation": Message("dòng số liệu", "figures"),
    "target": Message("chỉ tiêu", "targets"),
    "indicator": Message("định nghĩa số liệu", "indicators"),
    "document": Message("văn bản, nguồn", "documents"),
    "unit": Message("dòng về đơn vị hành chính", "unit records"),
    "edition": Message("bộ chỉ số", "index editions"),
}
# Told first: what a reader of figures cares about.
ORDER = ("observation", "target", "edition", "indicator", "unit", "document")


@dataclass(frozen=True, slots=True)
class News:
    """One delivery: what it was, what it brought, when."""

    name: Message
    brought: Message
    at: datetime
    pack: str = ""


def news(changes: Iterable[ChangeView], titles: Mapping[str, Message]) -> list[News]:
    """Deliveries in the order given (newest first). `titles`: names of the packs by code."""
    found: list[tuple[tuple[str, datetime], list[ChangeView]]] = []
    for change in changes:
        key = (change.by, change.at)
        if found and found[-1][0] == key:
            found[-1][1].append(change)
        else:
            found.append((key, [change]))
    return [_told(rows, titles) for _, rows in found]


def _told(rows: list[ChangeView], titles: Mapping[str, Message]) -> News:
    first = rows[0]
    pack = first.by.removeprefix("pack:").partition("@")[0] if first.by.startswith("pack:") else ""
    rows = sorted(rows, key=lambda row: ORDER.index(row.kind) if row.kind in ORDER else len(ORDER))
    counted = [(row.rows, COUNTED.get(row.kind, Message(row.kind, row.kind))) for row in rows]
    return News(
        name=titles.get(pack) or first.summary,
        brought=Message(
            ", ".join(f"{format_number(count)} {word.vi}" for count, word in counted),
            ", ".join(f"{format_number(count, lang='en')} {word.en}" for count, word in counted),
        ),
        at=first.at,
        pack=pack if pack in titles else "",
    )
