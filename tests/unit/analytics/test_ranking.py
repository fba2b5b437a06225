"""Standard competition ranking, over a complete universe only."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamdao.analytics.ranking import absent, competition_ranks, ranks_over_universe

D = Decimal


@pytest.mark.parametrize(
    ("values", "ranks"),
    [
        ({}, {}),
        ({"a": "1"}, {"a": 1}),
        ({"a": "0.5", "b": "0.7", "c": "0.6"}, {"b": 1, "c": 2, "a": 3}),
        ({"a": "0.5", "b": "0.5", "c": "0.4"}, {"a": 1, "b": 1, "c": 3}),
        (
            {"a": "0.9", "b": "0.5", "c": "0.50", "d": "0.5", "e": "0.1"},
            {"a": 1, "b": 2, "c": 2, "d": 2, "e": 5},
        ),
    ],
)
def test_competition_ranks(values: dict[str, str], ranks: dict[str, int]) -> None:
    assert competition_ranks({key: D(value) for key, value in values.items()}) == ranks


def test_ascending() -> None:
    assert competition_ranks({"a": D(1), "b": D(2), "c": D(1)}, descending=False) == {"a": 1, "c": 1, "b": 3}


def test_only_over_a_complete_universe() -> None:
    assert ranks_over_universe(["a", "b"], {"a": D(1), "b": D(2)}) == {"b": 1, "a": 2}
    assert ranks_over_universe(["a", "b"], {"a": D(1), "b": None}) is None
    assert ranks_over_universe(["a", "b"], {"a": D(1)}) is None
    assert ranks_over_universe([], {}) is None


def test_means_and_national_values_are_never_ranked() -> None:
    assert ranks_over_universe(["a"], {"a": D(1), "mean": D(2)}) == {"a": 1}


def test_who_is_absent() -> None:
    assert absent(["c", "a", "b"], {"a": D(0), "b": None}) == ("c", "b")


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 5).map(D)), st.booleans())
def test_a_rank_is_one_more_than_the_number_of_better_ones(
    values: dict[str, Decimal], descending: bool
) -> None:
    found = competition_ranks(values, descending)
    slow = {
        key: 1 + sum(other > value if descending else other < value for other in values.values())
        for key, value in values.items()
    }
    assert found == slow
