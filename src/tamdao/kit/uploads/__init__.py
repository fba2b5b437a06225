"""Judging a file that somebody sent, before anything opens it: one call, everything wrong at once. No Django.

`judge` looks at name, content, size and what an archive or document carries. It believes no header: sizes are read
before unpacking and enforced while unpacking. What it lets through is of a kind the caller named, and passive.
"""

from __future__ import annotations

from .judging import Judged, UploadRefused, judge
from .names import name_problems
from .rules import BOUNDARY, EVIDENCE, WORKBOOK, Limits, Rules
from .scanning import Scan, Scanner, ScannerUnreachable

__all__ = [
    "BOUNDARY",
    "EVIDENCE",
    "WORKBOOK",
    "Judged",
    "Limits",
    "Rules",
    "Scan",
    "Scanner",
    "ScannerUnreachable",
    "UploadRefused",
    "judge",
    "name_problems",
]
