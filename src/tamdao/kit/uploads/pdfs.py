"""PDF without what acts by itself: scripts, programs started, files carried inside, forms that send.

Names may be written with escapes (/J#61vaScript) and objects may hide in compressed object streams (ISO 32000-1, 7.3.5
and 7.5.7): escapes are resolved and object streams inflated, within a limit, before anything is looked for. The whole
file is searched, streams included, so a string that merely looks like a stream hides nothing; the words are long enough
not to appear by chance.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping

from tamdao.kit.messages import Message

from .rules import Limits

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_END = rb"(?=[\s/<>\[\]()%{}]|\Z)"
_ACTIVE: Mapping[str, Message] = {
    "JavaScript": Message("mã JavaScript", "JavaScript"),
    "Launch": Message("lệnh mở chương trình (Launch)", "a command that starts a program (Launch)"),
    "EmbeddedFile": Message("tệp đính kèm bên trong", "embedded files"),
    "EmbeddedFiles": Message("tệp đính kèm bên trong", "embedded files"),
    "RichMedia": Message("nội dung đa phương tiện chạy được", "rich media that runs"),
    "XFA": Message("biểu mẫu động XFA", "a dynamic XFA form"),
    "SubmitForm": Message("biểu mẫu tự gửi dữ liệu đi", "a form that sends data away"),
    "ImportData": Message("lệnh nạp dữ liệu từ ngoài", "a command that imports data"),
    "GoToE": Message("liên kết tới tệp đính kèm", "a link into an embedded file"),
}
_NAME = re.compile(rb"/(" + b"|".join(name.encode() for name in _ACTIVE) + rb")" + _END)
_ENCRYPTED = re.compile(rb"/Encrypt" + _END)
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_LONGEST_DICTIONARY = 4096
_CHUNK = 256 * 1024


def pdf_faults(data: bytes, limits: Limits) -> Iterator[Message]:
    """What makes a PDF unfit as evidence; empty for a passive, whole one."""
    if b"%%EOF" not in data[-1024:] or b"startxref" not in data[-2048:]:
        yield Message(
            "PDF bị cắt cụt (thiếu phần cuối); xuất lại từ bản gốc.",
            "The PDF is cut off (its end is missing); export it anew from the original.",
        )
    if b"PK\x05\x06" in data[-65_557:] or re.search(rb"<(script|html|\?php)", data[:2048], re.IGNORECASE):
        yield Message(
            "Tệp vừa là PDF vừa là dạng khác (ZIP, HTML); xuất lại PDF từ bản gốc.",
            "The file is a PDF and something else (ZIP, HTML) at once; export it anew from the original.",
        )
    names = _unescaped(data)
    if _ENCRYPTED.search(names):
        yield Message(
            "PDF bị mã hóa hoặc đặt mật khẩu nên không kiểm tra được; gửi bản không khóa.",
            "The PDF is encrypted or has a password and can't be checked; send one that is not locked.",
        )
    found = {match.group(1).decode() for match in _NAME.finditer(names)}
    for part in _object_streams(data, limits):
        if part is None:
            yield Message(
                "PDF có phần nén không đọc được hoặc quá lớn; xuất lại PDF từ bản gốc.",
                "The PDF has compressed parts that can't be read or are too large; export it anew.",
            )
            break
        found |= {match.group(1).decode() for match in _NAME.finditer(_unescaped(part))}
    said = dict.fromkeys(_ACTIVE[name] for name in _ACTIVE if name in found)
    if said:
        vi, en = ", ".join(item.vi for item in said), ", ".join(item.en for item in said)
        yield Message(
            f"PDF có {vi}; in ra PDF mới (Print to PDF) rồi gửi lại.",
            f"The PDF has {en}; print it to a new PDF and send that.",
        )


def _unescaped(data: bytes) -> bytes:
    return _ESCAPE.sub(lambda match: bytes([int(match.group(1), 16)]), data)


def _object_streams(data: bytes, limits: Limits) -> Iterator[bytes | None]:
    """Every object stream inflated; None for one that can't be, or when the limit is reached."""
    left = limits.member
    for match in _STREAM.finditer(data):
        begin = max(data.rfind(b"obj", 0, match.start()), match.start() - _LONGEST_DICTIONARY)
        dictionary = _unescaped(data[begin : match.start()])
        longer = match.start() - begin >= _LONGEST_DICTIONARY
        if b"/ObjStm" not in dictionary and not longer:
            continue
        if b"/DecodeParms" in dictionary:
            # a predictor would leave the names scrambled; no writer puts one on object streams
            yield None
            continue
        if b"/FlateDecode" not in dictionary:
            # not compressed at all: the search of the file has seen it
            if b"/Filter" in dictionary or longer:
                yield None
            continue
        inflated = _inflated(data, match.end(), left)
        yield inflated
        if inflated is None:
            return
        left -= len(inflated)


def _inflated(data: bytes, begin: int, most: int) -> bytes | None:
    inflater = zlib.decompressobj()
    made = bytearray()
    try:
        while not inflater.eof and begin < len(data):
            made += inflater.decompress(inflater.unconsumed_tail or data[begin : begin + _CHUNK], _CHUNK)
            if not inflater.unconsumed_tail:
                begin += _CHUNK
            if len(made) > most:
                return None
    except zlib.error:
        return None
    return bytes(made)
