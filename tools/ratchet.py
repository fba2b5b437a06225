"""Coverage may rise and never fall: compare the measured share with the floor kept in tests/coverage-floor.txt.

python tools/ratchet.py            fail (exit 1) below the floor, or when rules are not covered wholly
python tools/ratchet.py --write    raise the floor to what was measured, rounded down to a tenth
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FLOOR = ROOT / "tests/coverage-floor.txt"
# rules decide and services write: every branch of them is tested
WHOLE = re.compile(r"/(rules(/\w+)?|services(/\w+)?)\.py$")


def measured() -> dict[str, Any]:
    """The combined report of the last run, as coverage's JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        subprocess.run(
            [sys.executable, "-m", "coverage", "json", "-q", "-o", str(path)], cwd=ROOT, check=True
        )
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found


def incomplete(report: dict[str, Any]) -> dict[str, float]:
    """Files that must be covered wholly and are not: path → percent."""
    return {
        path: entry["summary"]["percent_covered"]
        for path, entry in report["files"].items()
        if WHOLE.search(path) and entry["summary"]["percent_covered"] < 100
    }


def main(arguments: list[str]) -> int:
    """Compare, or raise the floor; returns the exit code."""
    report = measured()
    share = report["totals"]["percent_covered"]
    floor = float(FLOOR.read_text(encoding="utf-8"))
    lacking = incomplete(report)
    for path, percent in lacking.items():
        print(f"{path}: {percent:.1f} % covered; rules and services need 100 %")
    if "--write" in arguments:
        FLOOR.write_text(f"{max(floor, math.floor(share * 10) / 10):.1f}\n", encoding="utf-8")
    print(f"coverage {share:.2f} %, floor {floor:.1f} %")
    if share < floor:
        print("below the floor: add tests for what is new")
        return 1
    if share >= floor + 1:
        print("well above the floor: raise it with python tools/ratchet.py --write")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
