"""Files stay readable in one sitting, say what they are for, and carry nothing of the machine they were written on."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# rules of style come in many short lines; everything else is read from top to bottom
LONGEST = {".py": 400, ".ts": 400, ".css": 700}
TEXT = {
    ".py",
    ".ts",
    ".css",
    ".html",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".in",
    ".txt",
    ".sh",
    ".json",
    ".po",
    "",
}


def tracked() -> list[Path]:
    """Files that are or would be committed; without git, what the source archive holds."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git work tree")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def code_files() -> list[Path]:
    return [path for path in tracked() if path.suffix in LONGEST and "migrations" not in path.parts]


def test_no_code_file_is_longer_than_a_sitting() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in code_files()}
    long = {
        str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > LONGEST[path.suffix]
    }
    assert not long, f"split these: {long}"


def test_every_module_says_what_it_is_for() -> None:
    lacking = []
    for path in code_files():
        if path.suffix != ".py" or path.name in {"__init__.py", "apps.py"}:
            continue
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))):
            lacking.append(str(path.relative_to(ROOT)))
    assert not lacking, f"no module docstring: {lacking}"


def test_nothing_of_a_machine_or_registry_is_left() -> None:
    # assembled, so that this file does not find itself
    marks = [
        re.escape(mark)
        for mark in ("/" + "work/", "/" + "root/", "/home" + "/", "pypi" + ".org", "npmjs" + ".")
    ]
    mark = re.compile("|".join(marks))
    found = []
    for path in tracked():
        if path.suffix not in TEXT or path.name in {"LICENSE", "package-lock.json"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if mark.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


def test_no_unfinished_marks() -> None:
    mark = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in code_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if mark.search(line)
    ]
    assert not found, found
