"""The folder of an export: which files it must have, their hashes, and strict reading of small JSON texts."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from .notes import Wrong

MANIFEST = "manifest.json"
EXPORT = "tamdao-ledger-export/1"
EVIDENCE = "tamdao-ledger-evidence/1"
FILES = {
    EXPORT: ("checkpoints.jsonl", "entries.jsonl", "ledger.pub", "proofs.jsonl", "rows.jsonl"),
    EVIDENCE: ("checkpoint", "entries.jsonl", "ledger.pub", "rows.jsonl"),
}


_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def canonical(value: Any) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _no_number(text: str) -> Any:
    raise ValueError(f"the ledger has whole numbers only, not {text}")


_DECODER = json.JSONDecoder(parse_float=_no_number, parse_constant=_no_number)


def strict(text: str) -> Any:
    """The value of a canonical JSON text. Wrong when it is written in any other way, 5.0 for 5 for one."""
    try:
        value = _DECODER.decode(text)
        same = canonical(value) == text
    except (ValueError, RecursionError) as error:
        raise Wrong("không phải JSON", "not JSON") from error
    if not same:
        raise Wrong("JSON viết không chuẩn", "JSON written in another way")
    return value


def whole(value: object) -> int:
    """A number that counts something. Wrong for anything else: True is no 1."""
    if type(value) is not int or value < 0:
        raise Wrong("thiếu một số nguyên không âm", "a whole number is missing")
    return value


def hashes(value: object) -> list[bytes]:
    """A list of SHA-256 hashes in lower-case hex. Wrong for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, str) and _HASH.fullmatch(one) for one in value):
        raise Wrong("thiếu danh sách mã băm", "a list of hashes is missing")
    return [bytes.fromhex(one) for one in value]


def read_text(path: Path) -> str:
    """A small text file. Wrong when it is absent or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(f"không đọc được {path.name}", f"{path.name} can't be read") from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, when it has the right names in it and the folder holds just the files it must."""
    text = read_text(folder / MANIFEST)
    if not text.endswith("\n"):
        raise Wrong("manifest.json bị cắt", "manifest.json is cut")
    found: Any = strict(text[:-1])
    found = found if isinstance(found, dict) else {}
    names = FILES.get(str(found.get("format")))
    if names is None:
        raise Wrong("manifest.json không nêu đúng định dạng", "manifest.json names no known format")
    expected = {"files", "format", "origin", "root", "size"} | (
        {"object", "waiting"} if found["format"] == EVIDENCE else set()
    )
    if set(found) != expected or set(found["files"]) != set(names):
        raise Wrong("manifest.json thiếu hoặc thừa mục", "manifest.json lacks a part or has one too many")
    there = sorted(path.name for path in folder.iterdir())
    if there != sorted((MANIFEST, *names)):
        raise Wrong(
            f"thư mục phải có đúng các tệp {', '.join(sorted((MANIFEST, *names)))}",
            f"the folder must hold just {', '.join(sorted((MANIFEST, *names)))}",
        )
    if any(not (folder / name).is_file() or (folder / name).is_symlink() for name in there):
        raise Wrong("trong thư mục có thứ không phải tệp thường", "something in the folder is no plain file")
    return dict(found)


def check_hashes(folder: Path, manifest: dict[str, Any]) -> None:
    """Wrong for the first file whose length or SHA-256 differs from the manifest."""
    for name, said in sorted(manifest["files"].items()):
        with (folder / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = (folder / name).stat().st_size
        if said != {"bytes": size, "sha256": digest} or whole(said["bytes"]) != size:
            raise Wrong(
                f"tệp {name} không khớp manifest.json", f"the file {name} does not match manifest.json"
            )
