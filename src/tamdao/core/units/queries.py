"""Reading the units: all versions and links at once, kept until something changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Cast

from tamdao.kit.messages import Message
from tamdao.kit.text import sort_key

from .models import Level, UnitEvent, UnitLink, UnitVersion
from .names import called, fold_short, full_name, inside
from .stamp import per_units_stamp


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as of one of its versions. `end_date` is exclusive; both dates are those of the unit itself."""

    id: str
    code: str
    name_vi: str
    type_vi: str
    full_name: str
    level: str
    parent_id: str | None
    first_date: date
    end_date: date | None
    from_known: bool

    @property
    def called(self) -> Message:
        """Full name in both languages: "Tỉnh Phú Thọ", "Phú Thọ province"."""
        return called(self.type_vi, self.name_vi)

    @property
    def inside(self) -> Message:
        """The full name in the middle of a sentence: "tỉnh Phú Thọ", "Phú Thọ province"."""
        return inside(self.type_vi, self.name_vi)


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level of administration; a greater depth stands below."""

    code: str
    depth: int
    name_vi: str
    name_en: str
    territorial: bool

    @property
    def inside(self) -> Message:
        """The level inside a sentence: "cấp tỉnh", "cấp cả nước"; "province"."""
        name = self.name_vi[:1].lower() + self.name_vi[1:]
        return Message(name if name.startswith("cấp ") else f"cấp {name}", self.name_en.lower())


class Version(NamedTuple):
    """One version as read: a tuple, because there are fourteen thousand of them."""

    unit_id: str
    level: str
    first_date: str
    unit_end_date: str | None
    from_known: str
    from_date: str
    end_date: str | None
    code: str
    name_vi: str
    type_vi: str
    folded: str
    parent_id: str | None

    def on(self, day: str) -> bool:
        """Whether this version stands on the map of `day` (ISO text: it sorts as dates do)."""
        return self.from_date <= day and (self.end_date is None or day < self.end_date)

    @property
    def folded_name(self) -> str:
        """The folded name without its type word."""
        return fold_short(self.folded, self.type_vi)

    def row(self) -> UnitRow:
        """The unit as of this version."""
        return UnitRow(
            self.unit_id,
            self.code,
            self.name_vi,
            self.type_vi,
            full_name(self.type_vi, self.name_vi),
            self.level,
            self.parent_id,
            _day(self.first_date),
            _day(self.unit_end_date) if self.unit_end_date else None,
            bool(self.from_known),
        )


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text)


class Registry:
    """Every version of every unit, by unit, by code and by folded name."""

    def __init__(self, versions: Iterable[Version], levels: Iterable[LevelRow]) -> None:
        self.levels: Mapping[str, LevelRow] = {level.code: level for level in levels}
        self.versions: dict[str, list[Version]] = {}
        for version in versions:
            self.versions.setdefault(version.unit_id, []).append(version)
        self._rows: dict[str, UnitRow] = {}
        self._by_code: dict[str, list[Version]] | None = None
        self._by_name: dict[str, list[Version]] | None = None
        self._places: dict[str, int] | None = None

    def by_code(self, code: str) -> list[Version]:
        """Versions with exactly this code."""
        if self._by_code is None:
            self._by_code = _group((version.code, version) for version in self.all())
        return self._by_code.get(code, [])

    def by_name(self, folded_name: str) -> list[Version]:
        """Versions with this folded name (without type word)."""
        if self._by_name is None:
            self._by_name = _group((version.folded_name, version) for version in self.all())
        return self._by_name.get(folded_name, [])

    def place(self, name_vi: str) -> int:
        """Place of a unit's name in the alphabet among the names of all units: the cheap form of `sort_key`."""
        if self._places is None:
            names = sorted({version.name_vi for version in self.all()}, key=sort_key)
            self._places = {name: place for place, name in enumerate(names)}
        return self._places[name_vi]

    def all(self) -> Iterable[Version]:
        """All versions, those of a unit together and oldest first."""
        return (version for versions in self.versions.values() for version in versions)

    def version(self, unit_id: str, on: date | None) -> Version | None:
        """The version of a unit on the map of `on`, or its last one; None when there is none."""
        versions = self.versions.get(unit_id, [])
        if on is None:
            return versions[-1] if versions else None
        day = on.isoformat()
        return next((version for version in versions if version.on(day)), None)

    def row(self, unit_id: str) -> UnitRow | None:
        """The unit as of its last day, or None; made once."""
        row = self._rows.get(unit_id)
        if row is None and unit_id in self.versions:
            row = self._rows[unit_id] = self.versions[unit_id][-1].row()
        return row

    def depth(self, level: str) -> int:
        """Depth of a level."""
        return self.levels[level].depth


def _group(pairs: Iterable[tuple[str, Version]]) -> dict[str, list[Version]]:
    grouped: dict[str, list[Version]] = defaultdict(list)
    for key, version in pairs:
        grouped[key].append(version)
    return dict(grouped)


@per_units_stamp()
def registry() -> Registry:
    """All units, in two queries."""
    # Dates and the truth value come as text: converting fourteen thousand of each takes longer than all the rest.
    rows = (
        UnitVersion.objects.annotate(
            first_text=Cast("unit__first_date", CharField()),
            unit_end_text=Cast("unit__end_date", CharField()),
            from_text=Cast("from_date", CharField()),
            end_text=Cast("end_date", CharField()),
            known_text=Case(When(unit__from_known=True, then=Value("1")), default=Value("")),
        )
        .order_by("unit_id", "from_date")
        .values_list(
            "unit_id", "unit__level_id", "first_text", "unit_end_text", "known_text", "from_text",
            "end_text", "code", "name_vi", "type_vi", "folded", "parent_id",
        )
    )  # fmt: skip
    levels = Level.objects.values_list("code", "depth", "name_vi", "name_en", "territorial")
    return Registry(
        map(Version._make, rows.iterator(chunk_size=20_000)), [LevelRow(*level) for level in levels]
    )


class UnitMap:
    """The map of one day: its units by level (in order of their codes), children, ancestors."""

    def __init__(self, on: date, source: Registry) -> None:
        self.on = on
        self._source = source
        day = on.isoformat()
        self._versions: dict[str, Version] = {}
        self._levels: dict[str, list[str]] = defaultdict(list)
        self._children: dict[str, list[str]] = defaultdict(list)
        for version in sorted((version for version in source.all() if version.on(day)), key=_by_code):
            self._versions[version.unit_id] = version
            self._levels[version.level].append(version.unit_id)
            if version.parent_id is not None:
                self._children[version.parent_id].append(version.unit_id)
        # A page needs a few of ten thousand rows: they are made when they are asked for.
        self._rows: dict[str, UnitRow] = {}
        self._sorted: dict[str, tuple[UnitRow, ...]] = {}

    def _row(self, unit_id: str) -> UnitRow:
        row = self._rows.get(unit_id)
        if row is None:
            row = self._rows[unit_id] = self._versions[unit_id].row()
        return row

    def units(self, level: str) -> tuple[UnitRow, ...]:
        """All units of a level, by code."""
        return tuple(map(self._row, self._levels.get(level, ())))

    def levels(self) -> frozenset[str]:
        """Levels that have a unit on this map."""
        return frozenset(self._levels)

    def children(self, unit_id: str) -> tuple[UnitRow, ...]:
        """Units directly below, in Vietnamese alphabetical order."""
        found = self._sorted.get(unit_id)
        if found is None:
            rows = map(self._row, self._children.get(unit_id, ()))
            found = self._sorted[unit_id] = tuple(
                sorted(rows, key=lambda row: self._source.place(row.name_vi))
            )
        return found

    def count(self, level: str) -> int:
        """How many units a level has; no rows are made for it."""
        return len(self._levels.get(level, ()))

    def count_children(self, unit_id: str) -> int:
        """How many units stand directly below; no rows are made for it."""
        return len(self._children.get(unit_id, ()))

    def get(self, unit_id: str) -> UnitRow | None:
        """The unit on this map, or None."""
        return self._row(unit_id) if unit_id in self._versions else None

    def parents(self, unit_id: str) -> tuple[UnitRow, ...]:
        """Ancestors on this map, nearest first."""
        found: dict[str, UnitRow] = {}
        row = self.get(unit_id)
        while row is not None and row.parent_id is not None and row.parent_id not in found:
            row = self.get(row.parent_id)
            if row is not None:
                found[row.id] = row
        return tuple(found.values())

    def has(self, unit_id: str) -> bool:
        """Whether the unit stands on this map."""
        return unit_id in self._versions


def _by_code(version: Version) -> str:
    return version.code


@per_units_stamp(size=12)
def map_of(on: date) -> UnitMap:
    """The map of a day; callers pass the first day of a stretch without changes, so that few are kept."""
    return UnitMap(on, registry())


class LinkRow(NamedTuple):
    """An arrow of an event: `share` of `from_id` went into `to_id`; None where it is not known."""

    from_id: str | None
    to_id: str | None
    share: Fraction | None
    event: str
    share_source: str = ""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event with its legal act ("unknown" where it is not known) and its arrows."""

    code: str
    date: date
    kind: str
    legal_act: str
    document: str | None
    note: str
    links: tuple[LinkRow, ...]


class Lineage:
    """Who became whom. Renames (an arrow from a unit to itself) are events, but neither succession."""

    def __init__(self, links: Iterable[LinkRow]) -> None:
        self._out: dict[str, list[LinkRow]] = defaultdict(list)
        self._in: dict[str, list[LinkRow]] = defaultdict(list)
        self._events: dict[str, list[str]] = defaultdict(list)
        for link in links:
            old, new = link.from_id, link.to_id
            if old is not None:
                self._events[old].append(link.event)
            if old == new:
                continue
            if old is not None:
                self._out[old].append(link)
            if new is not None:
                self._events[new].append(link.event)
                self._in[new].append(link)

    def successors(self, unit_id: str) -> tuple[LinkRow, ...]:
        """Arrows out of a unit; one without `to_id` says that the unit ended without successor."""
        return tuple(self._out.get(unit_id, ()))

    def predecessors(self, unit_id: str) -> tuple[LinkRow, ...]:
        """Arrows into a unit, by the id of the older unit."""
        return tuple(self._in.get(unit_id, ()))

    def events_of(self, unit_id: str) -> list[EventRow]:
        """Events that touch a unit, oldest first. Two queries."""
        return read_events(set(self._events.get(unit_id, ())))


@per_units_stamp()
def lineage() -> Lineage:
    """All arrows, in one query."""
    rows = UnitLink.objects.order_by("from_unit_id", "to_unit_id", "event_id").values_list(
        "from_unit_id", "to_unit_id", "share", "event_id", "share_source"
    )
    return Lineage(
        LinkRow(from_id, to_id, _share(share), event, source)
        for from_id, to_id, share, event, source in rows.iterator(chunk_size=20_000)
    )


@lru_cache(maxsize=4096)
def _share(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def read_events(codes: Iterable[str]) -> list[EventRow]:
    """Events by code with all their arrows, oldest first."""
    wanted = list(codes)
    links: dict[str, list[LinkRow]] = defaultdict(list)
    for link in UnitLink.objects.filter(event__in=wanted).order_by("from_unit_id", "to_unit_id"):
        row = LinkRow(
            link.from_unit_id, link.to_unit_id, _share(link.share), link.event_id, link.share_source
        )
        links[link.event_id].append(row)
    return [
        EventRow(
            event.code,
            event.date,
            event.kind,
            event.legal_act,
            event.document_id,
            event.note,
            tuple(links[event.code]),
        )
        for event in UnitEvent.objects.filter(code__in=wanted).order_by("date", "code")
    ]
