"""What changed, one line per delivery: rows of the change list that came together are told together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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

# What a leader is told about beside the figures themselves, and in which words.
FOR_LEADERS: Mapping[str, Message] = {
    "target": Message("chỉ tiêu mới hoặc được sửa", "new or amended targets"),
    "edition": Message("bộ chỉ số chuyển đổi số", "index editions"),
}
REORGANISED = Message("thay đổi về đơn vị hành chính", "changes of administrative units")


@dataclass(frozen=True, slots=True)
class News:
    """One delivery: what it was, what it brought, when."""

    name: Message
    brought: Message
    at: datetime
    by: str = ""
    pack: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A figure that came in, for a leader: what it is, its value, and the key of its page."""

    name: Message
    value: Message
    key: tuple[str, str, str]
    at: datetime
    sample: bool = False


def for_leaders(changes: Iterable[ChangeView], titles: Mapping[str, Message]) -> list[News]:
    """Deliveries of targets, index editions and unit changes; figures are told one by one, definitions not at all."""
    kept = [change for change in changes if change.kind in FOR_LEADERS or change.kind == "unit"]
    return [
        replace(told, brought=_plainly([row for row in kept if (row.at, row.by) == (told.at, told.by)]))
        for told in news(kept, titles)
    ]


def _plainly(rows: Iterable[ChangeView]) -> Message:
    """Counts where a count says something; nobody decides on a number of unit records."""
    parts = [
        REORGANISED
        if row.kind == "unit"
        else Message(
            f"{format_number(row.rows)} {FOR_LEADERS[row.kind].vi}",
            f"{format_number(row.rows, lang='en')} {_one_or_many(FOR_LEADERS[row.kind].en, row.rows)}",
        )
        for row in _ordered(rows)
    ]
    return Message(", ".join(part.vi for part in parts), ", ".join(part.en for part in parts))


def _one_or_many(many: str, count: int) -> str:
    """The English words, all with a regular plural, for one thing or several."""
    return many.removesuffix("s") if count == 1 else many


def _ordered(rows: Iterable[ChangeView]) -> list[ChangeView]:
    return sorted(rows, key=lambda row: ORDER.index(row.kind) if row.kind in ORDER else len(ORDER))


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
    counted = [(row.rows, COUNTED.get(row.kind, Message(row.kind, row.kind))) for row in _ordered(rows)]
    return News(
        name=titles.get(pack) or first.summary,
        brought=Message(
            ", ".join(f"{format_number(count)} {word.vi}" for count, word in counted),
            ", ".join(
                f"{format_number(count, lang='en')} {_one_or_many(word.en, count)}" for count, word in counted
            ),
        ),
        at=first.at,
        by=first.by,
        pack=pack if pack in titles else "",
        sample=any(row.sample for row in rows),
    )
