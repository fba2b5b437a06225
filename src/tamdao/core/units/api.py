"""The units as everyone else sees them: find one by id, code or name, the map of a day, who became whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.numbers import canonical, fraction_to_decimal
from tamdao.kit.text import fold, nfc

from . import errors
from .names import fold_type, nearest, plain, split_type
from .queries import (
    EventRow,
    LevelRow,
    Lineage,
    LinkRow,
    Registry,
    UnitMap,
    UnitRow,
    Version,
    lineage,
    map_of,
    read_events,
    registry,
)
from .stamp import forget, held, per_stamp, per_units_stamp, register_stamp, stamp

__all__ = [
    "EventLink",
    "EventRow",
    "LevelRow",
    "Lineage",
    "LinkRow",
    "UnitMap",
    "UnitRow",
    "ambiguous",
    "check_map_date",
    "default_map",
    "events_of",
    "find_level",
    "find_row",
    "find_units",
    "first_map_date",
    "forget",
    "get_unit",
    "held",
    "levels",
    "lineage",
    "map_dates",
    "per_stamp",
    "read_events",
    "register_stamp",
    "search_units",
    "stamp",
    "unit_map",
]


def find_units(text: str, *, on: date | None = None, levels: Collection[str] | None = None) -> list[UnitRow]:
    """Units whose id, code or name (with or without type word, diacritics optional) is exactly `text`.

    Units of one name are told apart by the unit above them: "Xã Tân Lập, tỉnh Lâm Đồng".

    With `on`: those on the map of that day, as of then; without: all that ever were, as of their last day.
    Where some names agree letter for letter, those that agree only without diacritics are left out.
    Raises map_before_first and no_units.
    """
    with held():
        source = registry()
        if on is not None:
            check_map_date(on)
        matches = _matches(source, text, levels)
        return _rows(source, _now_called(matches, on), on)


def get_unit(text: str, *, on: date | None = None, levels: Collection[str] | None = None) -> UnitRow:
    """The one unit that `text` names; see `find_units`.

    Raises unit_unknown (with the nearest names), unit_ambiguous (lists the ids), unit_not_on_map (says what
    became of it), map_before_first and no_units.
    """
    with held():
        rows = find_units(text, on=on, levels=levels)
        if len(rows) == 1:
            return rows[0]
        if rows:
            raise ambiguous(text, rows, on)
        if on is not None:
            elsewhere = find_units(text, levels=levels)
            if elsewhere:
                raise errors.unit_not_on_map([(row, _fate(row, on)) for row in elsewhere], on)
        first_map_date()  # on an empty instance that is what to say
        raise errors.unit_unknown(text, _nearest(text, on, levels), on)


def search_units(text: str, *, on: date | None, limit: int = 20) -> list[UnitRow]:
    """Units whose folded name contains the folded `text`; `on` None searches all times.

    Order: same name, name begins so, a word begins so, anywhere; then upper levels first, then by alphabet.
    """
    with held():
        source = registry()
        if on is not None:
            check_map_date(on)
        wanted = fold(nfc(text))
        if not wanted:
            return []
        day = on.isoformat() if on else None
        best: dict[str, tuple[int, Version]] = {}
        for version in source.all():
            # what is not in the whole name is in no part of it; most versions end here
            if wanted not in version.folded and wanted not in {version.code, version.unit_id}:
                continue
            if day is not None and not version.on(day):
                continue
            grade = _grade(version, wanted)
            if grade is not None and (version.unit_id not in best or grade <= best[version.unit_id][0]):
                best[version.unit_id] = (grade, version)
        found = sorted(best.values(), key=lambda hit: _search_order(source, *hit))
        return [version.row() for _, version in found[:limit]]


def ambiguous(text: str, rows: Collection[UnitRow], on: date | None) -> DomainError:
    """The refusal of a text that names several units: all of the uppermost level among them are listed."""
    depth = {row.id: registry().depth(row.level) for row in rows}
    top = min(depth.values())
    return errors.unit_ambiguous(text, list(rows), on, top=[row for row in rows if depth[row.id] == top])


def find_row(unit_id: str, *, on: date | None = None) -> UnitRow | None:
    """The unit with exactly this id, named as on the map of `on` where it stands on it, else as of its last day."""
    version = registry().version(unit_id, on) if on is not None else None
    return version.row() if version is not None else registry().row(unit_id)


def find_level(code: str) -> LevelRow | None:
    """The level with this code, or None."""
    return registry().levels.get(code)


def unit_map(on: date) -> UnitMap:
    """The map of a day. Raises map_before_first and no_units."""
    with held():
        check_map_date(on)
        return map_of(max(day for day in _version_dates() if day <= on))


def levels() -> tuple[LevelRow, ...]:
    """All levels, the uppermost first."""
    return tuple(sorted(registry().levels.values(), key=lambda level: (level.depth, level.code)))


def first_map_date() -> date:
    """First day of the first map. Raises no_units."""
    return map_dates()[0]


def map_dates() -> list[date]:
    """The first map and every day on which the set of territorial units changed.

    A day on which units merely become known to the records (`from_known` false) is no change of the map.
    """
    days = _map_days()
    if not days:
        raise errors.no_units()
    return list(days)


@dataclass(frozen=True, slots=True)
class EventLink:
    """One arrow with its event, flat. `share` is decimal text: "1" for the whole, "" where not known."""

    event: str
    date: date
    kind: str
    legal_act: str
    from_unit: str | None
    to_unit: str | None
    share: str
    share_source: str


def events_of(unit_id: str) -> list[EventLink]:
    """Every arrow from or to a unit, oldest event first; renames and the like are arrows to itself."""
    return [
        EventLink(
            event.code,
            event.date,
            event.kind,
            event.legal_act,
            link.from_id,
            link.to_id,
            "" if link.share is None else canonical(fraction_to_decimal(link.share)),
            link.share_source,
        )
        for event in lineage().events_of(unit_id)
        for link in event.links
        if unit_id in {link.from_id, link.to_id}
    ]


def default_map(period_end: date) -> date:
    """The map a period is shown on when none is asked for: of its last day, the first map at the earliest."""
    return max(period_end, first_map_date())


@per_units_stamp()
def _map_days() -> tuple[date, ...]:
    source = registry()
    firsts: set[str] = set()
    changes: set[str] = set()
    for versions in source.versions.values():
        version = versions[0]
        if not source.levels[version.level].territorial:
            continue
        firsts.add(version.first_date)
        if version.from_known:
            changes.add(version.first_date)
        if version.unit_end_date is not None:
            changes.add(version.unit_end_date)
    return tuple(map(date.fromisoformat, sorted(changes | {min(firsts)}))) if firsts else ()


@per_units_stamp()
def _version_dates() -> tuple[date, ...]:
    """Every day on which any version begins or ends: between two of them all maps are the same."""
    begun = {version.from_date for version in registry().all()}
    ended = {version.end_date for version in registry().all() if version.end_date}
    return tuple(map(date.fromisoformat, sorted(begun | ended)))


def check_map_date(on: date) -> None:
    """Refuse a day before the first map (map_before_first) and an instance without units (no_units)."""
    first = first_map_date()
    if on < first:
        raise errors.map_before_first(on, first)


def _matches(source: Registry, text: str, levels: Collection[str] | None) -> list[Version]:
    """Versions that `text` names at any time: by id, else by code, else by name."""
    asked = " ".join(nfc(text).split())
    found = (
        source.versions.get(asked)
        or source.by_code(asked)
        or _by_name(source, asked)
        or _by_place(source, asked)
    )
    return [version for version in found if levels is None or version.level in levels]


def _by_name(source: Registry, text: str) -> list[Version]:
    found: list[tuple[Version, bool]] = []
    for type_word, name in split_type(text, _type_words()):
        found += [
            (version, plain(version.name_vi) == plain(name))
            for version in source.by_name(fold(name))
            if not type_word or fold_type(version.type_vi) == type_word
        ]
    exact = [version for version, same in found if same]
    return exact or [version for version, _ in found]


def _by_place(source: Registry, text: str) -> list[Version]:
    """Versions called by their name and that of a unit above them."""
    name, _, place = (part.strip() for part in text.rpartition(","))
    if not name or not place:
        return []
    above = {version.unit_id for version in _matches(source, place, None)}
    return [version for version in _by_name(source, name) if above & _ancestors(source, version)]


def _ancestors(source: Registry, version: Version) -> set[str]:
    found: set[str] = set()
    parent = version.parent_id
    while parent is not None and parent not in found:
        found.add(parent)
        row = source.row(parent)
        parent = row.parent_id if row is not None else None
    return found


@per_units_stamp()
def _type_words() -> frozenset[str]:
    return frozenset(version.type_vi for version in registry().all())


def _now_called(matches: Iterable[Version], on: date | None) -> list[str]:
    """Ids of the units matched; on a map, those that bear the name then go before those that bore it once."""
    every = list(matches)
    if on is not None:
        day = on.isoformat()
        every = [version for version in every if version.on(day)] or every
    return sorted({version.unit_id for version in every})


def _rows(source: Registry, unit_ids: Iterable[str], on: date | None) -> list[UnitRow]:
    found = [source.version(unit_id, on) for unit_id in unit_ids]
    return [version.row() for version in found if version is not None]


def _grade(version: Version, wanted: str) -> int | None:
    """How well a version answers a search, 0 best; None not at all."""
    name = version.folded_name
    if wanted in {name, version.folded, version.code} or wanted == version.unit_id:
        return 0
    if name.startswith(wanted) or version.folded.startswith(wanted):
        return 1
    if f" {wanted}" in version.folded:
        return 2
    return 3 if wanted in version.folded else None


def _search_order(source: Registry, grade: int, version: Version) -> tuple[object, ...]:
    return grade, source.depth(version.level), source.place(version.name_vi), version.unit_id


def _nearest(text: str, on: date | None, levels: Collection[str] | None) -> list[UnitRow]:
    """The units whose names are most like `text`: one per name, that of the uppermost level."""
    source = registry()
    day = on.isoformat() if on else None
    rows: dict[str, Version] = {}
    for version in source.all():
        if (levels is None or version.level in levels) and (day is None or version.on(day)):
            known = rows.get(version.name_vi)
            if known is None or source.depth(version.level) < source.depth(known.level):
                rows[version.name_vi] = version
    name = split_type(text, _type_words())[-1][1]
    return [rows[near].row() for near in nearest(name, rows)]


def _fate(row: UnitRow, on: date) -> Message:
    """What became of a unit that is not on the map of `on`, or what it was made of."""
    source, links = registry(), lineage()
    if row.end_date is not None and row.end_date <= on:
        ids = [link.to_id for link in links.successors(row.id) if link.to_id]
        return errors.became(links.events_of(row.id), row, _rows(source, ids, None))
    ids = [link.from_id for link in links.predecessors(row.id) if link.from_id]
    return errors.came_from(row, _rows(source, ids, None))
