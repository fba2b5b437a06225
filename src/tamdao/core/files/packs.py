"""Packs bring source documents: the folder `documents`."""

from __future__ import annotations

from tamdao.core.packs.api import register_kind
from tamdao.core.packs.schema import BOOLEAN, CODE, DATE, TEXT, matching, one_of, record, text
from tamdao.core.packs.tables import Table, columns
from tamdao.kit.messages import Message

from .models import SourceDocument

SCHEMA = record(
    "A document that values, targets, units and editions cite",
    "code title_vi kind text_read",
    {
        "code": CODE,
        "title_vi": text(400),
        "title_en": text(400),
        "kind": one_of(*SourceDocument.Kind.values),
        "number": text(80),
        "date": DATE,
        "issuer": text(200),
        "url": matching(
            "^https?://[^ ]+$",
            "địa chỉ bắt đầu bằng http:// hoặc https://, không có dấu cách",
            "an address beginning with http:// or https://, without spaces",
            maxLength=800,
        ),
        "text_read": {**BOOLEAN, "description": "whether the text itself was read, or only a report of it"},
        "note_vi": TEXT,
        "note_en": TEXT,
    },
)
TABLE = Table(
    SourceDocument,
    columns("code title_vi title_en kind number issuer url text_read note_vi note_en", dates="date"),
    name="code",
)


def register() -> None:
    """Called before a pack is first handled."""
    register_kind(
        "documents",
        title=Message("văn bản", "documents"),
        layer="core.files",
        schema=SCHEMA,
        key=TABLE.key,
        stored=TABLE.stored,
        stored_names=TABLE.stored_names,
        apply=TABLE.apply,
    )
