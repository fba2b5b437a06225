"""The relay carries messages from the outbox to their channels: at least once, in order, ever more slowly on failure.

Claiming and noting are short transactions of their own; nothing is locked while the other side is spoken to.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from tamdao.kit.messages import Message

from . import rules
from .channels import Delivery, NotDelivered, Undeliverable, find_channel
from .models import OutboxMessage

State = OutboxMessage.State
# Longer than any channel may take; after it a message whose relay died is tried by another one.
LEASE = timedelta(minutes=2)
BATCH = 100
_UNKNOWN_CHANNEL = Message(
    "Kênh gửi này không còn trong hệ thống.", "This channel is no longer part of the system."
)
_DIED = Message(
    "Tiến trình gửi đã dừng đột ngột ở mọi lần thử.", "The sending process died during every attempt."
)
_BROKE = Message(
    "Kênh gửi gặp lỗi không lường trước ({error}); nhật ký của tiến trình nền có chi tiết.",
    "The channel failed unexpectedly ({error}); the log of the background process has the details.",
)
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Counts:
    """What one step did."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0


@dataclass(slots=True)
class _Away:
    failures: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Relay:
    """One carrier. It remembers which channels did not answer and leaves them alone for a while (monotonic seconds)."""

    now: Callable[[], datetime] = timezone.now
    spread: Callable[[], float] = random.random
    monotonic: Callable[[], float] = time.monotonic
    away: dict[str, _Away] = field(default_factory=dict)

    def step(self, *, seconds: float = 20.0) -> Counts:
        """Carry what is due, at most `BATCH` messages and about `seconds` seconds; one cheap read when idle."""
        counts = Counts()
        end = self.monotonic() + seconds
        for message in due(at=self.now()).exclude(channel__in=self._resting())[:BATCH]:
            if self.monotonic() >= end:
                break
            if message.channel not in self._resting():
                self._carry(message, counts)
        return counts

    def _resting(self) -> list[str]:
        now = self.monotonic()
        return [name for name, away in self.away.items() if away.until > now]

    def _carry(self, message: OutboxMessage, counts: Counts) -> None:
        if not self._claim(message):
            return
        try:
            _hand_over(message)
        except Undeliverable as refused:
            self._put_aside(message, refused.message)
            counts.dead += 1
        except NotDelivered as failed:
            self._rest(message.channel, failed)
            self._failed(message, failed.message, counts)
        except Exception as error:
            # a channel that breaks must not stop the others; the message is kept like any other failure
            log.exception("channel %s broke on message %s", message.channel, message.id)
            kind = type(error).__name__
            self._failed(message, Message(_BROKE.vi.format(error=kind), _BROKE.en.format(error=kind)), counts)
        else:
            self.away.pop(message.channel, None)
            _note(message, state=State.SENT, sent_at=self.now(), problem_vi="", problem_en="")
            counts.sent += 1

    def _claim(self, message: OutboxMessage) -> bool:
        """Make the message ours; False when another relay was quicker. The attempt counts also if we die in it."""
        now = self.now()
        taken = (
            OutboxMessage.objects.filter(pk=message.pk, state=State.WAITING, attempts=message.attempts)
            .filter(_unclaimed(now))
            .update(claimed_until=now + LEASE, attempts=F("attempts") + 1)
        )
        message.attempts += taken
        return bool(taken)

    def _failed(self, message: OutboxMessage, problem: Message, counts: Counts) -> None:
        if message.attempts >= settings.TAMDAO_OUTBOX_TRIES:
            self._put_aside(message, problem)
            counts.dead += 1
            return
        wait = rules.pause(attempts=message.attempts, spread=self.spread())
        _note(message, next_at=self.now() + wait, **_words(problem))
        counts.postponed += 1

    def _put_aside(self, message: OutboxMessage, problem: Message) -> None:
        log.warning("message %s on %s was put aside: %s", message.id, message.channel, problem.en)
        _note(message, state=State.DEAD, **_words(problem))

    def _rest(self, channel: str, failed: NotDelivered) -> None:
        if failed.away:
            away = self.away.setdefault(channel, _Away())
            away.failures += 1
            wait = rules.pause(attempts=away.failures, spread=self.spread())
            away.until = self.monotonic() + min(wait.total_seconds(), 300.0)


def _hand_over(message: OutboxMessage) -> None:
    """Give the message to its channel; raises NotDelivered or Undeliverable."""
    if message.attempts > settings.TAMDAO_OUTBOX_TRIES:
        raise Undeliverable(_DIED)
    channel = find_channel(message.channel)
    if channel is None:
        raise Undeliverable(_UNKNOWN_CHANNEL)
    channel.deliver(Delivery(message.id, message.payload))


def due(*, at: datetime) -> QuerySet[OutboxMessage]:
    """Messages that may leave now, the oldest first: of each ordering only the first that still waits."""
    waiting = OutboxMessage.objects.filter(state=State.WAITING)
    earlier = waiting.filter(
        channel=OuterRef("channel"), ordering=OuterRef("ordering"), number__lt=OuterRef("number")
    )
    return (
        waiting.filter(Q(next_at__lte=at) | Q(next_at__gt=at + rules.FURTHEST))
        .filter(_unclaimed(at))
        .filter(Q(ordering="") | ~Exists(earlier))
        .order_by("number")
    )


def _unclaimed(at: datetime) -> Q:
    # a claim further away than any claim can be was made before the clock was turned back
    return Q(claimed_until__isnull=True) | Q(claimed_until__lte=at) | Q(claimed_until__gt=at + LEASE)


def _words(problem: Message) -> dict[str, str]:
    return {"problem_vi": problem.vi[:500], "problem_en": problem.en[:500]}


def _note(message: OutboxMessage, **changes: object) -> None:
    """Write the outcome, unless the claim ran out meanwhile and another relay has the message."""
    OutboxMessage.objects.filter(pk=message.pk, state=State.WAITING, attempts=message.attempts).update(
        claimed_until=None, **changes
    )
