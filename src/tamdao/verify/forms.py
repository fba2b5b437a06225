"""The form of what is said of a row, as a pattern over bytes: a million entries can't each be parsed in ten seconds.

A match is canonical JSON but for the order of the columns inside an image: names sorted and none twice, no blanks,
whole numbers only, no sign escaped that need not be. What does not match (a column that holds JSON, say) is parsed.
"""

from __future__ import annotations

import re

_TEXT = rb'"[^"\\\x00-\x1f]*+(?:\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))[^"\\\x00-\x1f]*+)*+"'
_PLAIN = rb"(?:" + _TEXT + rb"|(?:0|-?[1-9][0-9]*+)(?![.eE0-9])|null|true|false)"


def _object(value: bytes) -> bytes:
    pair = _TEXT + rb":" + value
    return rb"\{(?:" + pair + rb"(?:," + pair + rb")*+)?+\}"


def _perhaps(name: bytes, value: bytes) -> bytes:
    return rb'(?:,"' + name + rb'":' + value + rb")?+"


# a personal value is an object of texts
_IMAGE = _object(rb"(?:" + _PLAIN + rb"|" + _object(_PLAIN) + rb")")
_NAMES = rb"\[" + _TEXT + rb"(?:," + _TEXT + rb")*+\]"
_AT = rb'"at":"[^"\\]{24}"'
_BEFORE_KIND = _perhaps(b"by", _TEXT) + _perhaps(b"event", _TEXT) + _perhaps(b"hidden", _NAMES)
_AFTER_KIND = (
    _perhaps(b"new", _IMAGE)
    + _perhaps(b"old", _IMAGE)
    + rb',"op":"[A-Z]","pk":'
    + _TEXT
    + _perhaps(b"reason", _TEXT)
    + _perhaps(b"request", _TEXT)
    + rb',"table":'
    + _TEXT
    + rb"\}"
)
# the entry of one row
ENTRY = re.compile(rb'\{"#":[0-9]++,' + _AT + _BEFORE_KIND + rb',"kind":"row"' + _AFTER_KIND)
# one row of a bundle
BUNDLED = re.compile(rb"\{" + _AT + _BEFORE_KIND + _AFTER_KIND)


def is_row(text: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Whether the text is wholly of the form, and UTF-8."""
    try:
        return pattern.fullmatch(text) is not None and bool(str(text, "utf-8"))
    except UnicodeDecodeError:
        return False
