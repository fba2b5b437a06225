"""Pauses, slots and keys: the rules on plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tamdao.core.jobs import rules
from tamdao.kit.errors import DomainError

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 10), (2, 20), (3, 40), (9, 2560), (10, 3600), (15, 3600), (10_000, 3600)]
)
def test_a_pause_doubles_up_to_an_hour(attempts: int, seconds: int) -> None:
    assert rules.pause(attempts=attempts, spread=0.5) == timedelta(seconds=seconds)
    assert rules.pause(attempts=attempts, spread=0) == timedelta(seconds=seconds * 0.8)
    assert rules.pause(attempts=attempts, spread=1) == timedelta(seconds=seconds * 1.2)


@pytest.mark.parametrize(
    ("due", "now", "following"),
    [
        (NOON, NOON, NOON + HOUR),
        (NOON, NOON + timedelta(minutes=59), NOON + HOUR),
        (NOON, NOON + HOUR, NOON + 2 * HOUR),
        # three missed runs are caught up by the one that is enqueued now
        (NOON, NOON + timedelta(hours=3, minutes=5), NOON + 4 * HOUR),
    ],
)
def test_the_next_slot_lies_on_the_grid_after_now(due: datetime, now: datetime, following: datetime) -> None:
    assert rules.next_slot(due=due, every=HOUR, now=now) == following


def test_due_by_the_clock_or_because_the_clock_was_turned_back() -> None:
    assert rules.is_due(due=NOON, every=HOUR, now=NOON)
    assert not rules.is_due(due=NOON + HOUR, every=HOUR, now=NOON)
    assert rules.is_due(due=NOON + timedelta(days=1), every=HOUR, now=NOON)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('"8e03978e-40d5-43dd-bc93-6894a57f9324"', "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        (" 8e03978e-40d5-43dd-bc93-6894a57f9324 ", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ("x" * 255, "x" * 255),
    ],
)
def test_a_key_is_read_with_and_without_quotation_marks(text: str, key: str) -> None:
    assert rules.check_key(text) == key


@pytest.mark.parametrize("text", ["", '"', "short", "x" * 256, "with space in between", "khóa-chống-lặp-dài"])
def test_keys_that_are_none(text: str) -> None:
    with pytest.raises(DomainError, match="Khóa chống lặp") as refused:
        rules.check_key(text)
    assert refused.value.code == "key_malformed"
