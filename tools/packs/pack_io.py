"""Reading and writing of pack files; building twice gives the same bytes."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

Row = dict[str, str]


def read_csv(path: Path) -> list[Row]:
    """Rows of a UTF-8 CSV file as dictionaries of stripped NFC text; an empty cell stays ``""``."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [{k: nfc(v or "").strip() for k, v in row.items()} for row in csv.DictReader(handle)]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> int:
    """Write rows under a header, one newline per row, and return how many; an unknown key is an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(columns), restval="", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def read_yaml(path: Path) -> Any:
    """The content of one YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def nfc(text: str) -> str:
    """Text in Unicode NFC, the only form in which packs store Vietnamese."""
    return unicodedata.normalize("NFC", text)


def ascii_name(text: str) -> str:
    """Vietnamese name without diacritics (``Đắk Lắk`` → ``Dak Lak``), used as the English name."""
    plain = text.replace("Đ", "D").replace("đ", "d")
    decomposed = unicodedata.normalize("NFD", plain)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
