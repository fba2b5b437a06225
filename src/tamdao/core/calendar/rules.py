"""Working days: counted on plain sets of dates, without a clock or a database.

Monday to Friday are worked unless the day is off; a Saturday or Sunday is worked only where it was exchanged for
another day. A period counted in working days begins with the working day after its first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Workdays:
    """Days off that are no weekend, and weekend days that are worked. A day in both is worked."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether offices work on this day."""
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)

    def next(self, day: date) -> date:
        """The day itself where it is worked, else the first worked day after it."""
        while not self.works(day):
            day += _DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; before it where `count` is negative; `next(day)` for 0."""
        if count == 0:
            return self.next(day)
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day += step
            while not self.works(day):
                day += step
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative where `last` comes first."""
        if last < first:
            return -self.between(last, first)
        return sum(self.works(first + _DAY * number) for number in range(1, (last - first).days + 1))
