"""The note of a value that a pack brought once and brings no longer: nobody rejected it. Pure."""

from __future__ import annotations

import re

_NOTE = re.compile(r"Gói (?P<pack>[a-z0-9-]+@[0-9.]+) không còn giao giá trị này\.")


def withdrawal_note(pack: str) -> str:
    """The note kept with such a revision; `pack` is name@version."""
    return f"Gói {pack} không còn giao giá trị này."


def withdrawn_by(note: str) -> str:
    """The pack (name@version) that gave a value up, "" for any other note."""
    found = _NOTE.fullmatch(note)
    return found["pack"] if found else ""
