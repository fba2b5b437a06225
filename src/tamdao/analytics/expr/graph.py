"""Formulas that use formulas: is there an order in which all can be computed?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter


def find_cycle(graph: Mapping[str, Iterable[str]]) -> tuple[str, ...] | None:
    """One cycle of `graph` (name → the names it needs), or None.

    Reads as a chain of needs that ends where it began, `("a", "b", "a")`: a needs b, b needs a. It starts at
    its smallest name, so that the same graph always gives the same words.
    """
    try:
        _sorter(graph).prepare()
    except CycleError as error:
        # graphlib lists what is needed before what needs it; first and last are the same.
        ring = list(reversed(error.args[1]))[:-1]
        first = ring.index(min(ring))
        return (*ring[first:], *ring[:first], ring[first])
    return None


def evaluation_order(graph: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """All names of `graph`, each after the names it needs; raises `ValueError` where there is a cycle."""
    return tuple(_sorter(graph).static_order())


def _sorter(graph: Mapping[str, Iterable[str]]) -> TopologicalSorter[str]:
    return TopologicalSorter({name: sorted(graph[name]) for name in sorted(graph)})
