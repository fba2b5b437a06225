"""Reads of outbox and work, for pages and the command line."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, QuerySet

from . import errors
from .models import OutboxMessage, Work


def count_messages() -> dict[str, int]:
    """How many messages are in each state; every state is named."""
    found = dict(OutboxMessage.objects.order_by().values_list("state").annotate(Count("number")))
    return {state.value: found.get(state.value, 0) for state in OutboxMessage.State}


def list_messages(*, state: str) -> QuerySet[OutboxMessage]:
    """Messages in a state, those that waited longest first."""
    return OutboxMessage.objects.filter(state=state).order_by("number")


def get_message(identity: UUID) -> OutboxMessage:
    """The message with its decisions. Raises message_unknown."""
    row = OutboxMessage.objects.filter(id=identity).prefetch_related("decisions").first()
    if row is None:
        raise errors.message_unknown(identity)
    return row


def get_work(identity: UUID, *, owner: str) -> Work:
    """The work, as long as it is this reader's. Raises work_unknown for absent and foreign alike."""
    row = Work.objects.filter(pk=identity, owner=owner).first()
    if row is None:
        raise errors.work_unknown()
    return row


def list_works(*, owner: str) -> QuerySet[Work]:
    """Work of this reader, the newest first."""
    return Work.objects.filter(owner=owner).order_by("-created_at")
