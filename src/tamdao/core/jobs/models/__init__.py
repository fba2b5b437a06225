"""Tables of background work, outbox, idempotency keys and health."""

from .health import Pulse
from .idempotency import IdempotencyKey
from .outbox import HandledMessage, OutboxDecision, OutboxMessage
from .work import Schedule, TaskLease, Work

__all__ = [
    "HandledMessage",
    "IdempotencyKey",
    "OutboxDecision",
    "OutboxMessage",
    "Pulse",
    "Schedule",
    "TaskLease",
    "Work",
]
