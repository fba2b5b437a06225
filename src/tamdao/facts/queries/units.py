"""What facts need of the units: rows by id, who came before and after, and the unit a text names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta

from django.db.models import Count, Max, Q

from tamdao.analytics.mapconv import LinkLike
from tamdao.core.units import api as units_api
from tamdao.core.units.api import UnitRow
from tamdao.core.units.models import Unit
from tamdao.facts import errors
from tamdao.facts.types import UnitName
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .catalogue import IndicatorView
from .memo import Memo
from .stamp import reading, stamp


def links_in(unit_id: str) -> Iterable[LinkLike]:
    """The arrows into a unit."""
    return units_api.lineage().predecessors(unit_id)


def links_out(unit_id: str) -> Iterable[LinkLike]:
    """The arrows out of a unit."""
    return units_api.lineage().successors(unit_id)


def predecessors(unit_ids: Iterable[str]) -> set[str]:
    """The units themselves and all that flowed into them, however long ago."""
    return _closure(unit_ids, lambda unit: (link.from_id for link in links_in(unit)))


def successors(unit_ids: Iterable[str]) -> set[str]:
    """The units themselves and all that they flowed into."""
    return _closure(unit_ids, lambda unit: (link.to_id for link in links_out(unit)))


def _closure(unit_ids: Iterable[str], step: Callable[[str], Iterable[str | None]]) -> set[str]:
    found: set[str] = set()
    todo = list(unit_ids)
    while todo:
        unit = todo.pop()
        if unit not in found:
            found.add(unit)
            todo.extend(other for other in step(unit) if other)
    return found


def named(unit_id: str, on: date | None = None) -> Message:
    """Type and name of a unit, as on the map of `on` where it stands on it; its id where it is unknown."""
    row = units_api.find_row(unit_id, on=on)
    return row.called if row else Message(unit_id, unit_id)


def inside(unit_id: str, on: date | None = None) -> Message:
    """`named` in the middle of a sentence: "tỉnh Phú Thọ"."""
    row = units_api.find_row(unit_id, on=on)
    return row.inside if row else Message(unit_id, unit_id)


def with_id(row: UnitRow) -> Message:
    """ "Tỉnh Phú Thọ (25@2025-07-01)": what can be typed again."""
    called = row.called
    return Message(f"{called.vi} ({row.id})", f"{called.en} ({row.id})")


def find_row(unit_id: str) -> UnitRow | None:
    """The unit with this id, or None."""
    return units_api.find_row(unit_id)


@reading
def unit_name(unit_id: str) -> UnitName:
    """What a page needs of a unit."""
    row = units_api.get_unit(unit_id)
    return UnitName(row.id, row.code, row.name_vi, row.full_name, row.level, row.parent_id)


def resolve(text: str, indicator: IndicatorView, *, on: date | None) -> UnitRow:
    """The unit a text means for this indicator: an id by itself, a code or name among the indicator's levels.

    Raises unit_unknown, unit_ambiguous, unit_not_on_map, map_before_first (core.units) and level_not_measured.
    """
    by_id = "@" in text
    try:
        row = units_api.get_unit(text, on=on, levels=None if by_id else indicator.levels)
    except DomainError as error:
        if error.code != "unit_unknown" or by_id:
            raise
        # the name may exist at another level: then that is what is wrong
        row = units_api.get_unit(text, on=on)
    if row.level not in indicator.levels:
        has = [level_inside(code) for code in indicator.levels]
        raise errors.level_not_measured(
            indicator.name,
            row.called,
            Message(", ".join(name.vi for name in has), ", ".join(name.en for name in has)),
            level_inside(row.level),
        )
    return row


def level_inside(code: str) -> Message:
    """A level inside a sentence: "cấp tỉnh", "province"; the code itself where no such level is known."""
    level = units_api.find_level(code)
    return level.inside if level else Message(f"cấp {code}", code)


_ends: Memo[str, dict[str, date]] = Memo(1)


def level_end(level: str) -> date | None:
    """The first day from which no unit of this level exists any more; None while it has, or never had, one."""
    now = stamp()
    ends = _ends.get(now, "all")
    if ends is None:
        found = Unit.objects.values_list("level").annotate(
            still=Count("pk", filter=Q(end_date__isnull=True)), last=Max("end_date")
        )
        ends = {code: last for code, still, last in found if not still and last is not None}
        _ends.put(now, "all", ends)
    return ends.get(level)


def map_of(row: UnitRow, period_end: date, on: date | None) -> date:
    """The map a figure is read on: the one asked for, else the last day of the period while the unit exists."""
    if on is not None:
        return on
    day = max(period_end, row.first_date)
    return day if row.end_date is None or day < row.end_date else row.end_date - timedelta(days=1)


def among(text: str, *, on: date | None, having: Collection[str]) -> tuple[UnitRow, list[UnitRow]]:
    """The one unit called `text` among `having`, and the others of its level that bear the name too.

    Names and codes are looked up at the levels of `having` first: a ward that happens to bear the name of a province is
    not meant. Raises the refusals of core.units for a text that leads nowhere, to several units, or off the map.
    """
    levels = {row.level for row in map(find_row, having) if row}
    if "@" in text or not levels:
        return units_api.get_unit(text, on=on), []
    rows = units_api.find_units(text, on=on, levels=levels)
    chosen = [row for row in rows if row.id in having] or rows
    if len(chosen) == 1:
        return chosen[0], [row for row in rows if row != chosen[0]]
    if chosen:
        raise units_api.ambiguous(text, chosen, on)
    elsewhere = on is not None and units_api.find_units(text, levels=levels)
    return units_api.get_unit(text, on=on, levels=levels if elsewhere else None), []
