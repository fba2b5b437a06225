"""The command line: `tamdao-verify EXPORT --key KEY [--checkpoint FILE]`; exit 0, 1 (found wrong) or 2 (usage)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from . import evidence, export
from .files import EVIDENCE, read_manifest, read_text
from .notes import Checkpoint, Key, Wrong, read_keys


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    made = argparse.ArgumentParser(
        prog="tamdao-verify",
        description="Kiểm tra ngoại tuyến bản xuất nhật ký đối chứng. "
        "Checks an export of the ledger offline: every entry, signature, proof and byte.",
        epilog="Ví dụ · example: tamdao-verify export/ --key ledger.pub --checkpoint latest.checkpoint",
    )
    made.add_argument("export", type=Path, metavar="EXPORT", help="thư mục xuất · folder of the export")
    made.add_argument(
        "--key",
        required=True,
        metavar="KEY",
        help="tệp khóa công khai giữ riêng, hoặc dòng khóa · ledger.pub kept apart",
    )
    made.add_argument(
        "--checkpoint", type=Path, metavar="FILE", action="append", default=[],
        help="điểm chốt nhân chứng đã giữ; bản xuất phải nối tiếp nó · a checkpoint a witness kept",
    )  # fmt: skip
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Run and leave with the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run and return the exit code."""
    try:
        given = parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    if not given.export.is_dir():
        return _say_usage(f"{given.export}: không có thư mục này · no such folder")
    is_line = "+" in given.key and not Path(given.key).exists()
    if not is_line and not Path(given.key).is_file():
        return _say_usage(f"{given.key}: không có tệp khóa này · no such key file")
    for path in given.checkpoint:
        if not path.is_file():
            return _say_usage(f"{path}: không có tệp này · no such file")
    try:
        trusted = [Key.read(given.key)] if is_line else read_keys(read_text(Path(given.key)))
        kept: list[Checkpoint | None] = [Checkpoint.read(read_text(path)) for path in given.checkpoint]
        outcome = [verify(given.export, trusted, witness) for witness in kept or [None]][-1]
    except Wrong as wrong:
        print(f"SAI: {wrong.vi}.\nWRONG: {wrong.en}.")
        return 1
    for vi, en in outcome.warnings:
        print(f"Lưu ý: {vi}.\nNote: {en}.")
    counted = f"{outcome.entries} + {outcome.rows}"
    print(
        f"ĐÚNG: {counted} bút toán và dòng trong gói, {outcome.checkpoints} điểm chốt, chốt cuối lúc {outcome.last_at}."
    )
    print(
        f"RIGHT: {counted} entries and bundled rows, {outcome.checkpoints} checkpoints, the last of {outcome.last_at}."
    )
    return 0


def verify(folder: Path, trusted: list[Key], witness: Checkpoint | None = None) -> export.Outcome:
    """Check an export or the evidence of one object. Wrong with the first fault."""
    manifest = read_manifest(folder)
    check = evidence.verify if manifest["format"] == EVIDENCE else export.verify
    try:
        return check(folder, manifest, trusted, witness)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # signed, yet not in the form that the sealer writes: whoever made it held the key
        raise Wrong(
            "có phần không đúng dạng của nhật ký đối chứng", "a part has not the form of the ledger"
        ) from error


def _say_usage(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
