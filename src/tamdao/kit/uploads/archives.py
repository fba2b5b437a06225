"""ZIP archives: judged by their directory before anything is unpacked, and held to it while unpacking.

The directory is measured before it is read, because reading a hundred thousand entries costs memory. What is unpacked
is counted, because headers lie. Overlapping entries (one body claimed many times) are refused.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .names import shown, sign_faults
from .rules import MIB, Limits

_END = b"PK\x05\x06"
_END_SIZE = 22
_MOST_COMMENT = 65_535
_LOCAL_HEADER = 30
_CHUNK = 256 * 1024
# a directory entry with the longest name that Office or people write
_MOST_PER_ENTRY = 512
BROKEN = Message(
    "Tệp nén bị cắt cụt hoặc hỏng; lưu hoặc nén lại rồi gửi lại.",
    "The archive is cut off or broken; save or pack it again and send it again.",
)


@dataclass(frozen=True, slots=True)
class Directory:
    """The entries of an archive that is sound by its directory, folders left out."""

    archive: zipfile.ZipFile
    entries: tuple[zipfile.ZipInfo, ...]


def open_archive(file: IO[bytes], where: str, limits: Limits) -> tuple[Directory | None, list[Problem]]:
    """The directory, or what is wrong with it; with a problem the archive is not to be unpacked."""
    fault = _measure(file, limits)
    if fault is not None:
        return None, [Problem(fault, where=where)]
    try:
        file.seek(0)
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, struct.error, UnicodeDecodeError):
        return None, [Problem(BROKEN, where=where)]
    problems = list(_entry_problems(archive, where, limits))
    if problems:
        return None, problems
    return Directory(archive, tuple(info for info in archive.infolist() if not info.is_dir())), []


def _measure(file: IO[bytes], limits: Limits) -> Message | None:
    """The end record: one archive, nothing before or behind it, a directory of bearable size."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_SIZE - _MOST_COMMENT))
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_SIZE:
        return BROKEN
    _, _, _, here, entries, length, offset, comment = struct.unpack(
        "<4s4H2LH", tail[place : place + _END_SIZE]
    )
    if entries > limits.members or here > limits.members or length > limits.members * _MOST_PER_ENTRY:
        return Message(
            f"Tệp nén có quá nhiều mục: tối đa {limits.members}; chia thành nhiều tệp.",
            f"The archive has too many entries: {limits.members} at most; cut it into several.",
        )
    end = size - len(tail) + place
    file.seek(0)
    begins = file.read(4) == b"PK\x03\x04" or (entries == 0 and end == 0)
    if not begins or offset + length != end or end + _END_SIZE + comment != size:
        return Message(
            "Trước hoặc sau phần nén còn dữ liệu lạ, hoặc mục lục không khớp; nén lại rồi gửi lại.",
            "Strange data stands before or behind the archive, or its directory does not fit; pack it again.",
        )
    return None


def _entry_problems(archive: zipfile.ZipFile, where: str, limits: Limits) -> Iterator[Problem]:
    entries = archive.infolist()
    seen: set[str] = set()
    for info in entries:
        place = f"{where}!{shown(info.filename)}"
        for message in _entry_faults(info, limits):
            yield Problem(message, where=place)
        folded = info.filename.casefold()
        if folded in seen:
            yield Problem(
                Message("Hai mục cùng tên; nén lại.", "Two entries have the same name; pack it again."),
                where=place,
            )
        seen.add(folded)
    unpacked = sum(info.file_size for info in entries)
    if unpacked > limits.unpacked:
        yield Problem(
            Message(
                f"Giải nén sẽ thành {unpacked // MIB} MB: tối đa {limits.unpacked // MIB} MB; chia thành nhiều tệp.",
                f"Unpacked this is {unpacked // MIB} MB, {limits.unpacked // MIB} MB at most; cut it into several.",
            ),
            where=where,
        )
    if _overlap(entries, archive.start_dir):
        yield Problem(
            Message(
                "Các mục chồng lên nhau (bom nén); nén lại từ tệp gốc.",
                "Entries overlap (a bomb); pack it again from the original files.",
            ),
            where=where,
        )


def _entry_faults(info: zipfile.ZipInfo, limits: Limits) -> Iterator[Message]:
    name = info.orig_filename
    parts = name.rstrip("/").split("/")
    if name.startswith("/") or "\\" in name or ".." in parts or "" in parts or name[1:2] == ":":
        yield Message(
            "Đường dẫn của mục đi ra ngoài tệp nén; nén lại.",
            "The path of the entry leads out of the archive; pack it again.",
        )
    elif any(sign_faults(part) for part in parts):
        yield Message(
            "Tên của mục có ký tự ẩn hoặc ký tự cấm; đặt lại tên rồi nén lại.",
            "The name of the entry has hidden or forbidden signs; rename it and pack again.",
        )
    if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield Message(
            "Mục là liên kết hoặc tệp đặc biệt; nén tệp thật.",
            "The entry is a link or special file; pack the file itself.",
        )
    if info.flag_bits & 0x1:
        yield Message(
            "Mục bị đặt mật khẩu nên không kiểm tra được; gửi bản không khóa.",
            "The entry has a password and can't be checked; send one that is not locked.",
        )
    elif info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        yield Message(
            "Kiểu nén lạ; nén lại dạng ZIP thường.", "An unusual compression; pack it as a plain ZIP."
        )
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > limits.member or (info.file_size > limits.ratio_from and ratio > limits.ratio):
        yield Message(
            f"Mục nén {info.file_size / MIB:.0f} MB (gấp {ratio:.0f} lần) là bom nén hoặc quá lớn: tối đa "
            f"{limits.member // MIB} MB và {limits.ratio} lần.",
            f"The entry unpacks to {info.file_size / MIB:.0f} MB ({ratio:.0f} times its size): a bomb, or too large; "
            f"{limits.member // MIB} MB and {limits.ratio} times at most.",
        )


def _overlap(entries: list[zipfile.ZipInfo], end: int) -> bool:
    """Whether the body of an entry reaches into the next one or the directory."""
    ordered = sorted(entries, key=lambda info: info.header_offset)
    borders = [info.header_offset for info in ordered[1:]] + [end]
    return any(
        info.header_offset + _LOCAL_HEADER + len(info.orig_filename) + info.compress_size > border
        for info, border in zip(ordered, borders, strict=True)
    )


class LyingEntryError(Exception):
    """The body of an entry is not what the directory says."""


def chunks(directory: Directory, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked bytes of an entry, piece by piece, never more than its header promised.

    Raises LyingEntryError when the body is broken, of another length or of another checksum.
    """
    count = 0
    try:
        with directory.archive.open(info) as member:
            while piece := member.read(_CHUNK):
                count += len(piece)
                yield piece
            # zipfile stops at the promised length; a body that goes on was meant to be more
            rest = member._compress_left  # type: ignore[attr-defined]  # no public way to ask for what is left
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise LyingEntryError from error
    if count != info.file_size or rest:
        raise LyingEntryError
