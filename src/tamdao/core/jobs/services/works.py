"""Long work that somebody waits for: begun, reported on, told to stop, ended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tamdao.kit.messages import Message

from .. import errors
from ..models import Work

State = Work.State
RUNNING = (State.WAITING, State.RUNNING)


def begin(*, title: Message, by: str, at: datetime) -> Work:
    """A new piece of work of `by`; the caller enqueues its task in the same transaction and hands it the id."""
    return Work.objects.create(title_vi=title.vi, title_en=title.en, owner=by, created_at=at, changed_at=at)


def report(*, work: UUID, percent: int, step: Message, at: datetime) -> bool:
    """Note how far the work is; False when somebody wants it to stop (or it has ended already)."""
    said = {
        "percent": percent,
        "step_vi": step.vi,
        "step_en": step.en,
        "changed_at": at,
        "state": State.RUNNING,
    }
    going = Work.objects.filter(pk=work, state__in=RUNNING, cancel_asked_at__isnull=True).update(**said)
    return bool(going)


def ask_to_cancel(*, work: UUID, by: str, at: datetime) -> Work:
    """Ask for a stop; work that has not begun stops at once. Ended work stays as it is. Raises work_unknown."""
    with transaction.atomic():
        row = Work.objects.select_for_update().filter(pk=work, owner=by).first()
        if row is None:
            raise errors.work_unknown()
        if row.state in RUNNING and row.cancel_asked_at is None:
            row.cancel_asked_at = row.changed_at = at
            if row.state == State.WAITING:
                row.state = State.CANCELLED
            row.save(update_fields=["cancel_asked_at", "changed_at", "state"])
    return row


def end(*, work: UUID, state: Work.State, at: datetime, step: Message, result: str = "") -> None:
    """Note the end, once: the first end stands, also when a worker that was thought dead comes back."""
    with transaction.atomic():
        row = Work.objects.select_for_update().filter(pk=work, state__in=RUNNING).first()
        if row is None:
            return
        row.state = state
        row.changed_at = at
        row.step_vi, row.step_en, row.result = step.vi, step.en, result
        if state == State.DONE:
            row.percent = 100
        row.save(update_fields=["state", "changed_at", "step_vi", "step_en", "result", "percent"])
