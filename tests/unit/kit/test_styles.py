"""The style sheets: a class of kit is not given another meaning by the style sheet of a module."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
# a rule that is about one class and nothing else: `.name {`, also in a list
_ALONE = re.compile(r"(?:^|[,{}\n])\s*(?:ul|ol)?\.([a-z][\w-]*)(?=\s*[,{])")


# narrowed for print by kit, or wrapped more strictly by the module, on purpose
_SHARED = {"thread", "fold", "cell-bar"}


def classes(path: Path) -> set[str]:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return set(_ALONE.findall(text))


def test_modules_do_not_redefine_the_classes_of_kit() -> None:
    kit = set().union(*(classes(path) for path in (ROOT / "frontend/styles").glob("*.css")))
    assert {"card", "btn", "marked", "thread"} <= kit
    for path in (ROOT / "src/tamdao").rglob("static/*/*.css"):
        assert not (classes(path) & kit) - _SHARED, path.name
