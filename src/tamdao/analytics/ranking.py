"""Ranks: standard competition ranking (1, 1, 3), only over a complete universe.

Ties are told by the value as displayed, so the caller rounds first: two provinces shown with the same score
never stand on different places. The ministry's own lists rank so (15, 15, 17 in 2022; 59, 59, 61 in 2023).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal


def competition_ranks(values: Mapping[str, Decimal], descending: bool = True) -> dict[str, int]:
    """Rank of each key, best first: 1 + the number of keys that are strictly better."""
    ranks: dict[str, int] = {}
    ordered = sorted(values.items(), key=lambda item: (item[1], item[0]), reverse=descending)
    for position, (key, value) in enumerate(ordered, start=1):
        before = ordered[position - 2] if position > 1 else None
        ranks[key] = ranks[before[0]] if before is not None and before[1] == value else position
    return ranks


def absent(universe: Collection[str], values: Mapping[str, Decimal | None]) -> tuple[str, ...]:
    """Members of `universe` without a value, in the order given."""
    return tuple(key for key in universe if values.get(key) is None)


def ranks_over_universe(
    universe: Collection[str], values: Mapping[str, Decimal | None], descending: bool = True
) -> dict[str, int] | None:
    """Ranks of all members; None when the universe is empty or not complete: a place among some is none.

    Values of keys outside the universe (means, national values) are left out and never ranked.
    """
    known = {key: value for key in universe if (value := values.get(key)) is not None}
    if not known or len(known) != len(set(universe)):
        return None
    return competition_ranks(known, descending)
