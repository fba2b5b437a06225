"""One search over units, indicators, targets and documents; diacritics ignored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tamdao.core.files.api import list_documents
from tamdao.core.units.api import get_unit, search_units
from tamdao.facts import api as facts
from tamdao.facts.api import catalogue
from tamdao.kit.dates import format_date
from tamdao.kit.messages import Message
from tamdao.kit.text import fold

from ..rules.sentences import Link
from ..rules.words import DOCUMENT_KINDS, PILLAR_WORDS, word
from .samples import sample_records

SHORTEST = 1
SUGGESTED = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, what it is, and its page."""

    name: Message
    hint: Message
    link: Link


@dataclass(frozen=True, slots=True)
class Hits:
    """Hits of one kind."""

    title: Message
    hits: tuple[Hit, ...]


def find(text: str, *, on: date | None, limit: int, sample: bool = False) -> list[Hits]:
    """Hits by kind, at most `limit` of each; units of all times unless a map is asked for.

    What sample packs brought is found only with `sample`.
    """
    wanted = fold(text).split()
    if len("".join(wanted)) < SHORTEST:
        return []
    groups = [
        Hits(Message("Đơn vị hành chính", "Units"), tuple(_units(text, on, limit))),
        Hits(Message("Số liệu", "Indicators"), tuple(_indicators(text, limit, sample))),
        Hits(Message("Chỉ tiêu", "Targets"), tuple(_targets(text, limit))),
        Hits(Message("Văn bản, nguồn", "Documents"), tuple(_documents(wanted, limit, sample))),
    ]
    return [group for group in groups if group.hits]


def _units(text: str, on: date | None, limit: int) -> list[Hit]:
    levels = catalogue().levels
    found = []
    for row in search_units(text, on=on, limit=limit):
        level = levels.get(row.level, Message(row.level, row.level))
        until = f", trước {format_date(row.end_date)}" if row.end_date else ""
        until_en = f", before {format_date(row.end_date)}" if row.end_date else ""
        found.append(
            Hit(
                row.called,
                Message(f"{level.vi} {row.code}{until}", f"{level.en} {row.code}{until_en}"),
                Link("unit", (row.id,)),
            )
        )
    return found


def _indicators(text: str, limit: int, sample: bool) -> list[Hit]:
    found = facts.search_indicators(text, limit=limit)
    hidden = sample_records("indicators") if found and not sample else frozenset()
    return [
        Hit(view.name, word(PILLAR_WORDS, view.pillar), Link("indicator", (view.code,)))
        for view in found
        if view.code not in hidden
    ]


def _targets(text: str, limit: int) -> list[Hit]:
    return [
        Hit(
            view.name,
            Message(
                f"{_unit_name(view.unit_id).vi}, hạn {format_date(view.deadline)}",
                f"{_unit_name(view.unit_id).en}, due {format_date(view.deadline)}",
            ),
            Link("target", (view.code,)),
        )
        for view in facts.search_targets(text, limit=limit)
    ]


def _unit_name(unit_id: str) -> Message:
    return get_unit(unit_id).called


def _documents(wanted: list[str], limit: int, sample: bool) -> list[Hit]:
    """Papers, the newest first, cited as everywhere else."""
    hidden = frozenset() if sample else sample_records("documents")
    found = []
    for view in list_documents():
        text = fold(f"{view.number} {view.title.vi} {view.title.en} {view.code}")
        if view.code not in hidden and all(part in text for part in wanted):
            found.append(Hit(view.label, word(DOCUMENT_KINDS, view.kind), Link("document", (view.code,))))
    return found[:limit]
