"""The file that belongs to a number of the probe."""

from __future__ import annotations


def content(number: int) -> bytes:
    """Its bytes, different for each number."""
    return f"evidence {number}\n".encode() * 100
