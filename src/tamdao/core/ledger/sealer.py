"""The process that seals: looks every second, seals what waits; beside it threads take checkpoints to the witnesses."""

from __future__ import annotations

import logging
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.db import Error, close_old_connections, connection
from django.utils import timezone

from tamdao.kit.errors import DomainError

from . import health, sealing, witness
from .acting import acting

PAUSE = 1.0
# a sign of life is written this often while nothing waits; each is one small write
_QUIET = 60.0
# after a failure the next attempt waits longer
_LONGEST_PAUSE = 30.0
# between two batches of a backlog: a writer that waits for SQLite's lock looks this often
_BREATH = 0.1
_log = logging.getLogger("tamdao.ledger")


class Sealer:
    """One loop; `run` returns when `stop` was called."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stopping = threading.Event()
        self._failures = 0
        self._last_pulse = float("-inf")
        self._settled = False

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """End after the batch in hand; also a handler of signals."""
        self._stopping.set()

    def run(self) -> int:
        """Seal until told to stop; returns the exit code."""
        witnesses = witness.configured()
        if not witnesses:
            _log.warning("%s", witness.NONE.text("en"))
        for one in witnesses:
            witness.Courier(one, self._stopping).start()
        with acting(by="system:sealer"):
            while True:
                pause = self.step()
                if self._stopping.wait(pause):
                    return 0

    def step(self) -> float:
        """One look; returns the seconds until the next. Whatever goes wrong is counted and said, and tried again."""
        try:
            if not self._settled:
                sealing.settle()
                self._settled = True
            sealed = 0
            while not self._stopping.is_set() and (part := sealing.seal_batch()):
                sealed += part
                self._pulse(_QUIET / 2)
                if part >= sealing.BATCH:
                    self._stopping.wait(_BREATH)
            self._pulse(0.0 if sealed or self._failures else _QUIET)
        except Exception as error:
            return self._failed(error)
        self._failures = 0
        return PAUSE

    def _pulse(self, after: float) -> None:
        if self._clock() - self._last_pulse >= after:
            health.note_pulse(at=timezone.now())
            self._last_pulse = self._clock()

    def _failed(self, error: Exception) -> float:
        self._failures += 1
        if self._failures == 1:
            known = isinstance(error, (Error, DomainError, OSError, sqlite3.Error))
            _log.error("sealing failed: %s", error, exc_info=None if known else error)
        close_old_connections()
        try:
            health.note_pulse(at=timezone.now(), error=str(error) or type(error).__name__)
        except Error:
            # without a database nothing is approved either
            connection.close()
        return min(PAUSE * 2.0**self._failures, _LONGEST_PAUSE)


def run() -> int:
    """Seal until SIGTERM or SIGINT."""
    sealer = Sealer()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, sealer.stop)
    return sealer.run()
