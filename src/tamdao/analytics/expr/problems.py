"""How a mistake in an expression is worded: its position first."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .nodes import Span


def problem(at: Span, vi: str, en: str) -> Problem:
    """A `Problem` that starts with the position, in characters from 1."""
    return Problem(Message(f"ký tự {at.character}: {vi}", f"at character {at.character}: {en}"))


def suggestion(name: str, known: Iterable[str]) -> Message:
    """ " (có phải …?)" with the known name that looks most alike; empty where none does."""
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return Message(f" (có phải {near[0]}?)", f" (did you mean {near[0]}?)") if near else Message("", "")
