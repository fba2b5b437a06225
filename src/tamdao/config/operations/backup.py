"""One backup: everything of an instance in a folder that appears under its date once it is whole and on the disk.

Order matters. First the ledger seals, then the database is copied in one moment, then the files (a file is on the disk
before the row that names it), then the secrets (a key exists before the row that it encrypts).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import platform
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tamdao import __version__
from tamdao.config import env
from tamdao.config.operations import contents, manifest, notes
from tamdao.config.operations.manifest import Manifest, Part
from tamdao.config.operations.progress import Step
from tamdao.config.operations.sealing import Passphrase, Recipient, seal
from tamdao.config.operations.store import Snapshot, Store
from tamdao.kit import durable
from tamdao.kit.errors import Conflict, DomainError, Problem
from tamdao.kit.messages import Message

# seals what waits in the ledger and says what the manifest notes of it
Seal = Callable[[], dict[str, Any]]
SEALED = "secrets.sealed"
CONFIGURATION = "configuration.json"
# inside the sealed part: the variables whose values are secrets
ENVIRONMENT = "environment.json"
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ")
CONTENT_NAME = re.compile(r"[0-9a-f]{64}")
# room beyond the estimate, for what grows while it is copied
ROOM = 1.1


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup. `problems` are faults of the instance that were copied as they are."""

    place: Path
    size: int
    parts: int
    linked: int
    removed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def list_backups(into: Path) -> list[Path]:
    """Finished backups in a folder, the oldest first."""
    if not into.is_dir():
        return []
    return sorted(
        place
        for place in into.iterdir()
        if NAME.fullmatch(place.name) and (place / manifest.MANIFEST).exists()
    )


def make(
    *,
    home: Path,
    store: Store,
    into: Path,
    at: datetime,
    to: Passphrase | Recipient | None,
    step: Step,
    ledger: Seal = dict,
    keep: int | None = None,
) -> Made:
    """Back `home` and its database up into a new folder of `into`; `to` None leaves the secrets out.

    `ledger` seals what waits and says what the manifest notes of it. With `keep`, older backups go once the new one
    stands. DomainError when there is no room, another backup is being made, or the database is damaged.
    """
    env.private_folder(into)
    with _only_one(into):
        with step("Chỗ trống", "room") as say:
            previous = next(reversed(list_backups(into)), None)
            say(_check_room(home, store, into, previous))
        place = _free_name(into, at)
        linked: list[str] = []
        problems: list[Problem] = []

        def fill(draft: Path) -> None:
            with step("Niêm phong nhật ký đối chứng", "seal the ledger"):
                sealed = ledger()
            with step("Cơ sở dữ liệu", "database") as say:
                snapshot = store.copy(draft / store.file)
                if not snapshot.migrations:
                    raise _unprepared(store)
                say(f"{sum(snapshot.rows.values()):,} rows".replace(",", "."))
            with step("Tệp", "files") as say:
                copied = _copy_files(home, draft, previous, linked, problems)
                say(f"{copied}")
            with step("Cấu hình, bí mật", "configuration, secrets") as say:
                _copy_settings(home, draft, to, skip=kept_elsewhere(store, into))
                say("niêm phong · sealed" if to else "không kèm bí mật · secrets left out")
            with step("Bảng kê", "manifest"):
                manifest.write(draft, _describe(draft, at, snapshot, sealed, to is not None))

        durable.build_folder(place, fill)
        found = manifest.read(place)
        removed = _rotate(into, keep) if keep else []
    notes.note(
        home,
        backup={
            "at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "place": str(place),
            "size": found.size,
        },
    )
    return Made(place, found.size, len(found.parts), len(linked), removed, problems)


@contextmanager
def _only_one(into: Path) -> Iterator[None]:
    descriptor = os.open(into / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                Message(
                    f"Một lệnh sao lưu khác đang ghi vào {into}; chờ lệnh đó xong.",
                    f"Another backup is being written into {into}; wait for it to end.",
                ),
                code="backup.running",
            ) from error
        for draft in into.iterdir():
            # left by a backup that was killed
            if draft.is_dir() and NAME.match(draft.name[1:]) and draft.name.startswith("."):
                shutil.rmtree(draft)
        yield
    finally:
        os.close(descriptor)


def _check_room(home: Path, store: Store, into: Path, previous: Path | None) -> str:
    """Refuse when the disk can't hold the backup; says how much is free."""
    need = store.bytes() + sum(_bytes_to_copy(home, previous))
    free = shutil.disk_usage(into).free
    if free < need * ROOM:
        raise DomainError(
            Message(
                f"{into} còn trống {free >> 20} MB, bản sao lưu cần tới {need >> 20} MB. "
                "Giảm số bản giữ lại (--keep) hoặc dùng ổ đĩa khác.",
                f"{into} has {free >> 20} MB free, the backup needs up to {need >> 20} MB. "
                "Keep fewer backups (--keep) or use another disk.",
            ),
            code="backup.no_room",
        )
    return f"{free >> 20} MB"


def _bytes_to_copy(home: Path, previous: Path | None) -> Iterator[int]:
    """Sizes of the files that the previous backup does not hold already: what it holds is linked and needs no room."""
    for path in contents.open_files(home):
        with contextlib.suppress(FileNotFoundError):
            size = path.stat().st_size
            older = previous / _name(home, path) if previous else None
            if older is None or not older.is_file() or older.stat().st_size != size:
                yield size


def _name(home: Path, path: Path) -> str:
    """What an open file of the instance is called in a backup."""
    return f"{contents.OPEN}/{path.relative_to(home).as_posix()}"


def _unprepared(store: Store) -> DomainError:
    return DomainError(
        Message(
            f"{store.label} chưa phải cơ sở dữ liệu của một phiên bản; kiểm tra TAMDAO_HOME và TAMDAO_DATABASE_URL.",
            f"{store.label} is not the database of an instance yet; check TAMDAO_HOME and TAMDAO_DATABASE_URL.",
        ),
        code="backup.no_database",
    )


def _free_name(into: Path, at: datetime) -> Path:
    while True:
        place = into / at.astimezone(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
        if not place.exists():
            return place
        at += timedelta(seconds=1)


def kept_elsewhere(store: Store, *more: Path) -> set[Path]:
    """What lies in the instance's folder, perhaps, and is no secret to be sealed: the database, the backups."""
    named = env.read_path("TAMDAO_BACKUPS")
    database = {Path(store.label)} if store.vendor == "sqlite" else set()
    return {*more, *database, *([named] if named else [])}


def _copy_files(
    home: Path, draft: Path, previous: Path | None, linked: list[str], problems: list[Problem]
) -> int:
    """Copy open files; one that the previous backup holds, byte for byte, is linked and takes no room twice."""
    copied = 0
    for path in contents.open_files(home):
        name = _name(home, path)
        try:
            digest = manifest.sha256_of(path)
            if _copy_file(path, draft / name, older=previous / name if previous else None, digest=digest):
                linked.append(name)
        except FileNotFoundError:
            # a file that no row names was cleared away meanwhile
            continue
        if CONTENT_NAME.fullmatch(path.name) and path.name != digest:
            problems.append(
                Problem(
                    Message(
                        "nội dung không còn khớp tên (sha256): tệp đã hỏng; lấy lại từ bản sao lưu cũ hơn",
                        "its content does not match its name (sha256): it is damaged; take it from an older backup",
                    ),
                    where=str(path),
                )
            )
        copied += 1
    return copied


def _copy_file(path: Path, target: Path, *, older: Path | None, digest: str) -> bool:
    """Link to the same content of the previous backup; copy where there is none or the disk knows no links.

    Whether it was linked.
    """
    if older is not None and older.is_file() and manifest.sha256_of(older) == digest:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            os.link(older, target)
            return True
    durable.copy_private(path, target)
    return False


def _copy_settings(home: Path, draft: Path, to: Passphrase | Recipient | None, *, skip: set[Path]) -> None:
    stated = env.stated()
    secret = {name: value for name, value in stated.items() if env.is_secret(name)}
    plain = {name: value for name, value in stated.items() if name not in secret}
    durable.write(
        draft / CONFIGURATION, json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )
    if to is None:
        return
    files = contents.sealed_content(home, skip=skip)
    files[ENVIRONMENT] = json.dumps(secret, indent=1, sort_keys=True).encode()
    (draft / SEALED).write_bytes(seal(files, to=to))


def _describe(
    draft: Path, at: datetime, snapshot: Snapshot, ledger: dict[str, Any], sealed: bool
) -> Manifest:
    parts: list[Part] = [manifest.describe(draft, path) for path in manifest.files_below(draft)]
    return Manifest(
        made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        release=__version__,
        python=platform.python_version(),
        database=snapshot.as_json(),
        ledger=ledger,
        secrets="sealed" if sealed else "left out",
        parts=tuple(parts),
    )


def _rotate(into: Path, keep: int) -> list[str]:
    """Remove the oldest backups beyond `keep`; each vanishes at once, then its files go."""
    gone = []
    for place in list_backups(into)[:-keep]:
        hidden = place.with_name(f".{place.name}.gone")
        place.rename(hidden)
        durable.sync(into)
        shutil.rmtree(hidden)
        gone.append(place.name)
    return gone
