"""Working days on plain sets, and what the library says of the years that were announced."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamdao.core.calendar import national
from tamdao.core.calendar.rules import Workdays

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
CALENDARS = st.builds(Workdays, st.frozensets(DAYS, max_size=30), st.frozensets(DAYS, max_size=8))


def test_a_week_without_more() -> None:
    plain = Workdays()
    assert [plain.works(MONDAY + timedelta(number)) for number in range(7)] == [True] * 5 + [False] * 2
    assert plain.add(FRIDAY, 1) == MONDAY
    assert plain.add(MONDAY, -1) == FRIDAY
    assert plain.add(date(2026, 11, 21), 0) == MONDAY
    assert plain.between(FRIDAY, MONDAY) == 1
    assert plain.between(MONDAY, FRIDAY) == -1
    assert plain.between(MONDAY, MONDAY) == 0


def test_days_off_and_exchanged_days_count() -> None:
    tet = national.workdays_of(2026)
    # 16 to 20 February 2026 is Tết
    assert tet.add(date(2026, 2, 13), 1) == date(2026, 2, 23)
    assert tet.between(date(2026, 2, 13), date(2026, 2, 23)) == 1
    assert tet.works(date(2026, 8, 22))
    assert not tet.works(date(2026, 8, 31))
    assert national.names_of(2026)[date(2026, 11, 24)].vi == "Ngày Văn hóa Việt Nam"


def test_a_day_that_is_off_and_exchanged_is_worked() -> None:
    assert Workdays(frozenset({MONDAY}), frozenset({MONDAY})).works(MONDAY)


@given(CALENDARS, DAYS, st.integers(1, 40))
def test_adding_and_counting_agree(calendar: Workdays, day: date, count: int) -> None:
    later, earlier = calendar.add(day, count), calendar.add(day, -count)
    assert calendar.works(later)
    assert calendar.works(earlier)
    assert calendar.between(day, later) == count
    if calendar.works(day):
        assert calendar.add(later, -count) == day
        assert calendar.between(earlier, day) == count


@pytest.mark.parametrize("year", range(2020, 2031))
def test_every_year_keeps_new_year_and_national_day(year: int) -> None:
    names = national.names_of(year)
    assert sum(day.weekday() < 5 for day in names) >= 8
    assert date(year, 1, 1) in names
    assert date(year, 9, 2) in names
