"""Reporting periods of the calendar: year, half-year, quarter, month, day.

A period is written `2024`, `2024-H1`, `2024-Q3`, `2024-10` or `2024-10-05`. A reporting window that differs
from the calendar (from the 15th to the 14th, say) belongs to the indicator and doesn't change the period's
key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import total_ordering

from .dates import format_date
from .errors import DomainError
from .messages import Message

_KEY = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?))?"
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_ROMAN = ("", "I", "II", "III", "IV")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class PeriodKind(StrEnum):
    """The five lengths; the values are those of an indicator's `frequency`."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"


_MONTHS_IN = {PeriodKind.YEAR: 12, PeriodKind.HALF: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """One period: its kind and first day. Made with `parse` or `containing`.

    Sorted by last day, then first day: of two periods the one that ends later is the newer one.
    """

    kind: PeriodKind
    start: date

    def __post_init__(self) -> None:
        if self.start != _first_day(self.kind, self.start):
            raise ValueError(f"{self.start} is not the first day of a {self.kind}")

    @classmethod
    def parse(cls, key: str) -> Period:
        """The period written `key`.

        Raises `DomainError` (unknown_period) for anything else, look-alike digits too.
        """
        found = _KEY.fullmatch(key)
        if found is None or not _FIRST_YEAR <= int(found["year"]) <= _LAST_YEAR:
            raise _unknown(key)
        year = int(found["year"])
        if found["half"]:
            return cls(PeriodKind.HALF, date(year, 6 * int(found["half"]) - 5, 1))
        if found["quarter"]:
            return cls(PeriodKind.QUARTER, date(year, 3 * int(found["quarter"]) - 2, 1))
        if not found["month"]:
            return cls(PeriodKind.YEAR, date(year, 1, 1))
        try:
            start = date(year, int(found["month"]), int(found["day"] or 1))
        except ValueError as error:
            raise _unknown(key) from error
        return cls(PeriodKind.DAY if found["day"] else PeriodKind.MONTH, start)

    @classmethod
    def containing(cls, day: date, kind: PeriodKind | str) -> Period:
        """The period of that kind in which `day` falls."""
        kind = PeriodKind(kind)
        return cls(kind, _first_day(kind, day))

    @property
    def key(self) -> str:
        """The stored and exchanged form, the inverse of `parse`."""
        year = f"{self.start.year:04}"
        match self.kind:
            case PeriodKind.YEAR:
                return year
            case PeriodKind.HALF:
                return f"{year}-H{self.index}"
            case PeriodKind.QUARTER:
                return f"{year}-Q{self.index}"
            case PeriodKind.MONTH:
                return f"{year}-{self.start.month:02}"
            case PeriodKind.DAY:
                return self.start.isoformat()

    @property
    def year(self) -> int:
        return self.start.year

    @property
    def index(self) -> int:
        """Which one of its year: half 1-2, quarter 1-4, month 1-12, day 1-366, year 1."""
        if self.kind is PeriodKind.DAY:
            return self.start.timetuple().tm_yday
        return (self.start.month - 1) // _MONTHS_IN[self.kind] + 1

    @property
    def end(self) -> date:
        """The last day, inclusive."""
        return self.next().start - timedelta(days=1)

    def next(self) -> Period:
        """The period of the same kind that follows."""
        return self._moved(1)

    def previous(self) -> Period:
        """The period of the same kind before (kỳ trước)."""
        return self._moved(-1)

    def same_last_year(self) -> Period:
        """The same period one year earlier (cùng kỳ); 29 February has 28 February."""
        year, day = self.start.year - 1, self.start.day
        if (self.start.month, day) == (2, 29):
            day = 28
        return Period(self.kind, date(year, self.start.month, day))

    def contains(self, other: Period | date) -> bool:
        """Whether the day, or every day of the other period, falls into this one."""
        if isinstance(other, Period):
            return self.start <= other.start and other.end <= self.end
        return self.start <= other <= self.end

    def label(self, lang: str = "vi") -> str:
        """For people: "Năm 2024", "6 tháng đầu năm 2024", "Quý III/2024", "Tháng 10/2024", "05/10/2024"."""
        if self.kind is PeriodKind.DAY:
            return format_date(self.start)
        return (self._english() if lang.lower().startswith("en") else self._vietnamese()).format(
            year=self.year
        )

    def _vietnamese(self) -> str:
        match self.kind:
            case PeriodKind.HALF:
                return f"6 tháng {'đầu' if self.index == 1 else 'cuối'} năm {self.year}"
            case PeriodKind.QUARTER:
                return f"Quý {_ROMAN[self.index]}/{self.year}"
            case PeriodKind.MONTH:
                return f"Tháng {self.index}/{self.year}"
            case _:
                return f"Năm {self.year}"

    def _english(self) -> str:
        match self.kind:
            case PeriodKind.HALF:
                return f"H{self.index} {self.year}"
            case PeriodKind.QUARTER:
                return f"Q{self.index} {self.year}"
            case PeriodKind.MONTH:
                return f"{_MONTHS_EN[self.index - 1]} {self.year}"
            case _:
                return str(self.year)

    def _moved(self, steps: int) -> Period:
        if self.kind is PeriodKind.DAY:
            return Period(self.kind, self.start + timedelta(days=steps))
        months = self.start.year * 12 + self.start.month - 1 + steps * _MONTHS_IN[self.kind]
        return Period(self.kind, date(months // 12, months % 12 + 1, 1))

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.end, self.start) < (other.end, other.start)

    def __str__(self) -> str:
        return self.key


def _first_day(kind: PeriodKind, day: date) -> date:
    if kind is PeriodKind.DAY:
        return day
    length = _MONTHS_IN[kind]
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def _unknown(key: str) -> DomainError:
    shown = key if len(key) <= 40 else f"{key[:40]}…"
    return DomainError(
        Message(
            f"Không hiểu kỳ “{shown}”. Cách ghi: 2024, 2024-H1, 2024-Q3, 2024-10 hoặc 2024-10-05.",
            f"Unknown period “{shown}”. Write 2024, 2024-H1, 2024-Q3, 2024-10 or 2024-10-05.",
        ),
        code="unknown_period",
        status=422,
    )
