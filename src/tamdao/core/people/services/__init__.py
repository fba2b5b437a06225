"""Writes about people: each owns permission, state check and write in one transaction, and names its ledger event."""

from .visits import SAME_VISIT, note_visit

__all__ = ["SAME_VISIT", "note_visit"]
