"""In-process face of the packs: check, diff, install; and the register that other layers fill."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tamdao.core.ledger.api import check_can_approve
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .changes import Plan, plan
from .checking import check as check_pack
from .installing import Progress, no_progress, refusals
from .installing import install as install_pack
from .kinds import Applying, Checking, Installed, Kind, list_kinds, on_installed, register_kind
from .loading import load
from .manifest import satisfies
from .models import InstalledPack
from .records import MANIFEST, Pack
from .report import Report

__all__ = [
    "Applying",
    "Checking",
    "Installed",
    "Kind",
    "Report",
    "check",
    "content_hash",
    "diff",
    "install",
    "list_kinds",
    "on_installed",
    "register_kind",
]


def check(folder: Path) -> Report:
    """Everything found wrong with the pack in `folder`, at once. Reads only.

    Packs it requires may be installed or lie beside it. Raises DomainError pack_not_found.
    """
    return _report(_checked(folder))


def diff(folder: Path) -> Report:
    """What installing would change, with the same problems as `check`. Reads only."""
    pack = _checked(folder)
    planned = plan(pack)
    return _report(pack, planned)


def install(
    folder: Path,
    *,
    by: str,
    at: datetime,
    progress: Progress = no_progress,
    allow_downgrade: bool = False,
) -> Report:
    """Check and write the pack in one transaction; a pack installed already changes nothing.

    A version below the installed one is refused unless `allow_downgrade`: it would withdraw what came since.
    `by` is the person or program that asks; every row is recorded by "pack:name@version". Raises DomainError
    pack_not_found, pack_invalid (with all problems), pack_requires (with where to find what is missing),
    pack_older or pack_refused; then nothing is written.
    """
    pack = load(folder)
    _check_requirements(pack)
    check_pack(pack)
    if pack.findings.problems:
        number = len(pack.findings.problems)
        raise DomainError(
            Message(
                f"Gói {pack.manifest.name} có {number} lỗi; chưa ghi gì.",
                f"The pack {pack.manifest.name} has {number} faults; nothing was written.",
            ),
            code="pack_invalid",
            problems=pack.findings.problems,
        )
    if not allow_downgrade:
        _check_not_older(pack)
    check_can_approve()
    planned, rows = install_pack(pack, by=by, at=at, progress=progress)
    return _report(pack, planned, rows=rows, installed=True)


def content_hash(folder: Path) -> str:
    """sha256 of what the pack says, whatever its files look like."""
    return load(folder).content_hash()


def _checked(folder: Path) -> Pack:
    pack = load(folder)
    check_pack(pack)
    return pack


def _check_requirements(pack: Pack) -> None:
    """To be installed, a pack needs those it requires in the database; one lying beside it is offered."""
    installed = dict(InstalledPack.objects.values_list("name", "version"))
    for need in pack.manifest.requires:
        version = installed.get(need.name)
        if version is not None and satisfies(version, need.version):
            continue
        beside = pack.folder.resolve().parent / need.name
        vi, en = "", ""
        if (beside / MANIFEST).is_file():
            vi = f" Gói nằm ở {beside}: chạy “tamdao pack install {beside}” trước."
            en = f" It lies in {beside}: run “tamdao pack install {beside}” first."
        wanted = f"{need.name} {need.version}".strip()
        has_vi, has_en = (f"; đang có {version}", f"; {version} is installed") if version else ("", "")
        raise DomainError(
            Message(
                f"Gói {pack.manifest.name} cần {wanted}{has_vi}.{vi}",
                f"The pack {pack.manifest.name} requires {wanted}{has_en}.{en}",
            ),
            code="pack_requires",
            status=409,
        )


def _check_not_older(pack: Pack) -> None:
    name, version = pack.manifest.name, pack.manifest.version
    installed = InstalledPack.objects.filter(name=name).values_list("version", flat=True).first()
    if installed is None or satisfies(version, f">={installed}"):
        return
    raise DomainError(
        Message(
            f"Gói {name} {version} cũ hơn bản đang cài, {installed}; chưa ghi gì. Nếu thật sự muốn lùi phiên bản, "
            "thêm --allow-downgrade: số liệu chỉ có ở bản mới sẽ được rút.",
            f"The pack {name} {version} is older than the installed {installed}; nothing was written. To go back on "
            "purpose add --allow-downgrade: values that only the newer version has will be withdrawn.",
        ),
        code="pack_older",
        status=409,
    )


def _report(
    pack: Pack, planned: Plan | None = None, *, rows: dict[str, int] | None = None, installed: bool = False
) -> Report:
    refused = [] if planned is None or installed else refusals(pack, planned)
    return Report(
        name=pack.manifest.name,
        version=pack.manifest.version,
        records={kind: len(records) for kind, records in pack.records.items()},
        problems=(*pack.findings.problems, *refused),
        notes=tuple(pack.findings.notes),
        plan=planned or Plan(),
        rows=rows or {},
        installed=installed,
    )
