"""Overdue figures: the promised frequency, a usual delay, what ends together is told together."""

from __future__ import annotations

from datetime import date

import pytest

from tamdao.modules.ioc.rules.overdue import Series, expected_after, list_overdue

AT = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("end", "frequency", "at", "expected"),
    [
        (date(2024, 12, 31), "year", AT, "2025"),
        (date(2025, 12, 31), "year", AT, None),  # 2026 is not over
        (date(2024, 12, 31), "year", date(2026, 3, 31), None),  # the last day of the usual delay
        (date(2024, 12, 31), "year", date(2026, 4, 1), "2025"),
        (date(2026, 6, 30), "quarter", AT, "2026-Q3"),
        (date(2026, 9, 30), "quarter", AT, None),
        (date(2026, 9, 30), "month", AT, "2026-10"),
        (date(2026, 11, 20), "day", AT, None),
        (date(2026, 11, 19), "day", AT, "2026-11-20"),
    ],
)
def test_a_period_is_late_when_it_and_the_delay_are_over(
    end: date, frequency: str, at: date, expected: str | None
) -> None:
    found = expected_after(end, frequency, at)
    assert (found[1].key if found else None) == expected


def series(indicator: str, unit: str, end: date, frequency: str = "year", kind: str = "document") -> Series:
    return Series(indicator, unit, frequency, kind, end)


def test_documents_promise_years_alone() -> None:
    late = date(2025, 3, 31)
    assert list_overdue([series("a", "u", late, "quarter")], AT) == []
    [found] = list_overdue([series("a", "u", late, "quarter", "form")], AT)
    assert (found.newest.key, found.expected.key, found.days) == ("2025-Q1", "2025-Q2", 510)


def test_what_ends_together_for_the_same_units_is_one_line() -> None:
    told = list_overdue(
        [
            series("b", "u", date(2024, 12, 31)),
            series("a", "u", date(2024, 12, 31)),
            series("a", "u", date(2022, 12, 31)),  # an older source of the same series
            series("c", "v", date(2022, 12, 31)),
        ],
        AT,
    )
    assert [(item.indicators, item.unit_ids, item.given_up) for item in told] == [
        (("a", "b"), ("u",), False),
        (("c",), ("v",), True),
    ]


def test_a_series_that_is_on_time_is_not_listed() -> None:
    assert list_overdue([series("a", "u", date(2025, 12, 31))], AT) == []
