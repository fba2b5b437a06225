"""From a backup to an instance: every byte is checked first, then written, then checked again where it now stands.

The target is empty. A note stands in it from the first write until what was written is found to be what the backup
holds: meanwhile, and after a restore that was cut, nothing but a restore works there, and that one begins anew.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tamdao import __version__
from tamdao.config import env
from tamdao.config.operations import contents, manifest, notes
from tamdao.config.operations.backup import CONTENT_NAME, ENVIRONMENT, ROOM, SEALED
from tamdao.config.operations.manifest import Manifest
from tamdao.config.operations.progress import Step
from tamdao.config.operations.sealing import Holder, Passphrase, open_sealed, sealed_to
from tamdao.config.operations.store import Store
from tamdao.kit import durable
from tamdao.kit.errors import Conflict, DomainError, Problem
from tamdao.kit.messages import Message


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore wrote. `problems` are faults found afterwards; empty when all holds."""

    manifest: Manifest
    files: int
    problems: list[Problem]


def how_sealed(folder: Path) -> str:
    """How the secrets of a backup open: "passphrase", "recipient", or "" where there are none.

    DomainError when they are no sealed file.
    """
    if not (folder / SEALED).exists():
        return ""
    try:
        return sealed_to((folder / SEALED).read_bytes())
    except DomainError as error:
        raise manifest.refused(folder, Problem(error.message, where=SEALED)) from error


def put_back(
    *,
    folder: Path,
    home: Path,
    store: Store,
    by: Passphrase | Holder | None,
    known_migrations: Callable[[], set[str]],
    step: Step,
) -> Restored:
    """Restore the backup `folder` into the empty instance `home` and its empty database.

    `by` opens the secrets; None leaves them out. DomainError, with nothing written, when the target holds records, the
    backup is damaged, comes from a newer release or from another kind of database.
    """
    with step("Bản sao lưu, từng byte", "every byte of the backup") as say:
        found = manifest.check(folder)
        say(f"{len(found.parts)}, {found.size >> 20} MB")
    with step("Nơi phục hồi còn trống", "the target is empty") as say:
        _check_fits(folder, found, store, known_migrations())
        _check_empty(home, store)
        _check_room(found, home, store)
        store.check_usable(folder / store.file)
        say(store.label)
    secrets = open_sealed((folder / SEALED).read_bytes(), by=by) if by else {}
    with step("Tệp và bí mật", "files and secrets") as say:
        count = _write_files(folder, found, home, secrets)
        say(f"{count}")
    with step("Cơ sở dữ liệu", "database"):
        # from here on what stands in this database is of this restore, and the next one may replace it
        durable.write(home / notes.RESTORING, store.label)
        store.replace(folder / store.file)
    with step("Toàn vẹn, số dòng, mã băm", "integrity, rows, hashes"):
        problems = [*store.faults(), *_differences(found, store), *_changed_files(found, home)]
    if not problems:
        (home / notes.RESTORING).unlink()
        durable.sync(home)
    return Restored(found, count, problems)


def _check_fits(folder: Path, found: Manifest, store: Store, known: set[str]) -> None:
    problems = []
    if found.database["vendor"] != store.vendor:
        problems.append(
            Message(
                f"bản này của {found.database['vendor']}, nơi phục hồi là {store.vendor}; đặt TAMDAO_DATABASE_URL cho "
                "đúng loại (chuyển loại sau bằng: tamdao move-to-postgres)",
                f"it is of {found.database['vendor']}, the target is {store.vendor}; set TAMDAO_DATABASE_URL to the "
                "same kind (change it afterwards: tamdao move-to-postgres)",
            )
        )
    newer = sorted(set(found.database["migrations"]) - known)
    if newer:
        problems.append(
            Message(
                f"bản này của bản phát hành mới hơn ({found.release}, ở đây {__version__}): không biết {newer[0]}; "
                "cài bản phát hành đó trước",
                f"it comes from a newer release ({found.release}, here {__version__}): {newer[0]} is not known; "
                "install that release first",
            )
        )
    if problems:
        raise manifest.refused(folder, *problems)


def _check_empty(home: Path, store: Store) -> None:
    held = []
    begun = _begun(home)
    # what a restore that was cut has left is overwritten: its files, and the database once it had come to that
    if not store.is_empty() and begun != store.label:
        held.append(store.label)
    elif begun is None:
        held += [str(home / name) for name in contents.records(home)]
    if held:
        raise Conflict(
            Message(
                f"Nơi phục hồi không trống: {', '.join(held)}. Không ghi gì. Phục hồi vào một thư mục mới "
                "(TAMDAO_HOME=/đường/dẫn/mới) hoặc cơ sở dữ liệu mới; không xóa phiên bản cũ trước khi bản mới chạy.",
                f"The target is not empty: {', '.join(held)}. Nothing was written. Restore into a new folder "
                "(TAMDAO_HOME=/new/path) or a new database; keep the old instance until the new one runs.",
            ),
            code="restore.not_empty",
        )


def _check_room(found: Manifest, home: Path, store: Store) -> None:
    """Refuse when the disk can't hold what will be written to it; what a server of databases has, it alone knows."""
    there = next(place for place in (home, *home.parents) if place.exists())
    need = sum(part.size for part in found.parts if part.path != store.file or store.vendor == "sqlite")
    free = shutil.disk_usage(there).free
    if free < need * ROOM:
        raise DomainError(
            Message(
                f"{there} còn trống {free >> 20} MB, phục hồi cần tới {need >> 20} MB. Chưa ghi gì. Dùng ổ đĩa khác "
                "(TAMDAO_HOME=/đường/dẫn/mới) hoặc dọn bớt.",
                f"{there} has {free >> 20} MB free, the restore needs up to {need >> 20} MB. Nothing was written. Use "
                "another disk (TAMDAO_HOME=/new/path) or make room.",
            ),
            code="restore.no_room",
        )


def _begun(home: Path) -> str | None:
    """The database that a restore which was cut was about to replace, "" when it had not come so far, None for none."""
    try:
        return (home / notes.RESTORING).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _write_files(folder: Path, found: Manifest, home: Path, secrets: dict[str, bytes]) -> int:
    env.private_folder(home)
    begun = _begun(home)
    # before anything is written or removed; which database it had come to is not forgotten
    durable.write(home / notes.RESTORING, begun or "")
    for name in contents.records(home):
        # what a restore that was cut has left
        place = home / name
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    count = 0
    for part in found.parts:
        inside = Path(part.path)
        if inside.parts[0] == contents.OPEN:
            durable.copy_private(folder / inside, home.joinpath(*inside.parts[1:]))
            count += 1
    for name, content in secrets.items():
        if name != ENVIRONMENT:
            place = home / name
            durable.write(durable.make_folder(place.parent) / place.name, content)
            count += 1
    durable.sync_tree(home)
    return count


def _differences(found: Manifest, store: Store) -> list[Problem]:
    """Tables whose number of rows, and migrations, that are not those of the manifest."""
    now = store.snapshot()
    rows = found.database["rows"]
    problems = [
        Problem(
            Message(
                f"có {now.rows.get(table, 0)} dòng, bản sao lưu ghi {rows.get(table, 0)}",
                f"has {now.rows.get(table, 0)} rows, the backup says {rows.get(table, 0)}",
            ),
            where=table,
        )
        for table in sorted(rows.keys() | now.rows.keys())
        if rows.get(table) != now.rows.get(table)
    ]
    if now.migrations != found.database["migrations"]:
        problems.append(
            Problem(Message("các bước nâng cấp khác bản sao lưu", "migrations differ from the backup's"))
        )
    return problems


def _changed_files(found: Manifest, home: Path) -> list[Problem]:
    """Files that are not, where they now stand, what the manifest says."""
    problems = []
    for part in found.parts:
        inside = Path(part.path)
        if inside.parts[0] != contents.OPEN:
            continue
        place = home.joinpath(*inside.parts[1:])
        if not place.is_file() or manifest.sha256_of(place) != part.sha256:
            problems.append(Problem(Message("khác bản sao lưu", "differs from the backup"), where=str(place)))
    return problems


def check_names(home: Path) -> list[Problem]:
    """Files of evidence whose content does not match their name, which is their sha256."""
    found = []
    for path in contents.open_files(home):
        # a file that no row names may be cleared away meanwhile
        with contextlib.suppress(FileNotFoundError):
            if CONTENT_NAME.fullmatch(path.name) and path.name != manifest.sha256_of(path):
                told = Message("nội dung không khớp mã băm", "its content does not match its hash")
                found.append(Problem(told, where=str(path)))
    return found


def unusable(problems: list[Problem]) -> DomainError:
    """The refusal after a restore whose checks found something."""
    return DomainError(
        Message(
            "Đã ghi xong nhưng kiểm tra thấy sai; không chạy phiên bản này, hãy phục hồi một bản khác vào nơi mới:",
            "Written, but the checks found faults; don't serve this instance, restore another backup elsewhere:",
        ),
        code="restore.faults",
        problems=problems,
    )
