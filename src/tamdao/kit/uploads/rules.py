"""What may come in: kinds of files, and limits, by purpose.

The figures: PyPI refuses archives of more than 64 MiB at a ratio over 50 (warehouse, legacy.py); a workbook of a
province's evidence stays far below, and everything here is judged in at most 5 s and 300 MB (tests/security).
"""

from __future__ import annotations

from dataclasses import dataclass, field

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, `ratio` unpacked to packed, `pixels` of an image, `rows` of a sheet."""

    file: int = 20 * MIB
    unpacked: int = 128 * MIB
    member: int = 64 * MIB
    ratio: int = 100
    # below this size a ratio says nothing: a page of blanks packs a thousandfold
    ratio_from: int = 4 * MIB
    members: int = 2_000
    pixels: int = 50_000_000
    drawing: int = 2 * MIB
    rows: int = 200_000


@dataclass(frozen=True, slots=True)
class Rules:
    """The kinds a purpose takes (keys of `kinds.KINDS`) and its limits."""

    kinds: frozenset[str]
    limits: Limits = field(default_factory=Limits)


# documents that prove what a unit reports: passive, readable by everyone, nothing that runs or calls out
EVIDENCE = Rules(frozenset({"pdf", "png", "jpeg", "svg", "xlsx", "docx", "csv", "text", "zip"}))
# filled-in workbooks
WORKBOOK = Rules(frozenset({"xlsx"}))
# outlines of units
BOUNDARY = Rules(frozenset({"geojson"}), Limits(file=64 * MIB))
