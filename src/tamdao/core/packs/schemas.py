"""The published JSON Schema files: one per kind of record and one for pack.yaml."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import manifest
from .kinds import list_kinds

FOLDER = "docs/reference/schemas"


def published() -> dict[str, dict[str, Any]]:
    """Schemas by file name. A .yaml file of a kind is a list of such records, a .csv file one record per row."""
    schemas = {"pack.schema.json": manifest.SCHEMA}
    return schemas | {f"{kind.name}.schema.json": dict(kind.schema) for kind in list_kinds()}


def as_text(schema: dict[str, Any]) -> str:
    """The text of a schema file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write(folder: Path) -> list[Path]:
    """Write every schema file; a file of a kind that is gone is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = published()
    for stale in folder.glob("*.schema.json"):
        if stale.name not in wanted:
            stale.unlink()
    for name, schema in wanted.items():
        (folder / name).write_text(as_text(schema), encoding="utf-8")
    return [folder / name for name in wanted]
