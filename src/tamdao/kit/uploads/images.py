"""Images by their headers alone: how many pixels they claim, whether they are whole, what hangs on at the end.

Nothing is decoded here, so a picture of a billion pixels costs as much as its header.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tamdao.kit.messages import Message

from .rules import Limits

_FOREIGN = (b"PK\x05\x06", b"%PDF-", b"<script", b"<?php", b"<html")
_TRUNCATED = Message(
    "Ảnh bị cắt cụt hoặc hỏng; chụp hoặc lưu lại rồi gửi lại.",
    "The image is cut off or broken; save it again and send it again.",
)
# JPEG markers of frames, which carry the size (ITU-T T.81, table B.1), and such as stand alone
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


def png_faults(data: bytes, limits: Limits) -> Iterator[Message]:
    """PNG: IHDR first, IEND last and nothing behind it."""
    if len(data) < 33 or data[12:16] != b"IHDR":
        yield _TRUNCATED
        return
    width, height = struct.unpack(">II", data[16:24])
    yield from _size(width, height, limits)
    end = data.rfind(b"IEND\xaeB`\x82")
    if end < 0:
        yield _TRUNCATED
    elif data[end + 8 :].strip(b"\x00"):
        yield _behind()


def jpeg_faults(data: bytes, limits: Limits) -> Iterator[Message]:
    """JPEG: a frame header, an end mark; cameras append notes of their own, other file types are refused."""
    size = _jpeg_size(data)
    if size is None:
        yield _TRUNCATED
        return
    yield from _size(size[0], size[1], limits)
    end = data.rfind(b"\xff\xd9")
    if end < 0:
        yield _TRUNCATED
    elif any(mark in data[end:].lower() or mark in data[end:] for mark in _FOREIGN):
        yield _behind()


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(data):
        if data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker in _ALONE or marker == 0xFF:
            place += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


def _size(width: int, height: int, limits: Limits) -> Iterator[Message]:
    if not width or not height:
        yield _TRUNCATED
    elif width * height > limits.pixels:
        most = limits.pixels // 1_000_000
        yield Message(
            f"Ảnh {width} × {height} điểm, quá lớn: tối đa {most} triệu điểm ảnh; thu nhỏ rồi gửi lại.",
            f"The image has {width} × {height} pixels, {most} million at most; make it smaller and send it again.",
        )


def _behind() -> Message:
    return Message(
        "Sau phần ảnh còn dữ liệu của tệp khác; mở ảnh, lưu lại rồi gửi lại.",
        "Behind the image stands data of another file; open the image, save it anew and send it again.",
    )
