"""Wall time of commands, against a Python that starts and does nothing.

    python bench/commands.py

Measures on the demo instance of $TAMDAO_HOME; without it, on one that is made for the run (about half a minute).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from common import TAMDAO, Row, demo_home, median_of, parser, show

COMMANDS = (
    ("--help",),
    ("figure", "dti_rank", "Vĩnh Phúc", "2021"),
    ("figure", "dti", "25@2025-07-01", "2024", "--json"),
    ("explain", "dti", "25@2025-07-01", "2024"),
    ("dti", "table", "--year", "2024", "--map", "2025-07-01", "--format", "csv"),
    ("targets", "--unit", "Vĩnh Phúc", "--at", "2025-06-30", "--format", "csv"),
)


def run(home: Path, *arguments: str | Path) -> None:
    """One process, its output thrown away; it must succeed."""
    environment = {**os.environ, "TAMDAO_HOME": str(home)}
    subprocess.run(arguments, env=environment, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Median of several runs of each command."""
    options = parser(__doc__)
    options.add_argument("--times", type=int, default=3, help="runs of each command")
    given = options.parse_args()
    with demo_home() as home:
        baseline = median_of(given.times, lambda: run(home, sys.executable, "-c", "pass"))
        rows = []
        for command in COMMANDS:
            seconds = median_of(given.times, lambda: run(home, TAMDAO, *command))  # noqa: B023  # called at once
            rows.append(Row(" ".join(("tamdao", *command)), seconds, baseline))
    show(rows, baseline="python -c pass")
    return 0


if __name__ == "__main__":
    sys.exit(main())
