"""The outbox: what must leave the house, committed together with the reason for it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tamdao.kit.messages import Message


class OutboxMessage(models.Model):
    """A message on its way. `number` is the order of sending; `id` is what a receiver recognises a repetition by."""

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ gửi")
        SENT = "sent", _("đã gửi")
        # put aside after too many attempts, or because the receiver refused it for good
        DEAD = "dead", _("không gửi được")
        DISCARDED = "discarded", _("đã bỏ")

    number = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=40)
    # messages of one channel and one ordering leave one after the other; empty: in any order
    ordering = models.CharField(max_length=120, blank=True)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    # a relay that dies leaves this behind; afterwards another one may try
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # why the last attempt failed, in both languages
    problem_vi = models.CharField(max_length=500, blank=True)
    problem_en = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        indexes = [
            # small however many messages were ever sent
            models.Index(
                fields=["channel", "ordering", "number"], condition=Q(state="waiting"), name="outbox_waiting"
            ),
            models.Index(fields=["state", "number"], name="outbox_by_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(channel=""), name="outbox_channel_not_empty"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outbox_sent_exactly_with_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.id}"

    @property
    def problem(self) -> Message:
        """Why the last attempt failed."""
        return Message(self.problem_vi, self.problem_en)


class OutboxDecision(models.Model):
    """What an administrator decided about a message that was put aside: try again, or give up, and why."""

    class Kind(models.TextChoices):
        RETRY = "retry", _("gửi lại")
        DISCARD = "discard", _("bỏ")

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(max_length=400, blank=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="discard", reason=""), name="outbox_discard_needs_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class HandledMessage(models.Model):
    """A message that a receiver inside the house has dealt with; committed together with its effect."""

    consumer = models.CharField(max_length=60)
    message = models.UUIDField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consumer", "message"], name="each_message_handled_once")
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.message}"
