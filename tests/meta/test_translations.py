"""Every Vietnamese msgid of templates and code has an English translation that fits it."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/tamdao"
CATALOGUE = SOURCE / "locale/en/LC_MESSAGES/django.po"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def extracted() -> dict[tuple[str | None, str], list[str]]:
    """(context, msgid) → places, from templates and Python files."""
    found: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    files = [path for path in SOURCE.rglob("*") if path.suffix in {".html", ".txt", ".py"} and path.is_file()]
    for path in files:
        if "static" in path.parts or "node_modules" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=str(path))
        for line, message, _, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            msgid = message if isinstance(message, str) else message[0]
            if msgid:
                found[context, msgid].append(f"{path.relative_to(ROOT)}:{line}")
    return found


def test_every_msgid_is_translated() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en", abort_invalid=True)
    lacking = []
    for (context, msgid), places in extracted().items():
        message = catalogue.get(msgid, context)
        strings = (
            []
            if message is None
            else ([message.string] if isinstance(message.string, str) else message.string)
        )
        if not strings or not all(strings) or (message is not None and message.fuzzy):
            lacking.append(f"{places[0]}: {msgid!r}")
    assert not lacking, "no English for:\n" + "\n".join(lacking)


def test_placeholders_survive_translation() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    for message in catalogue:
        if not message.id or not message.string or not isinstance(message.id, str):
            continue
        assert isinstance(message.string, str)
        wanted, found = (sorted(PLACEHOLDER.findall(text)) for text in (message.id, message.string))
        assert wanted == found, message.id


def test_no_translation_is_left_over() -> None:
    used = set(extracted())
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    left = [
        message.id
        for message in catalogue
        if message.id
        and (message.context, message.id if isinstance(message.id, str) else message.id[0]) not in used
    ]
    assert not left, f"no longer used: {left}"
