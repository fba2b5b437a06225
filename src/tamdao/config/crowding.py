"""Writers that wait for a lock must not take every thread from the readers.

SQLite has one writer at a time. When one of them holds the lock for long, each further one would wait in a thread of
its own until none is left and the whole site stands still. So some threads are the readers' alone: a writer too many
waits for a moment, as in every burst, and is then asked to come again; once writers are known to be stuck, at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from tamdao.config.once import WRITING
from tamdao.config.unavailable import BUSY, answer

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# how many requests one web process handles at once; `tamdao serve` starts it with as many threads
WEB_THREADS = 6
MOST_WRITERS = WEB_THREADS - 2
# seconds: a command takes a few hundredths; one that has run this long is waiting for something
SLOW = 2.0
# seconds that a writer too many may keep a thread while it waits for the others
PATIENCE = 0.5


class CrowdingMiddleware:
    """Lets at most `MOST_WRITERS` writers of this process run at once; readers pass freely."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._running: dict[int, float] = {}
        self._room = threading.Condition()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in WRITING:
            return self.get_response(request)
        me = threading.get_ident()
        with self._room:
            if not self._room.wait_for(self._has_room, timeout=0 if self._is_stuck() else PATIENCE):
                return answer(request, BUSY)
            self._running[me] = time.monotonic()
        try:
            return self.get_response(request)
        finally:
            with self._room:
                self._running.pop(me, None)
                self._room.notify()

    def _has_room(self) -> bool:
        return len(self._running) < MOST_WRITERS

    def _is_stuck(self) -> bool:
        return bool(self._running) and time.monotonic() - min(self._running.values()) >= SLOW
