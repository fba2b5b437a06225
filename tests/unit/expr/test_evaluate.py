"""Values: exact numbers, missing inputs, division by zero, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tamdao.analytics.expr import Boolean, Call, InputValue, Name, State, evaluate, holds, parse
from tamdao.kit.errors import DomainError

VALUES: Mapping[str, InputValue] = {"a": 6, "b": Decimal("2.5"), "c": Fraction(1, 3), "zero": 0, "none": None}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + b - c", Fraction(49, 6)),
        ("a * b / c", Fraction(45)),
        ("-a - -a", Fraction(0)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("c + c + c", Fraction(1)),
        ("min(a, b, c)", Fraction(1, 3)),
        ("max(a, b, c)", Fraction(6)),
        ("sum(a, b)", Fraction(17, 2)),
        ("mean(a, b)", Fraction(17, 4)),
        ("abs(b - a)", Fraction(7, 2)),
        ("round(b, 0)", Fraction(3)),
        ("round(-b, 0)", Fraction(-3)),
        ("round(c, 2)", Fraction(33, 100)),
        ("percent(1440, 1823)", Fraction(144000, 1823)),
        ("per(a, 3000, 1000)", Fraction(2)),
        ("if(a > b, a, none)", Fraction(6)),
        ("if(a < b, none / zero, b)", Fraction(5, 2)),
        ("coalesce(none, zero, a)", Fraction(0)),
        ("coalesce(a / zero, none, b)", Fraction(5, 2)),
        ("if(is_missing(none), 1, 2)", Fraction(1)),
    ],
)
def test_values(text: str, value: Fraction) -> None:
    result = evaluate(parse(text), VALUES)
    assert result.value == value
    assert isinstance(result.value, Fraction)
    assert (result.state, result.reason, result.missing) == (State.VALUE, None, frozenset())


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("none", {"none"}),
        ("unheard_of", {"unheard_of"}),
        ("none * 0", {"none"}),
        ("none - none", {"none"}),
        ("sum(a, none, gone)", {"none", "gone"}),
        ("mean(none, a)", {"none"}),
        ("min(none, a)", {"none"}),
        ("round(none, 2)", {"none"}),
        ("if(none > 0, 1, 1)", {"none"}),
        ("coalesce(none, gone)", {"none", "gone"}),
        ("percent(none, zero)", {"none"}),
        ("none + a / zero", {"none"}),
    ],
)
def test_what_lacks_an_input_is_missing_and_never_zero(text: str, missing: set[str]) -> None:
    result = evaluate(parse(text), VALUES)
    assert result.value is None
    assert result.state is State.MISSING
    assert result.missing == missing
    assert result.reason is not None
    assert result.reason.vi == f"Thiếu số liệu: {', '.join(sorted(missing))}."


@pytest.mark.parametrize(
    ("text", "divisor"),
    [
        ("a / zero", "zero"),
        ("a / (b - 2.5)", "b - 2.5"),
        ("percent(a, zero)", "zero"),
        ("per(a, zero, 1000)", "zero"),
    ],
)
def test_division_by_zero_is_a_state_with_a_reason(text: str, divisor: str) -> None:
    result = evaluate(parse(text), VALUES)
    assert (result.value, result.state) == (None, State.DIVISION_BY_ZERO)
    assert result.reason is not None
    assert result.reason.en == f"Cannot divide: {divisor} is 0."


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        *[
            ("a = 6", True),
            ("a != 6", False),
            ("b >= 2.5", True),
            ("b > 2.5", False),
            ("c < b", True),
            ("c <= 0", False),
        ],
        *[("not a = 6", False), ("true", True), ("is_missing(none)", True), ("is_missing(zero)", False)],
        *[
            ("is_missing(a / zero)", True),
            ("coalesce(none > 1, true)", True),
            ("if(true, false, true)", False),
        ],
        # one side that decides is enough, on whichever side it stands
        *[("false and none > 1", False), ("none > 1 and false", False), ("true or none > 1", True)],
        *[("none > 1 or true", True), ("zero != 0 and a / zero > 2", False)],
    ],
)
def test_conditions(text: str, truth: bool) -> None:
    verdict = holds(parse(text), VALUES)
    assert verdict.value is truth
    assert verdict.reason is None


@pytest.mark.parametrize(
    "text", ["none > 1", "not none > 1", "true and none > 1", "none > 1 and true", "false or none > 1"]
)
def test_a_condition_that_cannot_be_decided(text: str) -> None:
    verdict = holds(parse(text), VALUES)
    assert (verdict.value, verdict.state, verdict.missing) == (None, State.MISSING, frozenset({"none"}))


def test_a_condition_over_a_zero_divisor() -> None:
    verdict = holds(parse("a / zero > 1"), VALUES)
    assert (verdict.value, verdict.state) == (None, State.DIVISION_BY_ZERO)


def test_numbers_and_conditions_are_not_mixed_up() -> None:
    with pytest.raises(DomainError, match="một số"):
        evaluate(parse("a > b"), VALUES)
    with pytest.raises(DomainError, match="một điều kiện"):
        holds(parse("a + b"), VALUES)


@pytest.mark.parametrize("value", [1.5, True, "1.5"])
def test_only_exact_numbers_enter(value: Any) -> None:
    with pytest.raises(TypeError, match="exact number"):
        evaluate(Name("x"), {"x": value})


def test_a_tree_made_by_a_program_evaluates_too() -> None:
    assert evaluate(Call("if", (Boolean(value=True), Name("a"), Name("b"))), VALUES).value == 6
