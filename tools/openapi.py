"""Write the OpenAPI document of the API to docs/reference/openapi.json, which a test compares with the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PATH = Path(__file__).resolve().parents[1] / "docs/reference/openapi.json"


def document() -> dict[str, Any]:
    """The document as the running API would serve it."""
    from tamdao.config.lazy import set_up_django

    set_up_django()
    from tamdao.config.api import api

    # through JSON, because the schema holds tuples and enumerations
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    return found


def text() -> str:
    """The document as committed: sorted, indented, one line feed at the end."""
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    print(PATH)
