"""The recurring work of this app: what is over is cleared away."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from . import idempotency
from .models import HandledMessage, OutboxMessage, TaskLease, Work

# results of tasks and ended work: long enough to look into what went wrong last week
RESULTS_KEPT = timedelta(days=14)
ENDED = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)


@task()
def clear_away() -> dict[str, int]:
    """Remove expired keys, sent messages, results of tasks and ended work whose time is over; counts by kind."""
    now = timezone.now()
    kept = timedelta(days=settings.TAMDAO_OUTBOX_DAYS)
    results = DBTaskResult.objects.filter(status__in=ENDED, finished_at__lte=now - RESULTS_KEPT)
    sent = OutboxMessage.objects.filter(state=OutboxMessage.State.SENT, sent_at__lte=now - kept)
    # a receiver must remember a message for longer than anybody could send it again
    handled = HandledMessage.objects.filter(at__lte=now - 2 * kept)
    works = Work.objects.exclude(state__in=(Work.State.WAITING, Work.State.RUNNING)).filter(
        changed_at__lte=now - RESULTS_KEPT
    )
    removed = {"keys": idempotency.forget_expired(at=now)}
    for name, rows in (("results", results), ("messages", sent), ("handled", handled), ("works", works)):
        removed[name] = rows.delete()[0]
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).values("id")
    TaskLease.objects.exclude(task__in=running).filter(until__lte=now - RESULTS_KEPT).delete()
    return removed
