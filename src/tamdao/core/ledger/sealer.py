"""The process that seals: looks every second, seals what waits, takes checkpoints to the witnesses."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from tamdao.kit.errors import DomainError

from . import health, sealing, witness
from .acting import acting

PAUSE = 1.0
# a sign of life is written this often while nothing waits; each is one small write
_QUIET = 60.0
# the second folder gets a checkpoint at most this often
_WITNESS = 10.0
# after a failure the next attempt waits longer
_LONGEST_PAUSE = 30.0
_log = logging.getLogger("tamdao.ledger")


class Sealer:
    """One loop; `run` returns when `stop` was called."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stopping = threading.Event()
        self._failures = 0
        self._last_pulse = float("-inf")
        self._last_witness = float("-inf")
        self._witnessed = ""
        self._warned: set[str] = set()

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """End after the batch in hand; also a handler of signals."""
        self._stopping.set()

    def run(self) -> int:
        """Seal until told to stop; returns the exit code."""
        with acting(by="system:sealer"):
            while not self._stopping.is_set():
                pause = self.step()
                self._stopping.wait(pause)
        return 0

    def step(self) -> float:
        """One look; returns the seconds until the next."""
        try:
            sealed = 0
            while not self._stopping.is_set() and (part := sealing.seal_batch()):
                sealed += part
            if sealed or self._failures or self._clock() - self._last_pulse >= _QUIET:
                health.note_pulse(at=timezone.now())
                self._last_pulse = self._clock()
        except (DatabaseError, DomainError, OSError, ValueError) as error:
            return self._failed(error)
        self._failures = 0
        self._witness()
        return PAUSE

    def _failed(self, error: Exception) -> float:
        self._failures += 1
        if self._failures == 1:
            _log.error("sealing failed: %s", error)
        close_old_connections()
        try:
            health.note_pulse(at=timezone.now(), error=str(error) or type(error).__name__)
        except DatabaseError:
            # without a database nothing is approved either
            connection.close()
        return min(PAUSE * 2.0**self._failures, _LONGEST_PAUSE)

    def _witness(self) -> None:
        if self._clock() - self._last_witness < _WITNESS:
            return
        self._last_witness = self._clock()
        with connection.cursor() as cursor:
            cursor.execute("SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
            found = cursor.fetchone()
        if found is None or found[0] == self._witnessed:
            return
        warnings = {problem.text("en") for problem in witness.deliver(found[0])}
        for sentence in warnings - self._warned:
            _log.warning("witness: %s", sentence)
        self._warned = warnings
        if not warnings:
            self._witnessed = found[0]


def run() -> int:
    """Seal until SIGTERM or SIGINT."""
    sealer = Sealer()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, sealer.stop)
    return sealer.run()
