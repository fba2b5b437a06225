"""Figures that are overdue: the period after the newest one has ended, a usual delay has passed, nothing came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tamdao.kit.periods import Period

# Days after the end of a period within which nobody calls its figure late. Catalogues promise a frequency, no day of
# publication, so these are the house's own.
GRACE: Mapping[str, int] = {"day": 1, "month": 15, "quarter": 30, "half": 45, "year": 90}
# Documents that speak of a month or quarter once promise no next one; systems and forms do, and so do yearly results.
PROMISING = frozenset({"machine", "form"})
# Days after which a series has rather been given up than is late.
GIVEN_UP = 730


@dataclass(frozen=True, slots=True)
class Series:
    """How far an indicator goes for a unit of today."""

    indicator: str
    unit_id: str
    frequency: str
    source_kind: str
    end: date


@dataclass(frozen=True, slots=True)
class Overdue:
    """Indicators of the same units whose figures end with the same period."""

    newest: Period
    expected: Period
    days: int
    indicators: tuple[str, ...]
    unit_ids: tuple[str, ...]

    @property
    def given_up(self) -> bool:
        """Nothing new for so long that nobody seems to publish it any more."""
        return self.days > GIVEN_UP


def expected_after(end: date, frequency: str, at: date) -> tuple[Period, Period] | None:
    """Newest period and the one that should be there by `at`; None while nothing is late."""
    newest = Period.containing(end, frequency)
    due = newest.next()
    return (newest, due) if at > due.end + timedelta(days=GRACE[frequency]) else None


def list_overdue(series: Iterable[Series], at: date) -> list[Overdue]:
    """What is late on the day `at`: series that end together and concern the same units are told together.

    The most recent misses first: a series that stopped years ago has probably been given up.
    """
    newest: dict[tuple[str, str], Series] = {}
    for one in series:
        if one.source_kind not in PROMISING and one.frequency != "year":
            continue
        known = newest.get((one.indicator, one.unit_id))
        if known is None or known.end < one.end:
            newest[one.indicator, one.unit_id] = one
    late: dict[tuple[str, Period, Period], list[str]] = {}
    for one in newest.values():
        found = expected_after(one.end, one.frequency, at)
        if found is not None:
            late.setdefault((one.indicator, *found), []).append(one.unit_id)
    groups: dict[tuple[Period, Period, tuple[str, ...]], list[str]] = {}
    for (indicator, last, due), units in late.items():
        groups.setdefault((last, due, tuple(sorted(units))), []).append(indicator)
    told = [
        Overdue(last, due, (at - due.end).days, tuple(sorted(indicators)), units)
        for (last, due, units), indicators in groups.items()
    ]
    return sorted(told, key=lambda item: (item.days, -len(item.unit_ids), item.indicators))
