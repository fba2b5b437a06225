"""The reference says what the program says: pack fields, functions, states, counts; the worked example is a real pack."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from tamdao.analytics.expr import FUNCTIONS
from tamdao.core.packs import api, schemas
from tamdao.facts.types import TargetState
from tests.pack_files import PACKS, records, rows

DOCS = Path(__file__).parents[2] / "docs"
FIELD = re.compile(r"^\| `(\w+)`( \*)? \|", re.MULTILINE)


def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _section(kind: str) -> str:
    return _text("reference/packs.md").split(f"\n### {kind}\n")[1].split("\n### ")[0].split("\n## ")[0]


def _stated(table: str) -> dict[str, bool]:
    return {name: bool(star) for name, star in FIELD.findall(table)}


@pytest.mark.parametrize("name", [name for name in schemas.published() if name != "pack.schema.json"])
def test_every_field_of_a_kind_is_in_the_reference_with_its_star(name: str) -> None:
    schema = schemas.published()[name]
    own, _, nodes = _section(name.removesuffix(".schema.json")).partition("Fields of a node:")
    assert _stated(own) == {field: field in schema["required"] for field in schema["properties"]}
    if nodes:
        node = schema["properties"]["nodes"]["items"]
        assert _stated(nodes) == {field: field in node["required"] for field in node["properties"]}


def test_every_function_and_every_state_is_in_the_reference() -> None:
    functions = re.findall(r"^\| `(\w+\(.*?\))` \|", _text("reference/expressions.md"), re.MULTILINE)
    assert functions[: len(FUNCTIONS)] == [function.signature for function in FUNCTIONS.values()]
    states = set(re.findall(r"\| `(\w+)` [^|]+\|$", _text("reference/targets.md"), re.MULTILINE))
    assert states == set(get_args(TargetState))


def test_counts_of_records_are_those_of_the_packs() -> None:
    stated = re.findall(r"^\| `([\w-]+)` \| (\w+)[^|]*\| ([\d,]+) \|$", _text("data.md"), re.MULTILINE)
    counted = [
        (pack.name, kind.name, f"{_count(pack, kind):,}")
        for pack in sorted(path.parent for path in PACKS.glob("*/pack.yaml"))
        for kind in sorted(path for path in pack.iterdir() if path.is_dir())
    ]
    assert sorted(stated) == sorted(counted)


def _count(pack: Path, kind: Path) -> int:
    """Records of a folder: entries of its .yaml files and rows of its .csv files."""
    total = 0
    if list(kind.glob("*.yaml")):
        total += len(records(pack.name, kind.name))
    if list(kind.glob("*.csv")):
        total += len(rows(pack.name, kind.name))
    return total


@pytest.mark.usefixtures("demo_db")
def test_the_worked_example_is_a_pack_without_faults(tmp_path: Path) -> None:
    folder = tmp_path / "so-khcn-phu-tho"
    blocks = re.findall(
        r"^`([\w/.-]+\.(?:yaml|csv))`: [^\n]*\n\n((?:    [^\n]*\n)+)", _text("how-to/packs.md"), re.MULTILINE
    )
    for name, block in blocks:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(line[4:] for line in block.splitlines(keepends=True)), encoding="utf-8")
    assert len(blocks) == 7
    report = api.install(folder, by="test", at=datetime(2026, 11, 22, tzinfo=UTC))
    assert report.rows == {
        "documents": 2, "measures": 1, "sources": 1, "indicators": 3, "observations": 4, "targets": 1
    }  # fmt: skip
    assert not report.notes
