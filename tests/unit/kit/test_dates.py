"""Dates and ages in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tamdao.kit.dates import format_age, format_date, format_datetime, parse_date
from tamdao.kit.errors import DomainError

HANOI = timezone(timedelta(hours=7))


def test_format() -> None:
    assert format_date(date(2025, 7, 1)) == "01/07/2025"
    assert format_datetime(datetime(2025, 7, 1, 8, 5, tzinfo=HANOI)) == "01/07/2025 08:05"


@pytest.mark.parametrize("text", ["01/07/2025", "1/7/2025", "01-07-2025", "2025-07-01", " 01/07/2025 "])
def test_parse(text: str) -> None:
    assert parse_date(text) == date(2025, 7, 1)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "01/07/25",
            "25-07-01",
            "10/25/2024",
            "31/04/2024",
            "29/02/2023",
            "2025-7-1",
            "2025/07/01",
            "01/07-2025",
        ),
        *("01.07.2025", "\uff10\uff11/07/2025", "2025-07-01T00:00", "hôm nay", "0/1/2025", "x" * 300),
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_date(text)
    assert refused.value.code == "date_malformed"
    assert len(refused.value.message.en) < 200


@pytest.mark.parametrize(
    ("then", "vi", "en"),
    [
        ("2026-11-22", "hôm nay", "today"),
        ("2026-11-21", "hôm qua", "yesterday"),
        ("2026-11-23", "ngày mai", "tomorrow"),
        ("2026-11-19", "3 ngày trước", "3 days ago"),
        ("2026-11-25", "3 ngày nữa", "in 3 days"),
        ("2026-09-24", "59 ngày trước", "59 days ago"),
        ("2026-09-22", "2 tháng trước", "2 months ago"),
        ("2026-08-23", "2 tháng trước", "2 months ago"),
        ("2024-11-22", "2 năm trước", "2 years ago"),
        ("2024-11-23", "23 tháng trước", "23 months ago"),
        ("2030-12-31", "4 năm nữa", "in 4 years"),
    ],
)
def test_age_of_a_day(then: str, vi: str, en: str) -> None:
    now = date(2026, 11, 22)
    assert format_age(date.fromisoformat(then), now=now) == vi
    assert format_age(date.fromisoformat(then), now=now, lang="en") == en


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (0, "vừa xong", "just now"),
        (59, "vừa xong", "just now"),
        (60, "1 phút trước", "1 minute ago"),
        (3599, "59 phút trước", "59 minutes ago"),
        (3 * 3600, "3 giờ trước", "3 hours ago"),
        (-2 * 3600, "2 giờ nữa", "in 2 hours"),
        (24 * 3600, "hôm qua", "yesterday"),
        (10 * 24 * 3600, "10 ngày trước", "10 days ago"),
    ],
)
def test_age_of_a_moment(seconds: int, vi: str, en: str) -> None:
    now = datetime(2026, 11, 22, 9, 0, tzinfo=HANOI)
    assert format_age(now - timedelta(seconds=seconds), now=now) == vi
    assert format_age(now - timedelta(seconds=seconds), now=now, lang="en") == en


def test_days_are_counted_in_the_reader_time_zone() -> None:
    now = datetime(2026, 11, 22, 9, 0, tzinfo=HANOI)
    late_evening_utc = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # 01:00 on the 21st in Hà Nội
    assert format_age(late_evening_utc, now=now) == "hôm qua"
    assert format_age(date(2026, 11, 20), now=now) == "2 ngày trước"
