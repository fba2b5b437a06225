"""Write docs/measured/reliability.md from a full run: `python tools/reliability.py JUNIT_XML LOG`.

Tests give their figures with `record_property("figure", …)`; the summary lines come from the log.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET


def figures(path: Path) -> list[str]:
    """The figures that the tests recorded, in their order."""
    found = ET.parse(path).iter("property")  # noqa: S314  (see above)
    return [str(item.get("value")) for item in found if item.get("name") == "figure"]


def main(arguments: list[str]) -> int:
    """Print the document; returns the exit code."""
    junit, log = (Path(argument) for argument in arguments)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    summaries = [
        line
        for line in log.read_text(encoding="utf-8").splitlines()
        if " passed" in line or " failed" in line
    ]
    print("# Reliability measured\n\nWritten by `make test-soak`.\n")
    print(f"- commit: {commit or 'unknown'}\n- day: {datetime.now(UTC):%Y-%m-%d}")
    print(f"- machine: {os.cpu_count()} cores, Python {platform.python_version()}")
    for name, summary in zip(("SQLite", "PostgreSQL"), summaries, strict=False):
        print(f"- {name}: {summary.strip('= ')}")
    print("\n" + "\n".join(f"- {figure}" for figure in figures(junit)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
