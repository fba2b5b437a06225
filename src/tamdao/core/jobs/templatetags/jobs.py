"""`{% load jobs %}`: what the pages of the outbox need beside the components of kit."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from ..models import OutboxMessage

register = template.Library()


@register.filter
def by_state(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """(state, its word, how many) in the order of a message's life, those to be dealt with first."""
    State = OutboxMessage.State  # noqa: N806  (a class)
    order = (State.DEAD, State.WAITING, State.SENT, State.DISCARDED)
    return [(state.value, str(state.label), counts[state.value]) for state in order]
