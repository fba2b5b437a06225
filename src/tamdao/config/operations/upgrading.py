"""Upgrade as one act: back up, migrate, verify; whatever fails, the records are put back as they were.

A note in the instance says that an upgrade is going on and where its backup stands. It is written before the first
migration and taken away after the last check, so that an upgrade that was killed is seen: `tamdao serve` refuses, and
the next `tamdao upgrade` puts the backup back before it begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connections

from tamdao import __version__
from tamdao.config.operations import backup, manifest, notes
from tamdao.config.operations.backup import Made
from tamdao.config.operations.progress import Step
from tamdao.config.operations.store import Store
from tamdao.config.operations.store_postgres import PostgresStore
from tamdao.kit import durable
from tamdao.kit.errors import Conflict, DomainError, Problem
from tamdao.kit.messages import Message


@dataclass(frozen=True, slots=True)
class Work:
    """What an upgrade does to the records: steps that raise when they fail, and checks that find."""

    migrate: Callable[[], None]
    faults: Callable[[], list[Problem]]


def check_nobody_else(store: Store) -> None:
    """Other machines that serve the same database are seen by their connections."""
    # this process has one itself
    connections.close_all()
    others = store.other_sessions() if isinstance(store, PostgresStore) else 0
    if others:
        raise Conflict(
            Message(
                f"Còn {others} kết nối khác vào {store.label}; dừng mọi máy trước: systemctl stop tamdao.",
                f"{others} other connections to {store.label}; stop every machine first: systemctl stop tamdao.",
            ),
            code="upgrade.others",
        )


def put_back_unfinished(home: Path, store: Store, *, step: Step) -> bool:
    """Undo an upgrade that was cut; True when there was one."""
    noted = notes.read(home).get("upgrade")
    if not noted:
        return False
    with step(
        "Lần nâng cấp trước bị cắt: đặt lại bản sao lưu", "the last upgrade was cut: put the backup back"
    ):
        _put_back(home, store, Path(noted["backup"]))
    return True


def run(
    *, home: Path, store: Store, into: Path, at: datetime, work: Work, step: Step, seal: backup.Seal
) -> Made:
    """Back up, migrate, check. DomainError, with the records as they were, when anything fails."""
    # keys and secrets stay where they are, so the backup needs none
    made = backup.make(home=home, store=store, into=into, at=at, to=None, step=step, ledger=seal)
    notes.note(
        home, upgrade={"backup": str(made.place), "at": at.astimezone(UTC).isoformat(timespec="seconds")}
    )
    try:
        _migrate(store, work, step)
    except BaseException as error:
        with step("Không được; đặt lại bản sao lưu", "failed; put the backup back"):
            _put_back(home, store, made.place)
        if isinstance(error, DomainError) and error.code != "upgrade.failed":
            raise _failed(error.message, error.problems) from error
        raise
    notes.note(home, upgrade=None, upgraded={"release": __version__, "backup": str(made.place)})
    return made


def _migrate(store: Store, work: Work, step: Step) -> None:
    with step("Nâng cấp bảng", "migrate"):
        work.migrate()
    with step("Kiểm tra", "verify"):
        connections.close_all()
        found = [*store.faults(), *work.faults()]
        if found:
            raise _failed(Message("kiểm tra thấy sai.", "the checks found faults."), found)


def _put_back(home: Path, store: Store, place: Path) -> None:
    """The database of the backup takes the place of what stands there; then it is as its manifest says."""
    found = manifest.check(place)
    connections.close_all()
    store.replace(place / store.file)
    now = store.snapshot()
    if now.rows != found.database["rows"] or now.migrations != found.database["migrations"]:
        raise DomainError(
            Message(
                f"Đã đặt lại {place} nhưng số dòng khác bảng kê; đừng chạy, phục hồi bản khác: tamdao restore.",
                f"{place} was put back but its rows differ from its manifest; don't serve, restore another one.",
            ),
            code="upgrade.not_put_back",
        )
    notes.note(home, upgrade=None)


def _failed(why: Message, problems: Sequence[Problem]) -> DomainError:
    return DomainError(
        Message(
            f"Nâng cấp không được: {why.vi} Bản ghi đã trở lại như trước; bản phát hành cũ chạy tiếp được.",
            f"The upgrade failed: {why.en} The records are as they were; the old release can serve again.",
        ),
        code="upgrade.failed",
        problems=problems,
    )


def point_to(link: Path, release: Path) -> None:
    """Let the link that the service runs from name this release, in one step."""
    if link.exists() and not link.is_symlink():
        raise Conflict(Message(f"{link} không phải liên kết.", f"{link} is no link."), code="upgrade.no_link")
    draft = link.with_name(f".{link.name}.new")
    draft.unlink(missing_ok=True)
    draft.symlink_to(release)
    durable.rename(draft, link)
