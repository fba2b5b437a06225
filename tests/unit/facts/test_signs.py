"""Signs of combined approximate values: a truth table."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tamdao.facts.queries import signs
from tamdao.facts.queries.formulas import formula


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("==", "="), ("=>", ">"), (">>", ">"), ("=g", ">="), ("g>", ">"), ("=<", "<"), ("=l", "<="), ("<>", "~"),
        ("=~", "~"), (">~", "~"), ("gl", "~"),
    ],
)  # fmt: skip
def test_sums(given: str, expected: str) -> None:
    names = {"g": ">=", "l": "<="}
    assert signs.of_sum([names.get(sign, sign) for sign in given]) == expected


@pytest.mark.parametrize(
    ("given", "top", "expected"),
    [
        (["=", "="], [True, False], "="),
        ([">", "="], [True, False], ">"),
        ([">", "="], [False, True], ">="),
        (["<", "="], [False, True], "="),
        (["<", "="], [True, False], "<"),
        (["<", "<="], [True, True], "<="),
        (["~", "="], [False, True], "~"),
    ],
)
def test_the_largest(given: list[str], top: list[bool], expected: str) -> None:
    assert signs.of_max(given, top) == expected


def test_weights_and_formulas() -> None:
    assert signs.of_weighted([">", "="], ["=", "="]) == ">"
    assert signs.of_weighted(["=", "="], ["=", "~"]) == "~"
    assert signs.of_formula(["=", "="], adds_only=False) == "="
    assert signs.of_formula(["=", ">"], adds_only=True) == ">"
    assert signs.of_formula(["=", ">"], adds_only=False) == "~"


@pytest.mark.parametrize(
    ("sign", "inputs", "expected"),
    [
        ("~", [(">", "trên"), ("<", "dưới")], signs.EITHER_WAY),
        ("~", [(">", "trên"), ("=", "")], signs.EITHER_WAY),
        ("~", [("~", "gần"), ("=", "")], ""),
        ("~", [("~", signs.EITHER_WAY), ("=", "")], signs.EITHER_WAY),
        (">", [(">", "hơn"), ("=", "")], ""),
        ("=", [("=", "")], ""),
    ],
)
def test_nobody_said_about_where_bounds_meet(sign: str, inputs: list[tuple[str, str]], expected: str) -> None:
    assert signs.word(sign, inputs) == expected


@pytest.mark.parametrize(
    ("text", "zero"),
    [
        ("percent(a, b)", True), ("percent(b, a)", False), ("a * b", True), ("b * a", True), ("a / b", True),
        ("b / a", False), ("a + b", False), ("a - a", True), ("sum(a, a)", True), ("per(a, b, 1000)", True),
        ("-a", True), ("b * 0", True), ("b", False), ("if(a = 0, b, a)", False),
    ],
)  # fmt: skip
def test_zero_by_an_exact_input_stays_zero(text: str, zero: bool) -> None:
    assert formula(text).is_surely_zero({"a": Fraction(0)}) is zero
