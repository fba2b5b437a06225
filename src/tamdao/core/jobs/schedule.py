"""Recurring work: declared by the module that owns it, due by the clock, caught up once when runs were missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from . import rules
from .models import Schedule

if TYPE_CHECKING:
    from django_tasks.base import Task


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job that comes again: every so often, counted from `first` o'clock of the house."""

    name: str
    # dotted path of the task: imported when it is due, not at every start
    task: str
    every: timedelta
    first: time = time(0)


_recurring: dict[str, Recurring] = {}


def register_recurring(job: Recurring) -> None:
    """Declare a recurring job; declaring the name again replaces it."""
    _recurring[job.name] = job


def enqueue_due(*, at: datetime) -> list[str]:
    """Enqueue what is due, each once, and return the names. Reads only, when nothing is due.

    The row moves on and the task is enqueued in one transaction; of two workers only one moves the row.
    """
    known = {row.name: row for row in Schedule.objects.all()}
    done = []
    for job in _recurring.values():
        row = known.get(job.name)
        if row is None:
            Schedule.objects.get_or_create(name=job.name, defaults={"next_at": _first(job, at=at)})
        elif rules.is_due(due=row.next_at, every=job.every, now=at) and _enqueue(job, row, at=at):
            done.append(job.name)
    return done


def _task(job: Recurring) -> Task[[], Any]:
    found: Task[[], Any] = import_string(job.task)
    return found


def _first(job: Recurring, *, at: datetime) -> datetime:
    """The next moment on the grid of the job; an instance that is new has missed nothing."""
    begun = timezone.localtime(at).replace(
        hour=job.first.hour, minute=job.first.minute, second=0, microsecond=0
    )
    if begun > at:
        begun -= timedelta(days=1)
    return rules.next_slot(due=begun, every=job.every, now=at)


def _enqueue(job: Recurring, row: Schedule, *, at: datetime) -> bool:
    due = row.next_at if row.next_at <= at else _first(job, at=at) - job.every
    following = rules.next_slot(due=due, every=job.every, now=at)
    with transaction.atomic():
        moved = Schedule.objects.filter(name=job.name, next_at=row.next_at).update(
            next_at=following, last_at=at
        )
        if moved:
            _task(job).enqueue()
    return bool(moved)
