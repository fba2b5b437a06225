"""Windows, cut-offs and deadlines of rounds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamdao.core.calendar import national
from tamdao.core.calendar.rules import Workdays
from tamdao.kit.periods import Period, PeriodKind
from tamdao.modules.collection.rules.schedule import Limits, Window, dates, days_left, staggered

LIMITS = Limits(0, {"commune": 2, "department": 4, "province": 6}, 10)
DEPTHS = {"province": 1, "department": 2, "commune": 2}


@pytest.mark.parametrize(
    ("window", "period", "first", "last"),
    [
        (Window(), "2026-10", "2026-10-01", "2026-10-31"),
        (Window(15, -1), "2026-10", "2026-09-15", "2026-10-14"),
        (Window(15, -1), "2026-01", "2025-12-15", "2026-01-14"),
        (Window(15, -1), "2026-Q1", "2025-12-15", "2026-03-14"),
        (Window(15, -1), "2026-H2", "2026-06-15", "2026-12-14"),
        (Window(15, -1), "2026", "2025-12-15", "2026-12-14"),
    ],
)
def test_windows(window: Window, period: str, first: str, last: str) -> None:
    assert window.of(Period.parse(period)) == (date.fromisoformat(first), date.fromisoformat(last))


def test_deadlines_are_working_days_after_one_cut_off() -> None:
    """A month that ends before Tết 2026: 16 to 20 February are off."""
    found = dates(Period.parse("2026-02"), Window(15, -1), LIMITS, national.workdays_of(2026))
    assert found.cutoff == date(2026, 2, 14)
    assert found.opens == date(2026, 2, 4)
    assert found.deadlines == {
        "commune": date(2026, 2, 24),
        "department": date(2026, 2, 26),
        "province": date(2026, 3, 2),
    }
    assert found.closes == date(2026, 3, 2)
    assert days_left(date(2026, 2, 13), found.deadlines["commune"], national.workdays_of(2026)) == 2
    assert days_left(date(2026, 2, 25), found.deadlines["commune"], national.workdays_of(2026)) == -1


def test_levels_are_due_from_below() -> None:
    assert staggered({"province": 1, "commune": 2}, limits(commune=2, province=5))
    assert not staggered({"province": 1, "commune": 2}, limits(commune=5, province=5))
    assert staggered(DEPTHS, limits(commune=4, department=4, province=6))


def limits(**days: int) -> Limits:
    return Limits(0, days, 0)


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR]),
    st.builds(Window, st.integers(1, 28), st.integers(-1, 1)),
)
def test_windows_follow_each_other_without_gap(day: date, kind: PeriodKind, window: Window) -> None:
    period = Period.containing(day, kind)
    first, last = window.of(period)
    assert first <= last
    assert window.of(period.next())[0] == last + timedelta(days=1)


@given(st.dates(date(2025, 1, 1), date(2027, 10, 1)), st.integers(0, 5), st.integers(0, 20))
def test_deadlines_work_and_never_come_before_the_cut_off(day: date, cutoff: int, days: int) -> None:
    calendar = Workdays(frozenset({date(2026, 1, 1)}))
    found = dates(Period.containing(day, "month"), Window(), Limits(cutoff, {"commune": days}, 3), calendar)
    assert calendar.works(found.deadlines["commune"])
    assert found.last <= found.cutoff <= found.deadlines["commune"]
