"""The change list: one row per act that figures depend on, in the transaction that made it."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from tamdao.facts.models import FactChange
from tamdao.kit.messages import Message

# Any fixed number: "the change list of facts" among the advisory locks of the database.
_LOCK = 0x7A6D_0001


def hold_lock() -> None:
    """Wait for the lock of the change list and hold it until the transaction ends; taking it twice is harmless."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a change is recorded inside the transaction that makes it"
        )
    if connection.vendor == "postgresql":  # pragma: no cover  (make test-postgres runs it)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def record_change(
    *, kind: str, key: str, rows: int, by: str, at: datetime, summary: Message | None = None
) -> FactChange:
    """Append to the change list; must run inside the transaction of the act itself.

    Whatever is memoised is keyed by the newest row, so rows must become visible in the order of their numbers: the
    writer holds a lock until it commits (SQLite has one writer anyway).
    """
    hold_lock()
    words = summary or Message("", "")
    return FactChange.objects.create(
        at=at, kind=kind, key=key[:200], rows=rows, by=by[:80],
        summary_vi=words.vi[:300], summary_en=words.en[:300],
    )  # fmt: skip
