"""docs/reference/settings.md lists every variable of the environment, with its default; the code reads no other."""

from __future__ import annotations

import re
from pathlib import Path

from tamdao.config.env import VARIABLES

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(TAMDAO_\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def documented() -> dict[str, str]:
    text = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    return {name: default for name, default, _ in ROW.findall(text) if not name.startswith("TAMDAO_TEST_")}


def test_documented_and_declared_are_the_same() -> None:
    assert list(documented()) == [variable.name for variable in VARIABLES]


def test_defaults_are_the_same() -> None:
    rows = documented()
    for variable in VARIABLES:
        if variable.default:
            assert rows[variable.name] == f"`{variable.default}`", variable.name


def test_code_reads_declared_variables_only() -> None:
    declared = {variable.name for variable in VARIABLES}
    # a Django setting of ours, not read from the environment
    declared |= {"TAMDAO_ACCESS_POLICY"}
    for path in (ROOT / "src").rglob("*.py"):
        for name in re.findall(r"\bTAMDAO_[A-Z_]+\b", path.read_text(encoding="utf-8")):
            assert name in declared, f"{path}: {name}"


def test_environment_is_read_in_one_place() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"os\.(getenv|environ)\b(?!\.setdefault)", path.read_text(encoding="utf-8"))
    }
    assert readers == {"src/tamdao/config/env.py"}
