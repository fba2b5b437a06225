"""Whether the database can be written, learned by writing: a tiny row, and not more often than is worth knowing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import Error, OperationalError, connection
from django.utils import timezone

from .models import Pulse

# A load balancer asks every second and the disk is written every five: each web process on its own.
EVERY = 5.0
# after a failure look again soon, so that a mended instance takes readers again
AFTER_FAILURE = 1.0
# another writer may hold the lock this long (the installation of a big pack) without the instance being ill
BUSY_FOR = 60.0
# milliseconds that a health check may itself wait for the lock
PATIENCE = 500


@dataclass(slots=True)
class Heart:
    """Remembers the last attempt of this process; times are monotonic seconds."""

    monotonic: Callable[[], float] = time.monotonic
    error: Error | None = None
    _asked: float = float("-inf")
    _wrote: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> None:
        """Return when the database was written lately; raises the database's own error when it can't be."""
        with self._lock:
            now = self.monotonic()
            if now - self._asked >= (EVERY if self.error is None else AFTER_FAILURE):
                self._asked = now
                self._write(now)
            if self.error is not None:
                raise self.error

    def _write(self, now: float) -> None:
        if self._wrote == float("-inf"):
            # the time before the first write counts from the first question
            self._wrote = now - EVERY
        try:
            write()
        except Error as error:
            busy = is_busy(error) and now - self._wrote < BUSY_FOR
            self.error = None if busy else error
        else:
            self.error = None
            self._wrote = now


def write() -> None:
    """Write the row `web`, waiting no longer than `PATIENCE` for another writer."""
    # reads first: a database that is gone says so here
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout")
            (before,) = cursor.fetchone()
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
            try:
                _write_row()
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {before}")
        else:
            _write_row()


def _write_row() -> None:
    Pulse.objects.update_or_create(name="web", defaults={"at": timezone.now()})


def is_busy(error: Error) -> bool:
    """Whether another writer held the lock for too long; nothing is broken then."""
    codes = {getattr(error.__cause__, name, None) for name in ("sqlite_errorcode", "sqlstate")}
    # SQLITE_BUSY and SQLITE_LOCKED with their extended codes; PostgreSQL's lock_not_available and deadlock_detected
    primary = {code & 0xFF for code in codes if isinstance(code, int)}
    return isinstance(error, OperationalError) and bool(
        primary & {5, 6} or codes & {"55P03", "40P01", "40001", "57014"}
    )


heart = Heart()
