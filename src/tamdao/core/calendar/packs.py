"""Packs bring days that the calendar of the state does not know: the folder `calendar_days`."""

from __future__ import annotations

from tamdao.core.packs.api import register_kind
from tamdao.core.packs.schema import BOOLEAN, CODE, DATE, UNIT_ID, record, text
from tamdao.core.packs.tables import Table, columns
from tamdao.kit.messages import Message

from .models import CalendarDay

SCHEMA = record(
    "A day that is off or worked by a document: an exchanged Saturday, a local day off",
    "day works name_vi",
    {
        "day": DATE,
        "unit": {
            **UNIT_ID,
            "description": "the unit, with all below it, that it holds for; empty = everybody",
        },
        "works": {**BOOLEAN, "description": "true = offices work on it, false = it is off"},
        "name_vi": text(200),
        "name_en": text(200),
        "document": CODE,
    },
)
TABLE = Table(
    CalendarDay,
    columns("works name_vi name_en document", dates="day", unit="unit_id"),
    name="day",
    identity=("day", "unit_id"),
)


def register() -> None:
    """Called before a pack is first handled."""
    register_kind(
        "calendar_days",
        title=Message("ngày nghỉ, ngày làm bù", "days off and exchanged days"),
        layer="core.calendar",
        schema=SCHEMA,
        key=TABLE.key,
        stored=lambda names: TABLE.stored(None),
        apply=TABLE.apply,
        needs=("documents", "units"),
        refs={"document": "documents", "unit": "units"},
    )
