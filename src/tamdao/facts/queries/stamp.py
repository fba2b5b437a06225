"""The change stamp: the newest row of the change list, by which everything kept in memory is keyed.

The stamp carries more than the row's number, because a rolled-back transaction may give the number
again to another change. It is read once per page or command (`held`), in one small query.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db.models import Q

from tamdao.core.units.api import held, stamp
from tamdao.facts.models import FactChange

__all__ = ["Stamp", "newest_change", "newest_row", "reading", "stamp"]

Stamp = tuple[Hashable, ...]
V = TypeVar("V")
P = ParamSpec("P")
_ROW = ("id", "at", "kind", "key", "rows")


def newest_row() -> Stamp:
    """The newest row of the change list, as a key; core.units asks for it when it reads the stamp."""
    row = FactChange.objects.order_by("-id").values_list(*_ROW).first()
    return () if row is None else tuple(row)


def units_same_since(row: Hashable) -> bool:
    """Whether no change after `row`, an earlier newest row, is one of units; one query over the newer rows.

    False as well when that row is gone: then it was read inside a transaction that was rolled back.
    """
    if not isinstance(row, tuple) or not row:
        return False
    newer = FactChange.objects.filter(id__gte=row[0]).filter(Q(kind="unit") | Q(id=row[0])).order_by("id")
    return [tuple(one) for one in newer.values_list(*_ROW)[:2]] == [row]


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
