"""Writing to the outbox, dealing with a message once, and deciding about messages that were put aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tamdao.core.ledger.acting import acting

from .. import errors
from ..channels import get_channel
from ..models import HandledMessage, OutboxDecision, OutboxMessage

State = OutboxMessage.State


def enqueue(*, channel: str, payload: Mapping[str, Any], at: datetime, ordering: str = "") -> OutboxMessage:
    """Put a message into the outbox, in the transaction of its cause: both commit or neither.

    It leaves after the commit, at least once. Messages of one `ordering` leave in the order in which they were put in,
    which their senders see to by holding the lock of the object they speak of. Raises what the channel's check raises.
    """
    get_channel(channel).check(payload)
    return OutboxMessage.objects.create(
        channel=channel, ordering=ordering, payload=dict(payload), created_at=at, next_at=at
    )


class AlreadyHandled(Exception):
    """This consumer has dealt with this message before; there is nothing left to do."""


@contextmanager
def handling(*, consumer: str, message: UUID, at: datetime) -> Iterator[None]:
    """A block whose writes happen once for a message, however often it arrives.

    Raises AlreadyHandled before the block runs when they happened already. Two at once: the second waits.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                HandledMessage.objects.create(consumer=consumer, message=message, at=at)
        except IntegrityError as error:
            raise AlreadyHandled from error
        yield


def retry(*, message: UUID, by: str, at: datetime, reason: str = "") -> OutboxMessage:
    """Send a message that was put aside once more, with a fresh count. Raises message_unknown, message_not_dead."""
    with acting(event="jobs.outbox.retried", reason=reason), transaction.atomic():
        row = _dead(message)
        row.state = State.WAITING
        row.attempts = 0
        row.next_at = at
        row.claimed_until = None
        row.save(update_fields=["state", "attempts", "next_at", "claimed_until"])
        _note(row, OutboxDecision.Kind.RETRY, reason=reason, by=by, at=at)
    return row


def discard(*, message: UUID, reason: str, by: str, at: datetime) -> OutboxMessage:
    """Give a message up. Raises reason_missing, message_unknown, message_not_dead."""
    if not reason.strip():
        raise errors.reason_missing()
    with acting(event="jobs.outbox.discarded", reason=reason), transaction.atomic():
        row = _dead(message)
        row.state = State.DISCARDED
        row.save(update_fields=["state"])
        _note(row, OutboxDecision.Kind.DISCARD, reason=reason.strip(), by=by, at=at)
    return row


def _dead(message: UUID) -> OutboxMessage:
    """The message, locked: two administrators decide one after the other, and the second one is told."""
    row = OutboxMessage.objects.select_for_update().filter(id=message).first()
    if row is None:
        raise errors.message_unknown(message)
    if row.state != State.DEAD:
        raise errors.message_not_dead()
    return row


def _note(row: OutboxMessage, kind: OutboxDecision.Kind, *, reason: str, by: str, at: datetime) -> None:
    OutboxDecision.objects.create(message=row, kind=kind, reason=reason[:400], by=by, at=at)
