"""Words for the codes of a pack, so that a sentence about a fault reads as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tamdao.core.packs.records import Data
from tamdao.kit.messages import Message

PER = {
    "year": Message("năm", "year"),
    "half": Message("nửa năm", "half-year"),
    "quarter": Message("quý", "quarter"),
    "month": Message("tháng", "month"),
    "day": Message("ngày", "day"),
}


def named(records: Mapping[str, Data], code: str) -> Message:
    """“Name” of a level or a measure; its code where the record itself is missing or broken."""
    data = records.get(code, {})
    return Message(f"“{data.get('name_vi', code)}”", f"“{data.get('name_en', code)}”")


def all_named(records: Mapping[str, Data], codes: Iterable[str]) -> Message:
    """Several of them, separated by commas."""
    names = [named(records, code) for code in codes]
    return Message(", ".join(name.vi for name in names), ", ".join(name.en for name in names))
