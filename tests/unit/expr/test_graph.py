"""Formulas that use formulas."""

from __future__ import annotations

import pytest

from tamdao.analytics.expr import evaluation_order, find_cycle


@pytest.mark.parametrize(
    ("graph", "cycle"),
    [
        ({}, None),
        ({"a": ["b", "c"], "b": ["c"]}, None),
        ({"a": ["a"]}, ("a", "a")),
        ({"c": ["a"], "b": ["c"], "a": ["b"], "x": ["a"]}, ("a", "b", "c", "a")),
    ],
)
def test_find_cycle(graph: dict[str, list[str]], cycle: tuple[str, ...] | None) -> None:
    assert find_cycle(graph) == cycle


def test_a_long_chain_needs_no_recursion() -> None:
    chain = {f"i{n:05}": [f"i{n + 1:05}"] for n in range(20_000)}
    assert find_cycle(chain) is None
    cycle = find_cycle({**chain, "i20000": ["i00000"]})
    assert cycle is not None
    assert (cycle[0], cycle[1], cycle[-1]) == ("i00000", "i00001", "i00000")


def test_evaluation_order() -> None:
    assert evaluation_order({"a": ["b", "c"], "b": ["c"]}) == ("c", "b", "a")
    with pytest.raises(ValueError, match="cycle"):
        evaluation_order({"a": ["a"]})
