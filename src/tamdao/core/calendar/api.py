"""Working days for everyone else: the calendar of a unit, deadlines, days left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tamdao.core.units import api as units
from tamdao.kit.messages import Message

from . import national
from .models import CalendarDay
from .rules import Workdays

__all__ = ["DayName", "Workdays", "list_days", "workdays"]


@dataclass(frozen=True, slots=True)
class DayName:
    """A day off, or a weekend day that is worked, with its name and the document that says so."""

    day: date
    works: bool
    name: Message
    document: str


def workdays(first: date, last: date, *, unit_id: str | None = None) -> Workdays:
    """The working days of the years of `first` to `last`, at a unit or for the whole country. One query."""
    years = range(first.year, last.year + 1)
    off = {day for year in years for day in national.workdays_of(year).off}
    worked = {day for year in years for day in national.workdays_of(year).worked}
    for row in _rows(years, unit_id):
        (off if row.works else worked).discard(row.day)
        (worked if row.works else off).add(row.day)
    return Workdays(frozenset(off), frozenset(worked))


def list_days(year: int, *, unit_id: str | None = None) -> list[DayName]:
    """The days of a year that differ from the plain week, by date; what a document says outweighs the library."""
    found = {
        day: DayName(day, False, name, "") for day, name in national.names_of(year).items()
    }  # fmt: skip
    for day in national.workdays_of(year).worked:
        found[day] = DayName(day, True, Message("Ngày làm việc hoán đổi", "Exchanged working day"), "")
    for row in _rows([year], unit_id):
        name = Message(row.name_vi, row.name_en or row.name_vi)
        found[row.day] = DayName(row.day, row.works, name, row.document)
    return [found[day] for day in sorted(found)]


def _rows(years: Iterable[int], unit_id: str | None) -> list[CalendarDay]:
    """What documents say, the nearest unit last: it has the last word."""
    wanted = set(years)
    places = _above(unit_id)
    rows = CalendarDay.objects.filter(day__year__in=wanted)
    here = [row for row in rows if row.unit_id is None or row.unit_id in places]
    return sorted(here, key=lambda row: -1 if row.unit_id is None else places[row.unit_id])


def _above(unit_id: str | None) -> dict[str, int]:
    """The unit and those above it → how near they are; the farthest has 0."""
    chain: list[str] = []
    while unit_id is not None and unit_id not in chain:
        chain.append(unit_id)
        row = units.find_row(unit_id)
        unit_id = row.parent_id if row else None
    return {unit: place for place, unit in enumerate(reversed(chain))}
