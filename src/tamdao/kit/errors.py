"""Named refusals.

A `DomainError` is an expected "no": it carries a stable code, an HTTP status and a sentence that says what is wrong and
how to mend it. Everything found wrong with one input comes at once, as `problems`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .messages import Message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong: the sentence, where it stands (file:line, cell, position) and in which field."""

    message: Message
    where: str = ""
    field: str = ""

    def text(self, lang: str = "vi") -> str:
        """`where: field: sentence`, leaving out what is not known."""
        return ": ".join(part for part in (self.where, self.field, self.message.text(lang)) if part)


class DomainError(Exception):
    """An expected refusal; see the module docstring. `status` is the HTTP status an interface answers with."""

    def __init__(
        self,
        message: Message,
        *,
        code: str,
        status: int = 400,
        problems: Sequence[Problem] = (),
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message.vi)
        self.message = message
        self.code = code
        self.status = status
        self.problems = tuple(problems)
        self.extra = extra or {}


class NotFound(DomainError):
    """Absent, or not for this reader: from outside the two look the same."""

    def __init__(
        self, message: Message, *, code: str = "not_found", extra: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message, code=code, status=404, extra=extra)


class Forbidden(DomainError):
    """The reader is known and may not do this."""

    def __init__(self, message: Message, *, code: str = "forbidden") -> None:
        super().__init__(message, code=code, status=403)


class Conflict(DomainError):
    """Understood, but not in this state; the message says what is allowed instead."""

    def __init__(self, message: Message, *, code: str = "conflict") -> None:
        super().__init__(message, code=code, status=409)
