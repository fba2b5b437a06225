"""The change stamp: the newest row of the change list, by which everything kept in memory is keyed.

The stamp carries more than the row's number, because a rolled-back transaction may give the number
again to another change. It is read once per page or command (`held`), in one small query.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

from tamdao.core.units.api import held, stamp
from tamdao.facts.models import FactChange

__all__ = ["Stamp", "newest_change", "newest_row", "reading", "stamp"]

Stamp = tuple[Hashable, ...]
V = TypeVar("V")
P = ParamSpec("P")


def newest_row() -> Stamp:
    """The newest row of the change list, as a key; core.units asks for it when it reads the stamp."""
    row = FactChange.objects.order_by("-id").values_list("id", "at", "kind", "key", "rows").first()
    return () if row is None else tuple(row)


def newest_change() -> int:
    """Number of the newest change, 0 on an empty instance."""
    return FactChange.objects.order_by("-id").values_list("id", flat=True).first() or 0


def reading(function: Callable[P, V]) -> Callable[P, V]:
    """Decorator of queries: the stamp is read once for everything inside."""

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> V:
        with held():
            return function(*args, **kwargs)

    return inside
