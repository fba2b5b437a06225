"""Whether sealing works, for how long it has not, and what follows from that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message

from . import rules, times
from .models import SealingState

# how often the count is written at most; in between it stands still
_WRITTEN_EVERY = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows that wait for their seal, and since when the oldest does."""

    rows: int
    oldest_at: datetime | None


def waiting() -> Waiting:
    """What is not sealed yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(at) FROM ledger_pending")
        rows, oldest = cursor.fetchone()
    return Waiting(rows, times.read(oldest) if oldest else None)


def limit() -> timedelta:
    """For how long of running time sealing may fail before approvals wait."""
    return timedelta(hours=settings.TAMDAO_SEALING_HOURS)


def note_pulse(*, at: datetime, error: str = "") -> rules.Sealing:
    """A sign of life of the sealer: an attempt that went well, or failed with `error`."""
    row = SealingState.objects.filter(pk=1).first() or SealingState(pk=1)
    before = _state(row)
    after = rules.count(before, at=at, failed=bool(error))
    unchanged = bool(row.error) == bool(error) and row.last_success_at is not None
    if unchanged and before.last_pulse is not None and timedelta() <= at - before.last_pulse < _WRITTEN_EVERY:
        return before
    row.last_pulse_at = at
    row.failing_seconds = after.failing.total_seconds()
    row.error = error[:2000]
    if not error:
        row.last_success_at = at
    row.save()
    return after


def _state(row: SealingState) -> rules.Sealing:
    return rules.Sealing(timedelta(seconds=row.failing_seconds), row.last_pulse_at)


def check_can_approve(*, at: datetime) -> None:
    """Conflict when sealing has failed for longer than the setting allows; missing witnesses alone never block.

    Also counts: should the sealer be dead altogether, rows that wait too long are its failure.
    """
    row = SealingState.objects.filter(pk=1).first()
    if row is not None and rules.blocks(_state(row), limit=limit()):
        raise _refusal(_state(row), row.error)
    silent = row is None or row.last_pulse_at is None or at - row.last_pulse_at > rules.GRACE
    if not silent:
        return
    oldest = waiting().oldest_at
    if oldest is None or at - oldest <= rules.GRACE:
        return
    with transaction.atomic():
        state = note_pulse(at=at, error="không có tiến trình niêm phong nào chạy · no sealer runs")
    if rules.blocks(state, limit=limit()):
        raise _refusal(state, "")


def _refusal(state: rules.Sealing, error: str) -> Conflict:
    hours = state.failing.total_seconds() / 3600
    more = f" ({error})" if error else ""
    return Conflict(
        Message(
            f"Nhật ký đối chứng đã không niêm phong được trong {hours:.1f} giờ{more}; tạm ngừng phê duyệt và trao đổi. "
            "Xem vẫn được. Quản trị hệ thống chạy: tamdao ledger status",
            f"The ledger could not be sealed for {hours:.1f} hours{more}; approvals and exchange are on hold. "
            "Reading goes on. The administrator runs: tamdao ledger status",
        ),
        code="ledger.sealing_fails",
    )
