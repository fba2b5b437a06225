"""The packs that come with the product, read from their files without database and without the installer."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
PACKS = ROOT / "packs"
NAMES = ("vn-units", "vn-calendar", "vn-dti", "vinh-phuc", "hung-yen", "ben-tre", "demo-sample")
OPEN = "9999-12-31"

Row = dict[str, str]


@cache
def rows(pack: str, kind: str) -> list[Row]:
    """All CSV rows of a kind in a pack."""
    found: list[Row] = []
    for path in sorted((PACKS / pack / kind).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            found += csv.DictReader(handle)
    return found


@cache
def records(pack: str, kind: str) -> list[dict[str, Any]]:
    """All YAML records of a kind in a pack."""
    found: list[dict[str, Any]] = []
    for path in sorted((PACKS / pack / kind).glob("*.yaml")):
        found += yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@cache
def versions_by_unit() -> dict[str, list[Row]]:
    """Versions of every unit, oldest first."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows("vn-units", "units"):
        found[row["unit"]].append(row)
    return {unit: sorted(versions, key=lambda v: v["from_date"]) for unit, versions in found.items()}


def first_day(unit: str) -> str:
    """First day of a unit on the map."""
    return versions_by_unit()[unit][0]["from_date"]


def end_day(unit: str) -> str:
    """First day after the last of a unit; a far one when it goes on."""
    return versions_by_unit()[unit][-1]["to_date"] or OPEN
