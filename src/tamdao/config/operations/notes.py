"""What was done to an instance and when: the last backup, the last restore drill, an upgrade that has not ended.

Kept in `operations.json` of the instance, outside the database: it must be readable when the database is not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tamdao.kit import durable

NAME = "operations.json"
# stands while a restore writes, and after one that was cut
RESTORING = ".restoring"


def read(home: Path) -> dict[str, Any]:
    """All notes; an absent or damaged file counts as none. OSError when it is there and this user may not read it."""
    try:
        found = json.loads((home / NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def note(home: Path, **notes: Any) -> None:
    """Add or replace notes; None removes one. The file is replaced as a whole and on the disk afterwards."""
    content = {name: value for name, value in {**read(home), **notes}.items() if value is not None}
    durable.write(home / NAME, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
