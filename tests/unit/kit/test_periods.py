"""Reporting periods."""

from __future__ import annotations

from datetime import date

import pytest

from tamdao.kit.errors import DomainError
from tamdao.kit.periods import Period, PeriodKind

# key|kind|first day|last day|previous|next|same period last year|Vietnamese|English
PERIODS = """
2024|year|2024-01-01|2024-12-31|2023|2025|2023|Năm 2024|2024
2024-H1|half|2024-01-01|2024-06-30|2023-H2|2024-H2|2023-H1|6 tháng đầu năm 2024|H1 2024
2024-H2|half|2024-07-01|2024-12-31|2024-H1|2025-H1|2023-H2|6 tháng cuối năm 2024|H2 2024
2024-Q1|quarter|2024-01-01|2024-03-31|2023-Q4|2024-Q2|2023-Q1|Quý I/2024|Q1 2024
2024-Q3|quarter|2024-07-01|2024-09-30|2024-Q2|2024-Q4|2023-Q3|Quý III/2024|Q3 2024
2024-10|month|2024-10-01|2024-10-31|2024-09|2024-11|2023-10|Tháng 10/2024|October 2024
2024-02|month|2024-02-01|2024-02-29|2024-01|2024-03|2023-02|Tháng 2/2024|February 2024
2024-12|month|2024-12-01|2024-12-31|2024-11|2025-01|2023-12|Tháng 12/2024|December 2024
2024-10-05|day|2024-10-05|2024-10-05|2024-10-04|2024-10-06|2023-10-05|05/10/2024|05/10/2024
2024-02-29|day|2024-02-29|2024-02-29|2024-02-28|2024-03-01|2023-02-28|29/02/2024|29/02/2024
"""


@pytest.mark.parametrize("row", PERIODS.strip().splitlines())
def test_period(row: str) -> None:
    key, kind, start, end, previous, following, last_year, vi, en = (cell.strip() for cell in row.split("|"))
    period = Period.parse(key)
    assert (period.key, str(period), period.kind.value) == (key, key, kind)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
    assert (period.previous().key, period.next().key) == (previous, following)
    assert period.same_last_year().key == last_year
    assert (period.label(), period.label("en")) == (vi, en)


@pytest.mark.parametrize(
    "key",
    [
        *(
            "",
            "24",
            "02024",
            "0024",
            "1899",
            "2200",
            "2024-",
            "2024-H3",
            "2024-H0",
            "2024-Q5",
            "2024-Q0",
            "2024-q3",
        ),
        *(
            "2024Q3",
            "2024-13",
            "2024-00",
            "2024-1",
            "2024-02-30",
            "2023-02-29",
            "2024-10-5",
            "2024/10",
            " 2024",
        ),
        *("2024\n", "\uff12\uff10\uff12\uff14", "\u0662\u0660\u0662\u0664", "2024-10-05T00:00", "x" * 500),
    ],
)
def test_unknown_period(key: str) -> None:
    with pytest.raises(DomainError) as refused:
        Period.parse(key)
    assert refused.value.code == "unknown_period"
    assert "2024-Q3" in refused.value.message.vi
    assert len(refused.value.message.vi) < 200


def test_contains() -> None:
    year, quarter, month = Period.parse("2024"), Period.parse("2024-Q3"), Period.parse("2024-09")
    assert year.contains(quarter)
    assert quarter.contains(month)
    assert quarter.contains(quarter)
    assert not month.contains(quarter)
    assert not Period.parse("2024-H1").contains(quarter)
    assert quarter.contains(date(2024, 9, 30))
    assert not quarter.contains(date(2024, 10, 1))


def test_order_is_by_end_and_then_by_start() -> None:
    keys = ["2023", "2024-H1", "2024-Q2", "2024-06", "2024-06-30", "2024-Q3", "2024", "2024-12", "2024-12-31"]
    periods = sorted(Period.parse(key) for key in reversed(keys))
    assert [period.key for period in periods] == keys
    assert max(periods).key == "2024-12-31"
    assert Period.parse("2024") >= Period.parse("2024")
    with pytest.raises(TypeError):
        assert Period.parse("2024") < "2025"


def test_containing_a_day() -> None:
    day = date(2024, 11, 22)
    keys = [Period.containing(day, kind).key for kind in PeriodKind]
    assert keys == ["2024", "2024-H2", "2024-Q4", "2024-11", "2024-11-22"]
    assert Period.containing(day, "quarter") == Period.parse("2024-Q4")


def test_a_period_starts_on_its_first_day() -> None:
    with pytest.raises(ValueError, match="first day"):
        Period(PeriodKind.QUARTER, date(2024, 2, 1))


def test_equal_periods_are_one_key() -> None:
    assert len({Period.parse("2024-Q4"), Period.parse("2024-Q4"), Period.parse("2024-H2")}) == 2


def test_index_in_the_year() -> None:
    assert [Period.parse(key).index for key in ("2024", "2024-H2", "2024-Q3", "2024-10", "2024-03-01")] == [
        *(1, 2, 3, 10, 61)
    ]
    assert Period.parse("2024-Q3").year == 2024
