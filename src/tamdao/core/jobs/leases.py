"""Tasks of workers that died are found by their lease and run again.

django_tasks_db marks a task RUNNING when a worker takes it and has no word for a worker that never comes back: the task
would stay RUNNING for ever. A lease beside it, renewed while the worker lives, tells the difference.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .models import TaskLease

LENGTH = timedelta(seconds=60)
# a task that took this many workers with it is not given a sixth
MOST_WORKERS = 5
DIED = "tamdao.core.jobs.leases.WorkerDied"
log = logging.getLogger(__name__)


class WorkerDied(Exception):
    """What stands in the result of a task whose workers all died."""


def take(*, task: UUID, worker: str, at: datetime, length: timedelta = LENGTH) -> None:
    """Begin a lease; in the transaction that marks the task as running."""
    TaskLease.objects.update_or_create(task=task, defaults={"worker": worker, "until": at + length})


def renew(*, task: UUID, worker: str, at: datetime, length: timedelta = LENGTH) -> bool:
    """Push the end of the lease out; False when the lease went to another worker."""
    return bool(TaskLease.objects.filter(task=task, worker=worker).update(until=at + length))


def recover(*, at: datetime, length: timedelta = LENGTH) -> list[UUID]:
    """Put the tasks of dead workers back into the queue, or end those that killed too many; returns their ids.

    Only reads, when all is well. A lease that ends later than any lease can was made before the clock was turned back.
    """
    running = list(DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).only("id", "started_at"))
    if not running:
        return []
    alive = set(
        TaskLease.objects.filter(until__gt=at, until__lte=at + 2 * length).values_list("task", flat=True)
    )
    stale = [row.id for row in running if row.id not in alive]
    return [task for task in stale if _release(task, at=at, length=length)]


def _release(task: UUID, *, at: datetime, length: timedelta) -> bool:
    with transaction.atomic():
        TaskLease.objects.filter(task=task).filter(Q(until__lte=at) | Q(until__gt=at + 2 * length)).delete()
        row = (
            DBTaskResult.objects.select_for_update().filter(id=task, status=TaskResultStatus.RUNNING).first()
        )
        if row is None or TaskLease.objects.filter(task=task).exists():
            # it ended, or its worker renewed the lease, between the question and the lock
            return False
        if len(row.worker_ids) >= MOST_WORKERS:
            row.status = TaskResultStatus.FAILED
            row.finished_at = at
            row.exception_class_path = DIED
            row.traceback = f"the worker died {len(row.worker_ids)} times during this task"
        else:
            row.status = TaskResultStatus.READY
            row.run_after = at
        row.save(update_fields=["status", "finished_at", "exception_class_path", "traceback", "run_after"])
    log.warning("task %s (%s) lost its worker: now %s", row.id, row.task_path, row.status)
    return True
