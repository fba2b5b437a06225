"""Witnesses: signed checkpoints in places that whoever writes the database cannot write.

A signature alone can't show that the tail of the ledger was cut or that all was signed anew with a stolen key; a
checkpoint that lies elsewhere can. Default places are a second folder (another disk, a share of another machine) and
one letter a day by e-mail; options are another machine over HTTP and RFC 3161 time-stamps. A witness that is missing or
fails warns and blocks nothing.
"""

from __future__ import annotations

from .courier import Courier, configured, deliver
from .folders import LATEST, Kept, folder, kept
from .places import Failed, Witness, contradiction
from .states import NONE, State, receipt_fault, receipts, states, warnings

__all__ = [
    "LATEST", "NONE", "Courier", "Failed", "Kept", "State", "Witness", "configured", "contradiction", "deliver",
    "folder", "kept", "receipt_fault", "receipts", "states", "warnings",
]  # fmt: skip
