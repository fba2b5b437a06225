"""The tree of units on a map, and one unit in time: versions, events with their acts, where it came from and went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tamdao.core.units.api import UnitRow, find_units, get_unit, unit_map
from tamdao.core.units.models import UnitEvent, UnitLink, UnitVersion
from tamdao.facts import api as facts
from tamdao.facts.api import catalogue
from tamdao.kit.errors import NotFound
from tamdao.kit.messages import Message
from tamdao.kit.text import sort_key

from ..rules.matters import Group
from ..rules.words import PILLARS
from .records import unit_names
from .show import Shown, shown
from .targets import groups_of

MOST_EVENTS = 60


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A unit of the tree with how many units stand below it on the same map."""

    unit: UnitRow
    below: int


def tree_rows(parent: str | None, *, on: date) -> list[TreeRow]:
    """Units below `parent` (None: the top) on the map of `on`, by name."""
    units = unit_map(on)
    rows = (
        units.children(parent)
        if parent
        else sorted(units.units("province"), key=lambda row: sort_key(row.name_vi))
    )
    return [TreeRow(row, units.count_children(row.id)) for row in rows]


def within(unit: UnitRow, *, on: date) -> Message:
    """Names of the units above, nearest first, the country left out: two wards may share a name."""
    above = [row.called for row in unit_map(on).parents(unit.id) if row.level != "country"]
    return Message(", ".join(name.vi for name in above), ", ".join(name.en for name in above))


def level_counts(on: date) -> list[tuple[Message, int]]:
    """How many units of each level are on the map, levels without any left out."""
    units = unit_map(on)
    found = [(name, units.count(code)) for code, name in catalogue().levels.items() if code != "country"]
    return [(name, count) for name, count in found if count]


def existing_day(unit: UnitRow, day: date) -> date:
    """`day` while the unit exists on it, otherwise its first or last day."""
    if day < unit.first_date:
        return unit.first_date
    if unit.end_date is not None and day >= unit.end_date:
        return unit.end_date - timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class Relation:
    """A unit before or after this one, with the part that passed over ("" = not known, "1" = the whole)."""

    unit_id: str
    name: Message
    share: str
    event: str


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Newest figures of a unit in one pillar."""

    pillar: str
    figures: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit."""

    unit: UnitRow
    level: Message
    parents: tuple[UnitRow, ...]
    versions: tuple[UnitVersion, ...]
    events: tuple[UnitEvent, ...]
    before: tuple[Relation, ...]
    after: tuple[Relation, ...]
    children: tuple[TreeRow, ...]
    figures: tuple[FigureGroup, ...]
    groups: tuple[Group, ...]
    day: date

    @property
    def ended(self) -> bool:
        """The unit no longer exists on the newest map."""
        return self.unit.end_date is not None

    @property
    def figure_count(self) -> int:
        """How many figures are known."""
        return sum(len(group.figures) for group in self.figures)


def unit_page(unit_id: str, *, on: date, at: date, sample: bool) -> UnitPage:
    """The unit with its history and what is known of it. Raises NotFound for an id that is on no map."""
    if not find_units(unit_id):
        raise NotFound(
            Message(
                f"Không có đơn vị hành chính mang mã {unit_id[:40]}.",
                f"There is no unit {unit_id[:40]}.",
            ),
            code="unit_unknown",
        )
    unit = get_unit(unit_id)
    day = existing_day(unit, on)
    links = list(
        (
            UnitLink.objects.filter(from_unit=unit_id) | UnitLink.objects.filter(to_unit=unit_id)
        ).select_related("event")
    )
    names = unit_names({name for link in links for name in (link.from_unit_id, link.to_unit_id) if name})
    events = {link.event_id: link.event for link in links}
    return UnitPage(
        unit=unit,
        level=catalogue().levels.get(unit.level, Message(unit.level, unit.level)),
        parents=tuple(reversed(unit_map(day).parents(unit_id))),
        versions=tuple(
            UnitVersion.objects.filter(unit=unit_id)
            .select_related("document", "parent")
            .order_by("from_date")
        ),
        events=tuple(sorted(events.values(), key=lambda event: (event.date, event.code)))[:MOST_EVENTS],
        before=_relations(links, names, unit_id, into=True),
        after=_relations(links, names, unit_id, into=False),
        children=tuple(tree_rows(unit_id, on=day)),
        figures=tuple(_figures(unit, sample=sample)),
        groups=tuple(groups_of(unit, at=at, sample=sample)),
        day=day,
    )


def _relations(
    links: Sequence[UnitLink], names: dict[str, Message], unit_id: str, *, into: bool
) -> tuple[Relation, ...]:
    found = []
    for link in links:
        here, other = (link.to_unit_id, link.from_unit_id) if into else (link.from_unit_id, link.to_unit_id)
        if here == unit_id and other and other != unit_id:
            found.append(Relation(other, names.get(other, Message(other, other)), link.share, link.event_id))
    return tuple(sorted(found, key=lambda relation: sort_key(relation.name.vi)))


def _figures(unit: UnitRow, *, sample: bool) -> list[FigureGroup]:
    """Newest figure of every indicator known for the unit: one query for the periods, one for the values."""
    views = [view for view in facts.list_indicators() if unit.level in view.levels]
    periods = facts.known_periods([(view.code, unit.id) for view in views], sample=sample)
    newest = {
        view.code: periods[(view.code, unit.id)][-1].key
        for view in views
        if periods.get((view.code, unit.id))
    }
    if not newest:
        return []
    found = facts.figures(list(newest), [unit.id], sorted(set(newest.values())), sample=sample)
    groups: dict[str, list[Shown]] = {}
    for view in views:
        if view.code in newest:
            figure = shown(found[(view.code, unit.id, newest[view.code])], view)
            if figure.has_value:
                groups.setdefault(view.pillar, []).append(figure)
    return [FigureGroup(pillar, tuple(groups[pillar])) for pillar in PILLARS if pillar in groups]
