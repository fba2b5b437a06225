"""Signs of combined approximate values: a truth table."""

from __future__ import annotations

import pytest

from tamdao.facts.queries import signs


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
