"""The table of ASVS 5.0.0 is whole, its page is generated from it, and whatever it calls met names tests that exist."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.security.controls import CONTROLS
from tools import asvs

ROOT = Path(__file__).parents[2]
ROWS = asvs.read()
# how many requirements of levels 1 and 2 each section of the standard has, chapter 17 left out
SECTIONS = {
    "V1.1": 2, "V1.2": 9, "V1.3": 11, "V1.4": 3, "V1.5": 2, "V2.1": 3, "V2.2": 3, "V2.3": 4, "V2.4": 1, "V3.2": 2,
    "V3.3": 4, "V3.4": 6, "V3.5": 5, "V3.7": 2, "V4.1": 3, "V4.2": 1, "V4.3": 2, "V4.4": 4, "V5.1": 1, "V5.2": 3,
    "V5.3": 2, "V5.4": 3, "V6.1": 3, "V6.2": 12, "V6.3": 4, "V6.4": 4, "V6.5": 5, "V6.6": 3, "V6.8": 4, "V7.1": 3,
    "V7.2": 4, "V7.3": 2, "V7.4": 5, "V7.5": 2, "V7.6": 2, "V8.1": 2, "V8.2": 3, "V8.3": 1, "V8.4": 1, "V9.1": 3,
    "V9.2": 4, "V10.1": 2, "V10.2": 2, "V10.3": 4, "V10.4": 11, "V10.5": 5, "V10.6": 2, "V10.7": 3, "V11.1": 2,
    "V11.2": 3, "V11.3": 3, "V11.4": 4, "V11.5": 1, "V11.6": 1, "V12.1": 3, "V12.2": 2, "V12.3": 4, "V13.1": 1,
    "V13.2": 5, "V13.3": 2, "V13.4": 5, "V14.1": 2, "V14.2": 4, "V14.3": 3, "V15.1": 3, "V15.2": 3, "V15.3": 7,
    "V16.1": 1, "V16.2": 5, "V16.3": 4, "V16.4": 3, "V16.5": 3,
}  # fmt: skip
CONTROL = "tests/security/test_controls.py::test_control_holds["


def test_all_requirements_in_scope_are_there() -> None:
    assert len(ROWS) == len({row.id for row in ROWS}) == 246
    assert Counter(row.level for row in ROWS) == {"1": 70, "2": 176}
    assert Counter(row.id.rpartition(".")[0] for row in ROWS) == SECTIONS
    numbers = [[int(part) for part in row.id[1:].split(".")] for row in ROWS]
    assert numbers == sorted(numbers)


def test_every_row_has_a_known_state_and_says_why() -> None:
    for row in ROWS:
        assert row.state in asvs.STATES, row
        assert len(row.proof) >= 6, f"{row.id}: no test, reason or what would close it"
        assert row.what, row


@pytest.mark.parametrize("row", [row for row in ROWS if row.state == "met"], ids=lambda row: row.id)
def test_what_is_met_names_tests_that_exist(row: asvs.Requirement) -> None:
    """At least one of them is a control, which `test_controls_off.py` sees fail when it is off."""
    names = row.proof.split()
    assert any(name.startswith(CONTROL) for name in names)
    for name in names:
        if name.startswith(CONTROL):
            assert name.removeprefix(CONTROL).removesuffix("]") in CONTROLS, name
            continue
        file, _, function = name.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert re.sub(r"\[.*", "", function) in {
            node.name for node in tree.body if isinstance(node, ast.FunctionDef)
        }, name


def test_every_control_proves_something() -> None:
    named = {name.removeprefix(CONTROL).removesuffix("]") for row in ROWS for name in row.proof.split()}
    # level 3 of the standard, or ours alone
    beyond = {
        "opener-policy", "permissions-policy", "host-header", "session-lifetime", "upload-symlink", "upload-slip",
        "upload-pixels", "upload-macro", "upload-links", "upload-pdf", "upload-hidden-name", "code-no-secrets",
        "said-report", "code-no-weak-random", "second-factor", "keys-private",
    }  # fmt: skip
    assert set(CONTROLS) - named <= beyond


def test_the_page_is_written_from_the_table() -> None:
    assert asvs.PAGE.read_text(encoding="utf-8") == asvs.page(ROWS), "run make docs"
