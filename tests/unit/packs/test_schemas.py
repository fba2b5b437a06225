"""The published schemas are those the check uses, and sound ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tamdao.core.packs import schemas
from tamdao.core.packs.kinds import list_kinds

FOLDER = Path(__file__).parents[3] / schemas.FOLDER


def test_every_schema_is_published_as_it_is_used() -> None:
    published = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.schema.json")}
    wanted = {name: schemas.as_text(schema) for name, schema in schemas.published().items()}
    assert published == wanted, "run: tamdao pack schema --write"


@pytest.mark.parametrize("name", sorted(schemas.published()))
def test_a_schema_is_sound_and_closed(name: str) -> None:
    schema = json.loads(schemas.as_text(schemas.published()[name]))
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) <= schema["properties"].keys()


def test_kinds_come_after_those_they_need() -> None:
    seen: set[str] = set()
    for kind in list_kinds():
        assert set(kind.needs) <= seen, kind.name
        assert set(kind.refs.values()) <= {other.name for other in list_kinds()}
        seen.add(kind.name)


def test_writing_removes_schemas_of_kinds_that_are_gone(tmp_path: Path) -> None:
    (tmp_path / "gone.schema.json").write_text("{}", encoding="utf-8")
    assert {path.name for path in schemas.write(tmp_path)} == {path.name for path in tmp_path.iterdir()}
