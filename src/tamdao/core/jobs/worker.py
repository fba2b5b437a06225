"""The background worker: one task after the other; beside it a thread renews its lease and one carries the outbox.

A task may run more than once (its worker died, or was stopped), so tasks are written to be repeated. Waiting costs one
indexed read a second and takes no lock.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from traceback import format_exception
from types import FrameType
from typing import Any, cast

from django.db import Error, close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult

from tamdao.core.ledger.acting import acting

from . import leases, schedule
from .models import TaskLease
from .progress import Interrupted, stopping
from .relay import Relay

log = logging.getLogger(__name__)


class Worker:
    """Works until told to stop; `lease` is how long a dead worker's task waits for another one."""

    def __init__(self, *, interval: float = 1.0, lease: timedelta = leases.LENGTH) -> None:
        self.name = f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.interval = interval
        self.lease = lease
        self.relay = Relay()
        # the task this worker is at, for the thread that renews its lease
        self._task: uuid.UUID | None = None

    def run(self) -> None:
        """Until SIGTERM or SIGINT: the task at hand is finished first, unless it reports and so can be interrupted."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        # two threads: a mail server that answers slowly must not cost a running task its lease
        beside = [threading.Thread(target=target, daemon=True) for target in (self._beat, self._keep)]
        for thread in beside:
            thread.start()
        with acting(by="system:worker"):
            while not stopping.is_set():
                if not self._safely(self.work_once):
                    stopping.wait(self.interval)
        for thread in beside:
            thread.join(timeout=5)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        stopping.set()

    def _beat(self) -> None:
        """Renews the lease of the task at hand, also while the worker waits for that task to end."""
        while not stopping.is_set() or self._task is not None:
            if self._task is not None:
                self._safely(self._renew)
            time.sleep(min(1.0, self.lease.total_seconds() / 8))
        connection.close()

    def _renew(self) -> bool:
        task, now = self._task, timezone.now()
        # the task may have ended since the question
        lease = None if task is None else TaskLease.objects.filter(task=task).first()
        # a write only when half of the promise is used up
        if lease is not None and not now + self.lease / 2 < lease.until <= now + self.lease:
            leases.renew(task=lease.task, worker=self.name, at=now, length=self.lease)
        return False

    def _keep(self) -> None:
        """The outbox every `interval`; recurring work and the tasks of dead workers every few seconds."""
        next_look = 0.0
        with acting(by="system:relay"):
            while not stopping.is_set():
                self._safely(self._carry)
                if time.monotonic() >= next_look:
                    next_look = time.monotonic() + min(5.0, self.lease.total_seconds() / 4)
                    self._safely(self._look_round)
                stopping.wait(self.interval)
        connection.close()

    def _carry(self) -> bool:
        self.relay.step()
        return False

    def _look_round(self) -> bool:
        now = timezone.now()
        leases.recover(at=now, length=self.lease)
        schedule.enqueue_due(at=now)
        return False

    def _safely(self, what: Callable[[], bool]) -> bool:
        """A database that is away or busy must not end the worker: it waits and asks again."""
        close_old_connections()
        try:
            return what()
        except Error as error:
            log.warning("%s: %s", what.__name__, error)
            if not connection.in_atomic_block:
                connection.close()
            return False

    def work_once(self) -> bool:
        """Run one task that is ready; False when there is none."""
        ready = DBTaskResult.objects.ready().filter(backend_name="default")
        # asked without a lock; claiming takes the write lock only when there is something to claim
        if not ready.exists():
            return False
        with transaction.atomic():
            row = ready.select_for_update(skip_locked=True).first()
            if row is None:
                return False
            row.claim(self.name)
            leases.take(task=row.id, worker=self.name, at=timezone.now(), length=self.lease)
        self._task = row.id
        try:
            self._run(row)
        finally:
            self._task = None
        return True

    def _run(self, row: DBTaskResult) -> None:  # type: ignore[type-arg]  # a task of any kind
        try:
            task, result = row.task, row.task_result
            context = (TaskContext(task_result=cast(Any, result)),) if task.takes_context else ()
            with acting(by="system:worker", event=f"task {row.task_path}", request=str(row.id)):
                value = normalize_json(task.call(*context, *result.args, **result.kwargs))
        except Interrupted:
            self._end(row, status=TaskResultStatus.READY)
        except Exception as error:
            log.exception("task %s (%s) failed", row.id, row.task_path)
            self._end(row, status=TaskResultStatus.FAILED, error=error)
        else:
            self._end(row, status=TaskResultStatus.SUCCESSFUL, value=value)

    def _end(
        self,
        row: DBTaskResult,  # type: ignore[type-arg]  # a task of any kind
        *,
        status: TaskResultStatus,
        value: object = None,
        error: Exception | None = None,
    ) -> None:
        """Note the outcome, as long as the lease is still ours: a worker that was thought dead writes nothing."""
        kind = type(error)
        with transaction.atomic():
            ours, _ = TaskLease.objects.filter(task=row.id, worker=self.name).delete()
            if not ours:
                log.warning("task %s went to another worker; this outcome is dropped", row.id)
                return
            DBTaskResult.objects.filter(id=row.id, status=TaskResultStatus.RUNNING).update(
                status=status,
                finished_at=None if status == TaskResultStatus.READY else timezone.now(),
                return_value=value,
                exception_class_path="" if error is None else f"{kind.__module__}.{kind.__qualname__}",
                traceback="" if error is None else "".join(format_exception(error)),
            )
