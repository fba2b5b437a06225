"""What backup, restore and the doctor ask of the ledger, in one place: seal, verify, triggers, state."""

from __future__ import annotations

from typing import Any

from tamdao.kit.errors import Problem

API = "tamdao.core.ledger.api"


def seal() -> dict[str, Any]:
    """Seal what waits, so that a backup ends with a checkpoint; what the manifest notes of it."""
    return {}


def faults() -> list[Problem]:
    """What does not verify, and triggers that are missing or differ."""
    return []
