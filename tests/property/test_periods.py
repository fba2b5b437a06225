"""Periods tile the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tamdao.kit.periods import Period, PeriodKind

days = st.dates(min_value=date(1901, 1, 1), max_value=date(2198, 12, 31))
kinds = st.sampled_from(list(PeriodKind))
periods = st.builds(Period.containing, days, kinds)


@given(periods)
def test_key_round_trip(period: Period) -> None:
    assert Period.parse(period.key) == period


@given(periods)
def test_neighbours_touch(period: Period) -> None:
    assert period.next().start == period.end + timedelta(days=1)
    assert period.previous().end == period.start - timedelta(days=1)
    assert period.next().previous() == period
    assert period.previous() < period < period.next()


@given(days, kinds)
def test_the_period_of_a_day_contains_it(day: date, kind: PeriodKind) -> None:
    period = Period.containing(day, kind)
    assert period.contains(day)
    assert not period.next().contains(day)
    assert Period.containing(day, PeriodKind.YEAR).contains(period)


@given(periods, periods)
def test_order_is_total(one: Period, other: Period) -> None:
    assert (one < other) + (one == other) + (one > other) == 1


@given(periods)
def test_same_period_last_year(period: Period) -> None:
    before = period.same_last_year()
    assert (before.kind, before.year) == (period.kind, period.year - 1)
    assert before.start.month == period.start.month
