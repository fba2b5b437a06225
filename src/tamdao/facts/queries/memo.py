"""What is kept between two changes. No Django: the stamp is whatever the caller says it is.

Derived values are never stored: they are computed on read and kept in the process for as long as the newest row of
the change list stays the same.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Stamp = tuple[Hashable, ...]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_clearers: list[Callable[[], None]] = []


class Memo(Generic[K, V]):
    """Values kept while the stamp stays the same; at most `size`, the least recently used go first. Thread-safe."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._stamp: Stamp | None = None
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()
        _clearers.append(self.clear)

    def get(self, now: Stamp, key: K) -> V | None:
        """The value kept under `key` since `now`, or None."""
        with self._lock:
            if self._stamp != now or key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, now: Stamp, key: K, value: V) -> None:
        """Keep `value`; whatever was kept under another stamp is dropped."""
        with self._lock:
            if self._stamp != now:
                self._values.clear()
                self._stamp = now
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._stamp = None


def forget() -> None:
    """Drop every kept value of this process (tests, and after work outside the change list)."""
    for clear in _clearers:
        clear()
