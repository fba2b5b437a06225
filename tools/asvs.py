"""Writes docs/security/asvs.md from docs/security/asvs.csv (`make docs`)."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs/security"
DATA, PAGE = FOLDER / "asvs.csv", FOLDER / "asvs.md"
STATES = ("met", "not applicable", "open")
CHAPTERS = (
    "Encoding and sanitisation", "Validation and business logic", "Web front end", "API and web services", "Files",
    "Authentication", "Sessions", "Authorisation", "Self-contained tokens", "OAuth and OIDC", "Cryptography",
    "Secure communication", "Configuration", "Data protection", "Secure coding and architecture",
    "Logging and errors",
)  # fmt: skip


@dataclass(frozen=True)
class Requirement:
    """One line: the requirement of the standard, what it is about in our words, how it stands, tests or reason."""

    id: str
    level: str
    what: str
    state: str
    proof: str

    @property
    def chapter(self) -> int:
        """Number of the chapter."""
        return int(self.id[1:].partition(".")[0])


def read() -> list[Requirement]:
    """The table, in the order of the standard."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [Requirement(**row) for row in csv.DictReader(file)]


def page(rows: list[Requirement]) -> str:
    """The page people read."""
    lines = [
        "# OWASP ASVS 5.0.0, levels 1 and 2",
        "",
        "Written from [asvs.csv](asvs.csv) by `make docs`. The numbers are those of the standard (OWASP, CC BY-SA);",
        "what a requirement is about is said in our own few words, so read the standard beside this table. Chapter 17",
        "(WebRTC) is out of scope. *Met* names tests that fail when the control is switched off",
        "(`tests/security/test_controls_off.py`), *not applicable* says why, *open* says what will close it.",
        "",
        "| | met | not applicable | open | all |",
        "|---|---|---|---|---|",
    ]
    for level in ("1", "2"):
        count = Counter(row.state for row in rows if row.level == level)
        numbers = " | ".join(str(count[state]) for state in STATES)
        lines.append(f"| level {level} | {numbers} | {count.total()} |")
    for number, name in enumerate(CHAPTERS, start=1):
        lines += ["", f"## V{number} {name}", "", "| | level | about | state | |", "|---|---|---|---|---|"]
        lines += [
            f"| {row.id} | {row.level} | {row.what} | {row.state} | {_proof(row)} |"
            for row in rows
            if row.chapter == number
        ]
    return "\n".join(lines) + "\n"


def _proof(row: Requirement) -> str:
    if row.state != "met":
        return row.proof
    names = [name.partition("::")[2].replace("test_control_holds", "") for name in row.proof.split()]
    return ", ".join(f"`{name.strip('[]') if name.startswith('[') else name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(read()), encoding="utf-8")
