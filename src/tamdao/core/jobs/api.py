"""Background work, outbox and idempotency keys for the floors above."""

from __future__ import annotations

from .channels import Channel, Delivery, NotDelivered, Undeliverable, register_channel
from .errors import rights_changed
from .idempotency import Answer, Command, once
from .progress import Cancelled, Interrupted, Progress, follow
from .pulse import heart, is_busy
from .queries import count_messages
from .rules import check_key
from .schedule import Recurring, register_recurring
from .services.outbox import AlreadyHandled, enqueue, handling
from .services.works import begin as begin_work

__all__ = [
    "AlreadyHandled",
    "Answer",
    "Cancelled",
    "Channel",
    "Command",
    "Delivery",
    "Interrupted",
    "NotDelivered",
    "Progress",
    "Recurring",
    "Undeliverable",
    "begin_work",
    "check_key",
    "count_messages",
    "enqueue",
    "follow",
    "handling",
    "heart",
    "is_busy",
    "once",
    "register_channel",
    "register_recurring",
    "rights_changed",
]
