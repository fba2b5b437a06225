"""Plain texts (CSV, TXT, GeoJSON): UTF-8 and nothing else inside."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from tamdao.kit.messages import Message

_CHUNK = 1024 * 1024
# TAB, line ends and form feed are text; all else below the blank is none
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13})


def text_faults(data: bytes) -> Iterator[Message]:
    """Not UTF-8, or with control characters; decoded piece by piece."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for begin in range(0, len(data), _CHUNK):
            decoder.decode(data[begin : begin + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        yield Message(
            "Không phải UTF-8: lưu lại tệp với mã UTF-8.", "This is not UTF-8: save the file again as UTF-8."
        )
    if len(data.translate(None, _CONTROLS)) != len(data):
        yield Message(
            "Có ký tự điều khiển (như NUL) giữa văn bản; lưu lại thành văn bản thường.",
            "There are control characters (such as NUL) in the text; save it as plain text.",
        )
