"""The in-process face of the ledger. Everything else in this folder is its own business.

with acting(by="person:12", event="people.role.granted", reason=…):
    …                                  every write to an audited table is captured, whoever makes it

seal_pending()                         captured rows become numbered, signed entries (the sealer does it by itself)
export(folder)                         files that `tamdao-verify` checks offline; seals first
verify()                               chain, signatures, witnesses, triggers, and the tables against the ledger
check_can_approve()                    refuses while sealing has failed for too long
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

from . import exporting, health, history, keys, rules, sealing, times, vault, verifying, witness
from .acting import Acting, acting, as_text, become, current, operator
from .canonical import canonical
from .capture import images, triggers, upkeep
from .decisions import Audited, Exempt, undecided
from .history import Change, Erased, Line
from .models import SealingState
from .notes import PublicKey
from .sealing import newest_size, seal_pending
from .seals import Seal, newest_seals
from .verifying import Report, verify
from .words import register_names

__all__ = [
    "Acting", "Audited", "Change", "Erased", "Exempt", "Line", "Report", "Seal", "Status", "acting", "become",
    "check_can_approve", "check_triggers", "current", "erase_person", "evidence", "export", "install_triggers",
    "list_history", "newest_seals", "newest_size", "note_read", "operator", "public_key_file", "reconcile",
    "register_names", "rotate_key", "seal_pending", "status", "steady_keys",
    "take_baseline", "undecided", "verify", "write_receipts",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Status:
    """State of the ledger, for `tamdao ledger status`, the page and the doctor."""

    size: int
    root: str
    checkpoint: str
    sealed_at: datetime | None
    waiting: int
    oldest_waiting_at: datetime | None
    failing_seconds: float
    blocked: bool
    error: str
    last_pulse_at: datetime | None
    # every witness that is set, and the newest checkpoint that any of them took
    witnesses: tuple[witness.State, ...]
    witnessed_size: int | None
    witnessed_at: datetime | None
    origin: str
    warnings: tuple[Problem, ...]


def export(folder: Path) -> dict[str, Any]:
    """Seal what waits and write the ledger into a new or empty folder; returns the manifest."""
    return exporting.export(folder)


def evidence(folder: Path, *, kind: str, id: str) -> dict[str, Any]:  # noqa: A002  (reads as the object it names)
    """What is sealed of one object, with proofs, into a new or empty folder; returns the manifest.

    Seals nothing: writes that wait are counted in the manifest.
    """
    return exporting.evidence(folder, table=history.find_table(kind).name, pk=id)


def write_receipts(folder: Path) -> int:
    """What witnesses answered, each beside its checkpoint, into a new or empty folder; how many."""
    return exporting.write_receipts(folder)


def list_history(kind: str, id: str, *, limit: int = 200) -> list[Line]:  # noqa: A002
    """Writes to one object ("people.RoleHolding", "12"), newest first."""
    return history.list_history(kind, id, limit=limit)


def check_triggers() -> list[Problem]:
    """Triggers that are missing, changed or switched off; empty when capture is whole."""
    return triggers.check(connection)


def install_triggers() -> None:
    """Make the triggers as they should be and enter what they have not seen as baseline rows."""
    with transaction.atomic():
        upkeep.mend(connection)


def reconcile(*, begun: bool = False) -> list[Problem]:
    """Rows of tables that differ from the ledger: written past the triggers. `begun`: of tables that entered it."""
    return verifying.reconcile(begun=begun)


def take_baseline(*, by: str, reason: str) -> int:
    """Enter every row that the ledger does not know as it is (after a move to another database); how many."""
    with transaction.atomic(), acting(by=by, reason=reason, event="ledger.baseline"):
        return sum(
            images.write_differences(connection, table) for table in triggers.existing_tables(connection)
        )


def check_can_approve(*, at: datetime | None = None) -> None:
    """Conflict while sealing has been failing for longer than TAMDAO_SEALING_HOURS of running time."""
    health.check_can_approve(at=at or timezone.now())


def rotate_key(*, by: str, reason: str) -> PublicKey:
    """Replace the signing key; the old one endorses the new one and is destroyed."""
    return sealing.rotate_key(by=by, reason=reason)


def steady_keys() -> AbstractContextManager[None]:
    """Held while the database and the files of the keys are copied: the key in force stays the same meanwhile."""
    return keys.steady()


def public_key_file() -> Path:
    """`ledger.pub`: every key there was, the one in force last. To be kept outside the instance."""
    return keys.folder() / keys.PUBLIC


def note_read(*, subject: str, purpose: str, by: str) -> None:
    """Enter that personal data of `subject` ("person:12") was read, by whom and what for.

    DomainError when no purpose is given.
    """
    if not purpose.strip():
        raise DomainError(
            Message(
                "Phải nêu mục đích xem dữ liệu cá nhân.",
                "State the purpose for which the personal data is read.",
            ),
            code="ledger.purpose_missing",
        )
    with acting(by=by, event="ledger.personal.read"):
        _note("read", subject, {"purpose": purpose, "subject": subject})


def erase_person(*, subject: str, by: str, reason: str) -> None:
    """Destroy key and salt of a person: what the ledger holds of them is unreadable for ever and still verifies.

    What waits is sealed first, so that nothing plain stays behind. The rows in the tables are the caller's business.
    """
    seal_pending()
    with transaction.atomic(), acting(by=by, reason=reason, event="ledger.person.erased"):
        _note("erase", subject, {"subject": subject})
        # a crash between commit and this is healed when the note is sealed
        transaction.on_commit(lambda: vault.erase(subject))


def _note(kind: str, subject: str, said: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_pending (table_name, op, pk_text, old, new, hidden, acting, bundle, at) "
            "VALUES (%s, 'N', %s, NULL, %s, '', %s, '', %s)",
            [kind, subject, canonical(said), as_text(current()), times.stamp()],
        )


def status(*, at: datetime | None = None) -> Status:
    """The state of sealing and of the witnesses."""
    moment = at or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
        newest = cursor.fetchone() or (0, "", "", "")
    row = SealingState.objects.filter(pk=1).first() or SealingState(pk=1)
    waits = health.waiting()
    witnesses = witness.states(witness.configured())
    last_seen = max((one for one in witnesses if one.at), key=lambda one: one.size, default=None)
    warnings = witness.warnings(witnesses)
    if waits.oldest_at is not None and moment - waits.oldest_at > rules.GRACE:
        warnings.append(_late(waits.rows))
    return Status(
        size=newest[0],
        root=newest[1],
        checkpoint=newest[2],
        sealed_at=times.read(newest[3]) if newest[3] else None,
        waiting=waits.rows,
        oldest_waiting_at=waits.oldest_at,
        failing_seconds=row.failing_seconds,
        blocked=row.failing_seconds > health.limit().total_seconds(),
        error=row.error,
        last_pulse_at=row.last_pulse_at,
        witnesses=tuple(witnesses),
        witnessed_size=last_seen.size if last_seen else None,
        witnessed_at=last_seen.at if last_seen else None,
        origin=newest[2].split("\n", 1)[0],
        warnings=tuple(warnings),
    )


def _late(rows: int) -> Problem:
    return Problem(
        Message(
            f"{rows} dòng chờ niêm phong quá lâu; tiến trình niêm phong có chạy không (tamdao serve)?",
            f"{rows} rows have waited too long for their seal; does the sealer run (tamdao serve)?",
        ),
        where="sealer",
    )
