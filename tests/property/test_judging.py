"""Whatever is given, a judgement is made and does not contradict itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tamdao.facts.rules.target_values import Comparator, Direction, Sign, read_range
from tamdao.facts.rules.targets import Actual, Base, Promise, judge, satisfies
from tamdao.kit.periods import Period

DEADLINE = date(2025, 12, 31)
BEFORE, AFTER = date(2025, 3, 1), date(2026, 11, 22)

numbers = st.integers(-300, 300).map(lambda number: Decimal(number) / 10)


@given(
    st.sampled_from([">=", ">", "<=", "<", "=", "exactly", "keep"]),
    st.sampled_from(["up", "down", "none"]),
    st.sampled_from(["=", "~", ">", ">=", "<", "<="]),
    numbers,
    numbers,
    st.none() | numbers,
    st.sampled_from(["2019", "2024", "2025", "2026"]),
    st.sampled_from([BEFORE, DEADLINE, AFTER]),
)
def test_judging_never_fails_and_never_contradicts_itself(
    comparator: Comparator,
    direction: Direction,
    sign: Sign,
    value: Decimal,
    threshold: Decimal,
    start: Decimal | None,
    period: str,
    at: date,
) -> None:
    asked = Promise(comparator, threshold, direction, DEADLINE)
    result = Actual(Period.parse(period), value, sign)
    found = judge(
        asked, at=at, actual=result, base=None if start is None else Base(start, date(2020, 12, 31))
    )
    verdict = satisfies(asked, read_range(value, sign))
    assert found.reason.vi.endswith(".")
    assert found.gap is None or found.gap >= 0
    if found.state == "met":
        assert verdict is True
        assert found.gap == 0
    if found.state == "missed":
        assert verdict is False
        assert at > DEADLINE
    if found.state in {"on_course", "behind"}:
        assert at <= DEADLINE
        assert verdict is not True
    if found.state == "on_course":
        assert start is not None
