"""The judgement of one file: name, size, kind by content, what is inside, virus scan. All problems at once."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

from .archives import LyingEntryError, chunks, open_archive
from .images import jpeg_faults, png_faults
from .kinds import KINDS, TEXTS, ZIPPED, KindOfFile, called, sniff
from .markup import svg_faults
from .names import extension, name_problems, shown
from .office import office_problems
from .pdfs import pdf_faults
from .rules import MIB, Rules
from .scanning import Scan, Scanner
from .texts import text_faults

_HEAD = 4096
_MOST_SAID = 20


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be used: name in NFC, kind, size in bytes; `scan` is "off" where no scanner looked at it."""

    name: str
    kind: KindOfFile
    size: int
    scan: Scan


class UploadRefused(DomainError):
    """The file is not taken; `problems` say what, where and how to mend it."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        called_so = shown(name) or "?"
        super().__init__(
            Message(
                f"Không nhận tệp “{called_so}”: {problems[0].message.vi}",
                f"The file “{called_so}” is not taken: {problems[0].message.en}",
            ),
            code="upload_refused",
            status=422,
            problems=problems,
        )


def judge(file: IO[bytes], name: str, rules: Rules, scanner: Scanner | None = None) -> Judged:
    """Whether `file` (open for reading bytes, seekable) may be used for what `rules` stand for; left at its beginning.

    Raises UploadRefused, ScannerUnreachable.
    """
    name = unicodedata.normalize("NFC", name)
    size = file.seek(0, 2)
    problems = name_problems(name)
    kind = None
    if size == 0:
        problems.append(
            Problem(
                Message(
                    "Tệp rỗng (0 byte); gửi lại bản đầy đủ.", "The file is empty (0 bytes); send it whole."
                ),
                where=shown(name),
            )
        )
    elif size > rules.limits.file:
        problems.append(Problem(_too_large(size, rules), where=shown(name), field="size"))
    else:
        kind, found = _kind(file, name, rules)
        problems += found
        if kind is not None:
            problems += _inside(file, kind, shown(name), rules)
    scan: Scan = "off"
    if scanner is not None and 0 < size <= rules.limits.file:
        scan, what = scanner.scan(file)
        if scan == "infected":
            problems.append(
                Problem(
                    Message(
                        f"Trình quét mã độc báo: {what}. Quét máy đang dùng trước khi gửi lại.",
                        f"The virus scanner found: {what}. Scan your computer before you send it again.",
                    ),
                    where=shown(name),
                )
            )
    file.seek(0)
    if problems or kind is None:
        raise UploadRefused(name, problems[:_MOST_SAID])
    return Judged(name, KINDS[kind], size, scan)


def _too_large(size: int, rules: Rules) -> Message:
    most = rules.limits.file // MIB
    return Message(
        f"Tệp {size / MIB:.0f} MB, quá lớn: tối đa {most} MB; nén ảnh hoặc chia thành nhiều tệp.",
        f"The file has {size / MIB:.0f} MB, {most} MB at most; shrink pictures or cut it into several.",
    )


def _kind(file: IO[bytes], name: str, rules: Rules) -> tuple[str | None, list[Problem]]:
    """The kind that extension and content agree on, or why there is none."""
    file.seek(0)
    found = sniff(file.read(_HEAD))
    ending = extension(name)
    claimed = next((kind for kind in sorted(rules.kinds) if ending in KINDS[kind].extensions), None)
    if claimed is None:
        taken = ", ".join(f".{KINDS[kind].extensions[0]}" for kind in sorted(rules.kinds))
        message = Message(
            f"Không nhận loại “.{ending[:12]}”; chỉ nhận {taken}.",
            f"“.{ending[:12]}” is not taken; what is taken: {taken}.",
        )
        return None, [Problem(message, where=shown(name), field="name")]
    fits = (
        found == claimed
        or (found == "zipped" and claimed in ZIPPED)
        or (found == "text" and claimed in TEXTS)
        or (found == "markup" and claimed == "svg")
    )
    if fits or (found == "unknown" and claimed in TEXTS):
        # what is meant as text and holds NUL is said by the check of texts
        return claimed, []
    is_really = called(found)
    message = Message(
        f"Tên là .{ending} nhưng nội dung là {is_really.vi}; lưu lại đúng dạng {KINDS[claimed].called.vi}.",
        f"The name says .{ending} but the content is {is_really.en}; save it as a true {KINDS[claimed].called.en}.",
    )
    return None, [Problem(message, where=shown(name), field="content")]


def _inside(file: IO[bytes], kind: str, where: str, rules: Rules) -> Iterator[Problem]:
    """What the content of a kind must not have."""
    if kind in ZIPPED:
        yield from _zipped(file, kind, where, rules)
        return
    file.seek(0)
    data = file.read()
    if kind == "pdf":
        faults = pdf_faults(data, rules.limits)
    elif kind == "png":
        faults = png_faults(data, rules.limits)
    elif kind == "jpeg":
        faults = jpeg_faults(data, rules.limits)
    elif kind == "svg":
        faults = svg_faults(data, rules.limits)
    else:
        faults = text_faults(data)
    yield from (Problem(message, where=where) for message in faults)


def _zipped(file: IO[bytes], kind: str, where: str, rules: Rules) -> Iterator[Problem]:
    directory, problems = open_archive(file, where, rules.limits)
    yield from problems
    if directory is None:
        return
    with directory.archive:
        if kind != "zip":
            yield from office_problems(directory, kind, where, rules.limits)
            return
        # files in an archive are judged like files sent alone; archives among them are not opened further
        inner = replace(rules, kinds=rules.kinds - {"zip"})
        left = rules.limits.unpacked
        for info in directory.entries:
            place = f"{where}!{shown(info.filename)}"
            try:
                data = b"".join(chunks(directory, info))
                # what Office files unpack to counts too, or a small archive of them would cost hours
                left -= len(data) + _unpacked(data, inner)
                if left < 0:
                    yield Problem(_swells(rules), where=place)
                    return
                yield from _member(data, info.filename, place, inner)
            except LyingEntryError:
                yield Problem(
                    Message(
                        "Nội dung không khớp mục lục của tệp nén; nén lại.",
                        "The content does not fit the directory of the archive; pack it again.",
                    ),
                    where=place,
                )


def _unpacked(data: bytes, rules: Rules) -> int:
    """What a file in an archive unpacks to, by its directory; 0 for what is no archive or will be refused unopened."""
    if sniff(data[:_HEAD]) != "zipped":
        return 0
    directory, _ = open_archive(io.BytesIO(data), "", rules.limits)
    return 0 if directory is None else sum(info.file_size for info in directory.entries)


def _swells(rules: Rules) -> Message:
    most = rules.limits.unpacked // MIB
    return Message(
        f"Các tệp bên trong giải nén quá {most} MB; gửi thành nhiều tệp.",
        f"The files inside unpack to more than {most} MB; send them apart.",
    )


def _member(data: bytes, name: str, where: str, rules: Rules) -> Iterator[Problem]:
    base = name.rpartition("/")[2]
    if extension(base) in KINDS["zip"].extensions or sniff(data[:_HEAD]) == "archive":
        yield Problem(
            Message(
                "Tệp nén nằm trong tệp nén; nén các tệp thành một lớp.",
                "An archive within an archive; pack the files in one layer.",
            ),
            where=where,
        )
        return
    try:
        judge(io.BytesIO(data), base, rules)
    except UploadRefused as refused:
        yield from (replace(problem, where=where) for problem in refused.problems)
