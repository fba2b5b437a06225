"""How a task tells how far it is and learns that it should stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .models import Work
from .services import works

# set by the worker when it was told to stop: long tasks end at their next report and are run again later
stopping = threading.Event()
_CANCELLED = Message("Đã dừng theo yêu cầu.", "Stopped as asked.")
_DONE = Message("Đã xong.", "Done.")
_FAILED = Message(
    "Không hoàn thành được; đơn vị quản trị đã có bản ghi.",
    "It could not be finished; the administrators have it on record.",
)


class Cancelled(Exception):
    """The owner of the work wants it to stop; the task lets this pass."""


class Interrupted(Exception):
    """The worker is being stopped; the task lets this pass and is run again from its start."""


@dataclass(slots=True)
class Progress:
    """The task's side of a `Work`. `result` is the path at which the owner sees what came out."""

    work: UUID
    result: str = ""
    # a database write for each percent would be dearer than most work
    every: float = 1.0
    monotonic: Callable[[], float] = time.monotonic
    _last: float = field(default=float("-inf"))

    def say(self, percent: int, step: Message) -> None:
        """Report `percent` of 100 and the present step. Raises Cancelled or Interrupted at a good moment to stop."""
        if stopping.is_set():
            raise Interrupted
        now = self.monotonic()
        if now - self._last < self.every:
            return
        self._last = now
        if not works.report(work=self.work, percent=percent, step=step, at=timezone.now()):
            raise Cancelled


@contextmanager
def follow(work: UUID) -> Iterator[Progress]:
    """The block in which a task does the work; its end is noted however it comes."""
    progress = Progress(work)
    try:
        yield progress
    except Cancelled:
        works.end(work=work, state=Work.State.CANCELLED, at=timezone.now(), step=_CANCELLED)
    except Interrupted:
        raise
    except DomainError as refused:
        works.end(work=work, state=Work.State.FAILED, at=timezone.now(), step=refused.message)
        raise
    except Exception:
        works.end(work=work, state=Work.State.FAILED, at=timezone.now(), step=_FAILED)
        raise
    else:
        works.end(work=work, state=Work.State.DONE, at=timezone.now(), step=_DONE, result=progress.result)
