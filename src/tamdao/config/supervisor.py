"""Starts the processes of an instance and watches them: one that ends is started again, ever more slowly.

The parent does nothing else and holds no data, so it has no reason to fall over. It ends all children when told to
stop, and the kernel ends them should the parent be killed. Each child leads a process group: what a killed child leaves
behind (the workers of a web server) is ended with it, or it would go on answering beside its successor, unwatched.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
# a process that ran this long had started well: its next end begins a new count
SETTLED_AFTER = 60.0
# a process that never settled and ended this often is misconfigured; saying so beats trying for ever
GIVE_UP_AFTER = 6
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Program:
    """A process of the instance: the name in messages and the command that starts it."""

    name: str
    command: tuple[str, ...]


@dataclass(slots=True)
class Backoff:
    """How long to wait before the next start; pure, told the times by its owner."""

    failures: int = 0
    ever_settled: bool = False

    def ended(self, *, ran: float) -> float:
        """Note that the process ended after `ran` seconds; returns the pause before it is started again."""
        if ran >= SETTLED_AFTER:
            self.failures = 0
            self.ever_settled = True
        self.failures += 1
        return float(min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE))

    @property
    def hopeless(self) -> bool:
        """Whether the process never ran well and has ended too often."""
        return not self.ever_settled and self.failures >= GIVE_UP_AFTER


@dataclass(slots=True)
class _Child:
    program: Program
    backoff: Backoff = field(default_factory=Backoff)
    process: subprocess.Popen[bytes] | None = None
    # of the newest process, also after its end
    group: int | None = None
    started: float = 0.0
    due: float = 0.0


class Supervisor:
    """Runs programs until told to stop; `say` gets one line for every start, end and failure."""

    def __init__(
        self, programs: Sequence[Program], *, say: Callable[[str], None], grace: float = 10.0
    ) -> None:
        self.children = [_Child(program) for program in programs]
        self.say = say
        self.grace = grace
        self.stopping = threading.Event()

    def run(self) -> int:
        """Start and watch; 0 after a stop that was asked for, 1 when a program can't be kept running."""
        for wanted in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(wanted, self._stop)
        try:
            while not self.stopping.is_set():
                for child in self.children:
                    if not self._look_after(child):
                        return 1
                self.stopping.wait(0.25)
        finally:
            self._end_all()
        return 0

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _look_after(self, child: _Child) -> bool:
        """Start a child that is due, notice one that ended; False when it is hopeless."""
        now = time.monotonic()
        if child.process is None:
            if now >= child.due:
                # the rest of the group was asked to end a pause ago
                _signal_group(child.group, signal.SIGKILL)
                # this process starts no threads, which is what preexec_fn asks for; the terminal's Ctrl-C goes to the
                # parent alone, which ends its children in order
                child.process = subprocess.Popen(
                    child.program.command,
                    process_group=0,
                    preexec_fn=_tie_to_parent(os.getpid()),  # noqa: PLW1509  (this process starts no threads)
                )
                child.group = child.process.pid
                child.started = now
            return True
        code = child.process.poll()
        if code is None:
            return True
        child.process = None
        _signal_group(child.group, signal.SIGTERM)
        pause = child.backoff.ended(ran=now - child.started)
        child.due = now + pause
        if child.backoff.hopeless:
            self.say(
                f"{child.program.name}: không chạy được, mã thoát {code} · keeps failing, exit code {code}"
            )
            return False
        self.say(
            f"{child.program.name}: dừng với mã {code}, chạy lại sau {pause:.0f} giây · "
            f"ended with code {code}, again in {pause:.0f} s"
        )
        return True

    def _end_all(self) -> None:
        """Ask every child to end, wait `grace` seconds in all, then insist; nothing of their groups is left."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        end = time.monotonic() + self.grace
        for process in running:
            try:
                process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for child in self.children:
            _signal_group(child.group, signal.SIGKILL)


def _signal_group(group: int | None, number: signal.Signals) -> None:
    """Send a signal to what is left of a process group; often nothing is."""
    if group is not None:
        # macOS refuses with PermissionError where only processes are left that have ended
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def _tie_to_parent(parent: int) -> Callable[[], None] | None:
    """What a child does before it becomes its program: ask Linux for SIGTERM when the parent dies."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None, use_errno=True)

    def tie() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            # the parent died between fork and here
            os._exit(1)

    return tie
