"""What backup, restore, upgrade and the doctor ask of the ledger, in one place: seal, verify, state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from tamdao.config.operations.doctor.faults import Fault
from tamdao.core.ledger import api as ledger
from tamdao.core.people import rows
from tamdao.facts import append_only
from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

_TABLE = "ledger_checkpoint"
# a witness names the file of its checkpoint
_WITNESS = ".checkpoint"


def _is_there() -> bool:
    """A database from before the ledger has none to seal or to verify."""
    return _TABLE in connection.introspection.table_names()


def seal() -> dict[str, Any]:
    """Seal what waits, so that a backup ends with a checkpoint; what the manifest notes of it."""
    if not _is_there():
        return {}
    ledger.seal_pending()
    found = ledger.status()
    return {"size": found.size, "root": found.root, "checkpoint": found.checkpoint}


def faults() -> list[Problem]:
    """What does not hold: chain, signatures, witnesses, triggers, tables against the ledger. Seals first."""
    found = [
        Problem(Message("mất bẫy chống sửa", "the trigger against changes is gone"), where=name)
        for name in append_only.missing(connection)
    ]
    found += rows.check(connection)
    return [*found, *ledger.verify().problems] if _is_there() else found


def trigger_faults() -> list[Problem]:
    """Triggers and policies that are gone; what can be looked at without the signing key."""
    return [*(ledger.check_triggers() if _is_there() else []), *rows.check(connection)]


def is_witness(problem: Problem) -> bool:
    """Whether a problem says that a witness knows more than this database, as it must after a restore."""
    return problem.where.endswith(_WITNESS)


def state_faults(at: datetime) -> list[Fault]:
    """What the doctor tells of the ledger without walking through all of it."""
    if not _is_there():
        return []
    found = [
        Fault("ledger-triggers", problem.message, problem.where, "tamdao migrate")
        for problem in ledger.check_triggers()
    ]
    state = ledger.status(at=at)
    found += [_warned(problem) for problem in state.warnings]
    if state.error:
        found.append(
            Fault(
                "sealing",
                Message(
                    f"niêm phong không được đã {state.failing_seconds / 3600:.1f} giờ: {state.error}",
                    f"sealing has failed for {state.failing_seconds / 3600:.1f} hours: {state.error}",
                ),
                "ledger_sealingstate",
                "tamdao ledger status",
            )
        )
    return found


def _warned(problem: Problem) -> Fault:
    """Rows that wait too long are a fault; a witness that is missing or fails warns and blocks nothing."""
    if problem.where == "sealer":
        return Fault("sealer", problem.message, "ledger_pending", "systemctl restart tamdao")
    setting = "TAMDAO_WITNESS_DIR"
    _, _, name = problem.where.partition(" ")
    mend = "tamdao ledger status" if name else f"{setting}=/mnt/may-khac/tamdao"
    return Fault("witness", problem.message, name or setting, mend, wrong=False)
