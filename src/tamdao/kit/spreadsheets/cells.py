"""What one cell, sheet name or file name may be: text stays text, numbers stay exact numbers.

A spreadsheet that opens a CSV file reads a cell that begins with = + - @ as a formula, and drops a leading TAB or CR
before it looks (OWASP, CSV injection; ASVS 5.0 V1.2.10). Input methods of East Asia write the same signs full-width.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

QUOTE = "'"
_STARTERS = frozenset("=+-@")
# what an importing program may drop from the left before it looks for a formula
_DROPPED = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff"
_NUMBER = re.compile(r"-[0-9][0-9.,]*%?")
# control characters that XML can't carry and no cell needs
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOST_DIGITS = 15
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET_NAME = 31
_LONGEST_FILE_NAME = 80


def without_controls(text: str) -> str:
    """The text without control characters, TAB and line ends excepted; every line end is one LF.

    A lone CR is not quoted by Python's csv module and begins a new row in LibreOffice: what follows it would be a cell.
    """
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def kept_as_text(text: str) -> str:
    """The cell of a CSV file for `text`: with a quote before it where a spreadsheet would take it for a formula.

    Negative numbers stay as they are, and so does a sign with nothing after it (the comparator "="): that is no
    formula in any spreadsheet, and programs read it from the command line's output.
    """
    text = without_controls(text)
    rest = text.lstrip(_DROPPED)
    first = unicodedata.normalize("NFKC", rest[:1])
    formula = first in _STARTERS and len(rest) > 1 and not _NUMBER.fullmatch(rest)
    # a leading TAB or line end is quoted too: it makes the rest of the cell slip into the next one in some importers
    return QUOTE + text if formula or text[:1] in {"\t", "\n"} else text


def exact_number(value: Decimal | float) -> float | int | None:
    """The number as XLSX stores it (a double of 15 significant digits); None where that would lose digits."""
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    digits = len(Decimal(str(value)).normalize().as_tuple().digits)
    if digits > _MOST_DIGITS:
        return None
    return int(value) if isinstance(value, int) else float(value)


def sheet_name(text: str) -> str:
    """A name Excel accepts for a sheet: without []:*?/\\, not longer than 31 signs, no quote at its ends."""
    kept = _NOT_IN_SHEET_NAMES.sub(" ", without_controls(text)).strip(" '")
    return kept[:_LONGEST_SHEET_NAME].strip(" '") or "Bảng"


def file_name(stem: str, suffix: str) -> str:
    """A name for a download: letters, digits, dots, hyphens; nothing that a header, shell or folder could misread."""
    plain = unicodedata.normalize("NFKD", stem.replace("đ", "d").replace("Đ", "D"))
    kept = re.sub(r"[^A-Za-z0-9.-]+", "-", plain.encode("ascii", "ignore").decode()).strip("-.")
    return f"{kept[:_LONGEST_FILE_NAME] or 'table'}.{suffix}"
