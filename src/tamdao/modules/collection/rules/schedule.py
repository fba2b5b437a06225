"""When a report is about what, and due when: windows, cut-offs, staggered deadlines (Decree 09/2019 Art. 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tamdao.core.calendar.rules import Workdays
from tamdao.kit.periods import Period

_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Window:
    """The days a reporting period covers: it begins on `first_day` of a month, `shift` months from the calendar's.

    (1, 0) is the calendar itself; (15, -1) makes October last from 15 September to 14 October.
    """

    first_day: int = 1
    shift: int = 0

    def of(self, period: Period) -> tuple[date, date]:
        """First and last day, both inclusive."""
        return self._begin(period), self._begin(period.next()) - timedelta(days=1)

    def _begin(self, period: Period) -> date:
        months = period.start.year * _MONTHS_A_YEAR + period.start.month - 1 + self.shift
        return date(months // _MONTHS_A_YEAR, months % _MONTHS_A_YEAR + 1, self.first_day)


@dataclass(frozen=True, slots=True)
class Limits:
    """The cut-off in days after the window's last day, the same for all; deadlines in working days after the
    cut-off, by level; entry opens so many days before the cut-off."""

    cutoff_days: int
    deadline_days: Mapping[str, int]
    open_days: int


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of one round. `deadlines` by level; after the last of them the round closes."""

    first: date
    last: date
    cutoff: date
    opens: date
    deadlines: Mapping[str, date]

    @property
    def closes(self) -> date:
        """The last deadline of all levels."""
        return max(self.deadlines.values())


def dates(period: Period, window: Window, limits: Limits, calendar: Workdays) -> Dates:
    """The dates of the round of a period. A cut-off is a day as such; a deadline always falls on a working day."""
    first, last = window.of(period)
    cutoff = last + timedelta(days=limits.cutoff_days)
    deadlines = {level: calendar.add(cutoff, days) for level, days in limits.deadline_days.items()}
    return Dates(first, last, cutoff, cutoff - timedelta(days=limits.open_days), deadlines)


def staggered(depths: Mapping[str, int], limits: Limits) -> bool:
    """Whether deeper levels are due before those they report to: commune before department before province."""
    ordered = sorted(limits.deadline_days, key=lambda level: -depths[level])
    days = [limits.deadline_days[level] for level in ordered]
    return all(
        earlier < later or depths[one] == depths[other]
        for earlier, later, one, other in zip(days, days[1:], ordered, ordered[1:], strict=False)
    )


def days_left(today: date, due: date, calendar: Workdays) -> int:
    """Working days left, today not counted; 0 on the last day, negative when late."""
    return calendar.between(today, due)
