"""The change stamp: caches of what is derived from records live exactly as long as it stays the same.

Whoever keeps the list of changes registers how to read its newest entry (`register_stamp`, called once from
an AppConfig). Until someone does, the newest rows of the units themselves serve.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

from django.db import connection
from django.db.models import Max

from .models import UnitLink, UnitVersion

Stamp = tuple[Hashable, ...]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Source:
    read: Callable[[], Hashable]
    units_same_since: Callable[[Hashable], bool] | None


_sources: list[_Source] = []
_clearers: list[Callable[[], None]] = []
_held: ContextVar[Stamp | None] = ContextVar("held_stamp", default=None)


def register_stamp(
    source: Callable[[], Hashable], *, units_same_since: Callable[[Hashable], bool] | None = None
) -> None:
    """Let `source`, a function that reads the newest change, decide how long caches live. Twice is once.

    `units_same_since`: whether nothing that changed after an earlier answer of `source` concerns the units. The map,
    the largest part of what is kept, then outlives every published figure; without it any change ends it.
    """
    if all(source != known.read for known in _sources):
        _sources.append(_Source(source, units_same_since))


def stamp() -> Stamp:
    """What the records are at: the database and the newest change. One small query, none inside `held`."""
    return _held.get() or _read()


def _read() -> Stamp:
    newest = tuple(source.read() for source in _sources) or (
        UnitVersion.objects.aggregate(newest=Max("id"))["newest"],
        UnitLink.objects.aggregate(newest=Max("id"))["newest"],
    )
    return connection.vendor, str(connection.settings_dict["NAME"]), *newest


# the stamp seen last, and the stamp at which the units were last changed as far as this process knows
_units_seen: tuple[Stamp, Stamp] | None = None


def units_stamp() -> Stamp:
    """What the units are at: a stamp that stays while only other records change. One more query after a change."""
    global _units_seen  # noqa: PLW0603  # one pair, replaced whole
    now, seen = stamp(), _units_seen
    if seen is not None and seen[0] == now:
        return seen[1]
    since = seen[1] if seen is not None and _same_units(seen[0], now) else now
    _units_seen = now, since
    return since


def _same_units(then: Stamp, now: Stamp) -> bool:
    """Whether no source of the stamp knows of a change of units between two stamps of one database."""
    if not _sources or len(then) != len(now) or then[:2] != now[:2]:
        return then == now
    return all(
        old == new or (source.units_same_since is not None and source.units_same_since(old))
        for source, old, new in zip(_sources, then[2:], now[2:], strict=True)
    )


@contextmanager
def held() -> Iterator[None]:
    """Read the stamp once for everything inside: one page, one command, one whole-array computation.

    Nothing inside may write and then expect to read what it wrote through a cache.
    """
    if _held.get() is not None:
        yield
        return
    token = _held.set(_read())
    try:
        yield
    finally:
        _held.reset(token)


class PerStamp(Generic[P, T]):
    """A function of hashable arguments whose results are kept while the stamp stays the same; thread-safe.

    At most `size` results are kept, the least recently used go first.
    """

    def __init__(self, compute: Callable[P, T], size: int, read: Callable[[], Stamp]) -> None:
        self._compute = compute
        self._read = read
        self._size = size
        self._stamp: Stamp | None = None
        self._results: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()
        # one lock per result being computed: after an install all readers come at once, one of them computes.
        # Results need each other in one direction only, so these locks can't wait for each other in a circle.
        self._working: dict[Hashable, threading.Lock] = {}
        _clearers.append(self.clear)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        now = self._read()
        key = (args, tuple(sorted(kwargs.items())) if kwargs else ())
        with self._lock:
            if self._stamp == now and key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
            working = self._working.setdefault((now, key), threading.Lock())
        with working:
            try:
                return self._once(now, key, *args, **kwargs)
            finally:
                with self._lock:
                    self._working.pop((now, key), None)

    def _once(self, now: Stamp, key: Hashable, *args: P.args, **kwargs: P.kwargs) -> T:
        """The result another thread has just kept, else computed and kept."""
        with self._lock:
            if self._stamp == now and key in self._results:
                return self._results[key]
        result = self._compute(*args, **kwargs)
        with self._lock:
            if self._stamp != now:
                self._results.clear()
                self._stamp = now
            self._results[key] = result
            while len(self._results) > self._size:
                self._results.popitem(last=False)
        return result

    def clear(self) -> None:
        """Forget every result."""
        with self._lock:
            self._results.clear()
            self._stamp = None


def per_stamp(size: int = 1) -> Callable[[Callable[P, T]], PerStamp[P, T]]:
    """Decorator: keep up to `size` results of a function until anything changes."""

    def wrap(compute: Callable[P, T]) -> PerStamp[P, T]:
        return PerStamp(compute, size, stamp)

    return wrap


def per_units_stamp(size: int = 1) -> Callable[[Callable[P, T]], PerStamp[P, T]]:
    """Decorator: keep up to `size` results of a function that reads units alone until units change."""

    def wrap(compute: Callable[P, T]) -> PerStamp[P, T]:
        return PerStamp(compute, size, units_stamp)

    return wrap


def forget() -> None:
    """Drop everything kept in this process (tests, and after work that the change list does not see)."""
    global _units_seen  # noqa: PLW0603  # one pair, replaced whole
    _units_seen = None
    for clear in _clearers:
        clear()
