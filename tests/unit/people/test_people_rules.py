"""What may be lent of a post, on plain values."""

from __future__ import annotations

from datetime import date

import pytest

from tamdao.core.people import rules
from tamdao.core.people.policy import Capacity, Role

TODAY, MONTH = date(2026, 11, 22), date(2026, 12, 22)


def day(number: int) -> date:
    return date(2026, 1, number)


@pytest.mark.parametrize(
    ("before", "after", "gap"),
    [
        ([], [], None),
        ([(1, None)], [(1, None)], None),
        ([(1, None)], [], 5),
        ([(1, None)], [(1, 9)], 9),
        ([(1, None)], [(9, None)], 5),
        ([(1, 8), (6, None)], [(1, 8)], 8),
        ([(1, 8), (6, None)], [(6, None)], 5),
        ([(1, 8), (7, None)], [(1, 7), (7, None)], None),
        # nobody was there either: not this change's doing
        ([(1, 8)], [(1, 8)], None),
        ([(1, 8), (9, None)], [(9, None)], 5),
        ([(9, None)], [(9, 9)], 9),
        ([(1, 4)], [], None),
    ],
)
def test_the_first_day_that_a_change_leaves_uncovered(
    before: list[tuple[int, int | None]], after: list[tuple[int, int | None]], gap: int | None
) -> None:
    def periods(pairs: list[tuple[int, int | None]]) -> list[rules.Period]:
        return [rules.Period(day(start), day(end) if end else None) for start, end in pairs]

    found = rules.first_uncovered(periods(before), periods(after), since=day(5))
    assert found == (day(gap) if gap else None)
    # the slow way: every day of the month
    slow = [
        one
        for one in map(day, range(5, 31))
        if any(p.covers(one) for p in periods(before)) and not any(p.covers(one) for p in periods(after))
    ]
    assert found == (slow[0] if slow else None)


def test_what_is_lent_is_never_a_checking_role_nor_more_than_the_post() -> None:
    post = rules.Period(TODAY)
    problems = rules.lending_problems(
        role=Role.AUDITOR, capacity=Capacity.TUQ, pairs=["post.grant"], period=rules.Period(TODAY, MONTH),
        post=post, document="số 1",
    )  # fmt: skip
    assert {problem.field for problem in problems} >= {"role", "pairs"}
