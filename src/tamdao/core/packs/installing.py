"""Writing a checked pack: one transaction, all or nothing; the second time nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from tamdao.core.ledger.api import acting
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

from .changes import Change, Plan, plan
from .kinds import Applying, Installed, announce, get_kind, list_kinds
from .models import InstalledPack, PackRecord
from .records import Pack, sha256_of

Progress = Callable[[str, int, int], None]
BATCH = 2000


def no_progress(_kind: str, _done: int, _total: int) -> None:
    """For callers that show nothing."""


def refusals(pack: Pack, planned: Plan) -> list[Problem]:
    """Changes that must not be made: known only once the plan is."""
    found: list[Problem] = []
    for kind in list_kinds():
        for change in planned.of(kind.name):
            message = kind.refuse(change)
            if message is not None:
                where = change.record.where() if change.record else change.kind
                found.append(Problem(message, where=where))
    return found


def install(
    pack: Pack, *, by: str, at: datetime, progress: Progress = no_progress
) -> tuple[Plan, dict[str, int]]:
    """Write what the plan says; answers the plan and the rows written per kind.

    The plan is made inside the transaction, so that two installs at once can't both add. Raises DomainError
    pack_refused when a change must not be made (then nothing is written).
    """
    name = f"{pack.manifest.name}@{pack.manifest.version}"
    # one file is one entry of the ledger, however many rows it brings
    with (
        acting(event="packs.pack.installed", bundle=f"pack:{name}:{at.isoformat()}"),
        transaction.atomic(),
    ):
        planned = plan(pack)
        refused = refusals(pack, planned)
        if refused:
            raise DomainError(
                Message(
                    "Gói không cài được; chưa ghi gì.", "The pack can't be installed; nothing was written."
                ),
                code="pack_refused",
                status=409,
                problems=refused,
            )
        rows = _write(pack, planned, by=by, at=at, progress=progress)
    return planned, rows


def _write(pack: Pack, planned: Plan, *, by: str, at: datetime, progress: Progress) -> dict[str, int]:
    content_hash = pack.content_hash()
    known = InstalledPack.objects.filter(name=pack.manifest.name).first()
    if (
        known is not None
        and known.content_hash == content_hash
        and not any(_matters(change) for change in planned)
    ):
        return {}
    owner, _new = InstalledPack.objects.update_or_create(
        name=pack.manifest.name,
        defaults={
            "version": pack.manifest.version,
            "content_hash": content_hash,
            "title_vi": pack.manifest.title_vi,
            "title_en": pack.manifest.title_en,
            "installed_at": at,
            "installed_by": by,
        },
    )
    actor = f"pack:{pack.manifest.name}@{pack.manifest.version}"
    rows: dict[str, int] = {}
    kinds = [kind for kind in list_kinds() if planned.of(kind.name)]
    for index, kind in enumerate(kinds):
        progress(kind.name, index, len(kinds))
        sides = (planned.of(kind.name, action) for action in ("added", "changed", "removed"))
        added, changed, removed = sides
        if added or changed or removed:
            applying = Applying(pack, added, changed, removed, by=by, actor=actor, at=at)
            rows[kind.name] = get_kind(kind.name).apply(applying)
        _note_delivered(owner, kind.name, planned.of(kind.name))
    rows = {kind: count for kind, count in rows.items() if count}
    if rows:
        title_vi, title_en = pack.manifest.title_vi, pack.manifest.title_en
        announce(Installed(owner.name, owner.version, title_vi, title_en, rows, by, at, localdate(at)))
    progress("", len(kinds), len(kinds))
    return rows


def _matters(change: Change) -> bool:
    return change.action in {"added", "changed", "removed"} or change.redelivered


def _note_delivered(owner: InstalledPack, kind: str, changes: Iterable[Change]) -> None:
    """Keep what was delivered, so that the next upgrade can tell a local edit from an old version."""
    fresh = [change for change in changes if change.action != "removed" and change.redelivered]
    gone = [change.key for change in changes if change.action == "removed"]
    records = (
        PackRecord(pack=owner, kind=kind, key=change.key, sha256=sha256_of(change.new or {}), data=change.new)
        for change in fresh
    )
    PackRecord.objects.bulk_create(
        records,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["pack", "sha256", "data"],
    )
    for start in range(0, len(gone), BATCH):
        PackRecord.objects.filter(pack=owner, kind=kind, key__in=gone[start : start + BATCH]).delete()
