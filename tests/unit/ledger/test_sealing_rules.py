"""Failed sealing is counted in running time; a clock stands in for the hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tamdao.core.ledger.rules import Sealing, blocks, count
from tamdao.core.ledger.times import read, stamp, went_back

START = datetime(2026, 11, 26, 8, tzinfo=UTC)
LIMIT = timedelta(hours=4)


def failing(state: Sealing, *, since: datetime, hours: float) -> tuple[Sealing, datetime]:
    """Signs of life every five minutes, all of them failures."""
    at = since
    for _ in range(int(hours * 12)):
        at += timedelta(minutes=5)
        state = count(state, at=at, failed=True)
    return state, at


def test_hours_of_failure_block_and_a_success_ends_them() -> None:
    state, at = failing(Sealing(last_pulse=START), since=START, hours=4)
    assert state.failing == LIMIT
    assert not blocks(state, limit=LIMIT)
    state, at = failing(state, since=at, hours=0.1)
    assert blocks(state, limit=LIMIT)
    assert not blocks(count(state, at=at, failed=False), limit=LIMIT)


def test_time_switched_off_is_not_counted() -> None:
    state, at = failing(Sealing(last_pulse=START), since=START, hours=3)
    monday = at + timedelta(days=2)
    state = count(state, at=monday, failed=True)
    assert state.failing == timedelta(hours=3)
    state, _ = failing(state, since=monday, hours=1)
    assert state.failing == timedelta(hours=4)


def test_a_clock_that_jumps_adds_nothing() -> None:
    state = count(Sealing(timedelta(hours=1), START), at=START - timedelta(days=1), failed=True)
    assert state.failing == timedelta(hours=1)
    state = count(state, at=START + timedelta(days=300), failed=True)
    assert state.failing == timedelta(hours=1)


def test_the_first_sign_of_life_starts_the_count() -> None:
    assert count(Sealing(), at=START, failed=True) == Sealing(timedelta(), START)


def test_times_are_texts_that_sort_and_an_hour_of_difference_is_tolerated() -> None:
    text = stamp(START)
    assert text == "2026-11-26T08:00:00.000Z"
    assert read(text) == START
    assert not went_back("", text)
    assert not went_back(text, stamp(START - timedelta(minutes=59)))
    assert went_back(text, stamp(START - timedelta(minutes=61)))
