"""Ways out of the house. The module that owns a way registers it; the relay knows only this table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as its channel sees it. A receiver may get it more than once and knows it again by `id`."""

    id: UUID
    payload: Mapping[str, Any]


class NotDelivered(DomainError):
    """This attempt failed; the message is tried again later. `away`: the other side does not work for any message."""

    def __init__(self, message: Message, *, away: bool = False) -> None:
        super().__init__(message, code="not_delivered", status=503)
        self.away = away


class Undeliverable(DomainError):
    """The other side has refused this message for good; trying again without change is useless."""

    def __init__(self, message: Message) -> None:
        super().__init__(message, code="undeliverable", status=422)


Deliver = Callable[[Delivery], None]
Check = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way out: its name in words, how it delivers, and what a payload must look like (raises on anything else).

    `deliver` returns when the receiver has taken the message and raises NotDelivered or Undeliverable otherwise. It
    ends within the lease of the relay (`relay.LEASE`): time-outs are its own duty.
    """

    name: str
    title: Message
    deliver: Deliver
    check: Check


_channels: dict[str, Channel] = {}
_later: list[str] = []


def register_channel(channel: Channel) -> None:
    """Add a way out; registering the name again replaces it."""
    _channels[channel.name] = channel


def register_later(module: str) -> None:
    """Name a module whose `register()` adds channels: imported when a message is first handled, not at every start."""
    _later.append(module)


def get_channel(name: str) -> Channel:
    """The channel of that name. KeyError for one that nobody registered: a mistake in code, not of a user."""
    return _known()[name]


def find_channel(name: str) -> Channel | None:
    """The channel of that name, or None: messages outlive the module that sent them."""
    return _known().get(name)


def unregister_channel(name: str) -> None:
    """Take a way out away again."""
    _channels.pop(name, None)


def _known() -> dict[str, Channel]:
    while _later:
        import_module(_later[0]).register()
        # two threads may both have imported it; registering twice changes nothing
        del _later[:1]
    return _channels
