"""Circles in a graph of references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter


def find_circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Circles as lists of nodes, first = last, each node in at most one; empty when there are none."""
    left = {node: set(targets) for node, targets in graph.items()}
    circles: list[list[str]] = []
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            # the sorter lists each node before the one that depends on it: turned round, the arrows point forward
            circle: list[str] = list(reversed(error.args[1]))
            circles.append(circle)
            for node in circle:
                left.pop(node, None)
        else:
            return circles
