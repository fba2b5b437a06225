"""Writers that wait for a lock must not take every thread from the readers.

SQLite has one writer at a time. When one of them holds the lock for long, each further one would wait in a thread of
its own until none is left and the whole site stands still. So once writers have been waiting for a while and only one
thread is left, a further writer is asked to come again at once; reading goes on.
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
WEB_THREADS = 4
# a command takes a few hundredths of a second; one that has run this long (seconds) is waiting for something
SLOW = 2.0


class CrowdingMiddleware:
    """Counts the writers of this process; `WEB_THREADS` is how many requests it handles at once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._running: dict[int, float] = {}
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in WRITING:
            return self.get_response(request)
        me = threading.get_ident()
        now = time.monotonic()
        with self._lock:
            crowded = len(self._running) >= WEB_THREADS - 1
            if crowded and now - min(self._running.values()) >= SLOW:
                return answer(request, BUSY)
            self._running[me] = now
        try:
            return self.get_response(request)
        finally:
            with self._lock:
                self._running.pop(me, None)
