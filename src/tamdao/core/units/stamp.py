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
from typing import Generic, ParamSpec, TypeVar

from django.db import connection
from django.db.models import Max

from .models import UnitLink, UnitVersion

Stamp = tuple[Hashable, ...]
P = ParamSpec("P")
T = TypeVar("T")

_sources: list[Callable[[], Hashable]] = []
_clearers: list[Callable[[], None]] = []
_held: ContextVar[Stamp | None] = ContextVar("held_stamp", default=None)


def register_stamp(source: Callable[[], Hashable]) -> None:
    """Let `source`, a function that reads the newest change, decide how long caches live. Twice is once."""
    if source not in _sources:
        _sources.append(source)


def stamp() -> Stamp:
    """What the records are at: the database and the newest change. One small query, none inside `held`."""
    return _held.get() or _read()


def _read() -> Stamp:
    newest = tuple(source() for source in _sources) or (
        UnitVersion.objects.aggregate(newest=Max("id"))["newest"],
        UnitLink.objects.aggregate(newest=Max("id"))["newest"],
    )
    return connection.vendor, str(connection.settings_dict["NAME"]), *newest


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

    def __init__(self, compute: Callable[P, T], size: int) -> None:
        self._compute = compute
        self._size = size
        self._stamp: Stamp | None = None
        self._results: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()
        # one lock per result being computed: after an install all readers come at once, one of them computes.
        # Results need each other in one direction only, so these locks can't wait for each other in a circle.
        self._working: dict[Hashable, threading.Lock] = {}
        _clearers.append(self.clear)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        now = stamp()
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
        return PerStamp(compute, size)

    return wrap


def forget() -> None:
    """Drop everything kept in this process (tests, and after work that the change list does not see)."""
    for clear in _clearers:
        clear()
