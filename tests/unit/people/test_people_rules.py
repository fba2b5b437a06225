"""What may be lent of a post, on plain values."""

from __future__ import annotations

from datetime import date

from tamdao.core.people import rules
from tamdao.core.people.policy import Capacity, Role

TODAY, MONTH = date(2026, 11, 22), date(2026, 12, 22)


def test_what_is_lent_is_never_a_checking_role_nor_more_than_the_post() -> None:
    post = rules.Period(TODAY)
    problems = rules.lending_problems(
        role=Role.AUDITOR, capacity=Capacity.TUQ, pairs=["post.grant"], period=rules.Period(TODAY, MONTH),
        post=post, document="số 1",
    )  # fmt: skip
    assert {problem.field for problem in problems} >= {"role", "pairs"}
