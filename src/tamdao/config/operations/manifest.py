"""The manifest of a backup: every part with size and sha256, so that every byte of the backup counts.

A backup is a folder. `manifest.json` names its parts; `manifest.sha256` is the hash of the manifest. A part that is
missing, added, cut or changed by one bit is found before anything of it is used. The hashes guard against accident;
against malice stand the ledger, its signatures and its witness.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tamdao.kit import durable
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_HASH = "manifest.sha256"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup: its path below the backup's folder, its size in bytes and its sha256 in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds and where it came from. `secrets` is "sealed" or "left out"."""

    made_at: str
    release: str
    python: str
    database: dict[str, Any]
    ledger: dict[str, Any]
    secrets: str
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts)

    def text(self) -> str:
        """As it is written: JSON, one line per part, parts by path."""
        content = {
            "format": FORMAT,
            "made_at": self.made_at,
            "release": self.release,
            "python": self.python,
            "database": self.database,
            "ledger": self.ledger,
            "secrets": self.secrets,
            "parts": [
                {"path": part.path, "size": part.size, "sha256": part.sha256}
                for part in sorted(self.parts, key=lambda part: part.path)
            ],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def sha256_of(path: Path) -> str:
    """sha256 of a file in hexadecimal, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below `folder`, sorted; links count as files, so that nothing hides behind one."""
    return (path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir())


def describe(folder: Path, path: Path) -> Part:
    """The part that a file of a backup makes."""
    return Part(path.relative_to(folder).as_posix(), path.stat().st_size, sha256_of(path))


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and its hash into a backup's folder."""
    content = manifest.text().encode()
    durable.write(folder / MANIFEST, content)
    durable.write(folder / MANIFEST_HASH, hashlib.sha256(content).hexdigest() + "\n")


def read(folder: Path) -> Manifest:
    """The manifest of a backup, once its own hash is right. DomainError says why a folder is none."""
    try:
        content = (folder / MANIFEST).read_bytes()
        stated = (folder / MANIFEST_HASH).read_bytes()
    except OSError as error:
        raise refused(
            folder,
            Message(
                f"không đọc được {error.filename}: {error.strerror}; hãy chỉ đúng thư mục của một bản sao lưu",
                f"{error.filename} can't be read: {error.strerror}; name the folder of one backup",
            ),
        ) from error
    if stated != (hashlib.sha256(content).hexdigest() + "\n").encode():
        raise refused(
            folder,
            Message(
                f"{MANIFEST} không khớp {MANIFEST_HASH}: bảng kê đã bị sửa hoặc hỏng",
                f"{MANIFEST} does not match {MANIFEST_HASH}: the manifest was changed or is damaged",
            ),
        )
    return _parse(folder, content)


def _parse(folder: Path, content: bytes) -> Manifest:
    try:
        found = json.loads(content)
        # a key that is missing or unknown is a TypeError of the class
        parts = tuple(Part(**part) for part in found.pop("parts"))
        if found.pop("format") == FORMAT:
            return Manifest(**found, parts=parts)
        error: Exception | None = None
    except (ValueError, KeyError, TypeError) as unreadable:
        error = unreadable
    raise refused(
        folder,
        Message(
            f"{MANIFEST} không theo dạng {FORMAT} mà bản phát hành này đọc được",
            f"{MANIFEST} is not of the format {FORMAT} that this release reads",
        ),
    ) from error


def check(folder: Path, *, progress: Callable[[int, int], None] = lambda done, total: None) -> Manifest:
    """Compare every byte of a backup with its manifest, which is returned; nothing is written.

    DomainError lists every part that is missing, unknown, cut or changed. `progress` hears bytes done of bytes total.
    """
    manifest = read(folder)
    known = {part.path for part in manifest.parts} | {MANIFEST, MANIFEST_HASH}
    present = {path.relative_to(folder).as_posix() for path in files_below(folder)}
    problems = [
        Problem(Message("không có trong bảng kê", "is not in the manifest"), where=name)
        for name in sorted(present - known)
    ]
    done = 0
    for part in manifest.parts:
        problem = _fault(folder / part.path, part)
        if problem is not None:
            problems.append(Problem(problem, where=part.path))
        done += part.size
        progress(done, manifest.size)
    if problems:
        raise refused(folder, *problems)
    return manifest


def _fault(path: Path, part: Part) -> Message | None:
    if path.is_symlink() or not path.is_file():
        return Message("thiếu tệp này", "is missing")
    size = path.stat().st_size
    if size != part.size:
        return Message(
            f"dài {size} byte, bảng kê ghi {part.size}: tệp đã bị cắt hoặc nối thêm",
            f"has {size} bytes, the manifest says {part.size}: it was cut or added to",
        )
    if sha256_of(path) != part.sha256:
        return Message("nội dung đã bị sửa hoặc hỏng", "its content was changed or is damaged")
    return None


def refused(folder: Path, *problems: Message | Problem) -> DomainError:
    """The refusal of a backup, with every reason and the way on."""
    return DomainError(
        Message(
            f"Không dùng bản sao lưu {folder}; chưa ghi gì. Hãy dùng một bản khác. Lý do:",
            f"The backup {folder} is not used and nothing was written. Take another one. The reason:",
        ),
        code="backup.refused",
        problems=[item if isinstance(item, Problem) else Problem(item) for item in problems],
    )
