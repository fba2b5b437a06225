"""Whether the ledger sees every write of this instance. Apart from `instance`, which the light command line imports."""

from __future__ import annotations

from tamdao.core.ledger import api as ledger
from tamdao.kit.errors import Problem


def trigger_faults() -> list[Problem]:
    """Triggers of the ledger that are missing or were changed."""
    return ledger.check_triggers()
