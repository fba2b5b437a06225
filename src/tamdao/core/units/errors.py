"""Named refusals about units: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tamdao.kit.dates import format_date
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .queries import EventRow, UnitRow

_SHOWN = 8


def unit_unknown(text: str, near: Sequence[UnitRow], on: date | None) -> DomainError:
    """No unit has this id, code or name."""
    where = _on_map(on)
    hint = (
        Message(f" Có phải: {_names(near).vi}?", f" Did you mean: {_names(near).en}?")
        if near
        else Message(
            " Nêu mã đơn vị (ví dụ 26), tên (Vĩnh Phúc) hoặc định danh (26@2020-01-01).",
            " Give a unit's code (26, say), name (Vĩnh Phúc) or id (26@2020-01-01).",
        )
    )
    return DomainError(
        Message(f"Không có đơn vị “{text}”{where.vi}.{hint.vi}", f"No unit “{text}”{where.en}.{hint.en}"),
        code="unit_unknown",
        status=404,
        extra={"nearest": [row.id for row in near]},
    )


def unit_ambiguous(
    text: str, rows: Sequence[UnitRow], on: date | None, *, top: Sequence[UnitRow] = ()
) -> DomainError:
    """Several units have this code or name. All of the uppermost level (`top`) are listed, those below counted."""
    where, listed = _on_map(on), top or rows
    names, below = _names(listed, len(listed)), len(rows) - len(listed)
    more = (
        Message(f"; và {below} đơn vị cấp dưới", f"; and {below} of lower levels")
        if below
        else Message("", "")
    )
    return DomainError(
        Message(
            f"“{text}” là tên hoặc mã của {len(rows)} đơn vị{where.vi}: {names.vi}{more.vi}. Hãy nêu định danh.",
            f"“{text}” names {len(rows)} units{where.en}: {names.en}{more.en}. Give the id.",
        ),
        code="unit_ambiguous",
        status=409,
        extra={"ids": [row.id for row in rows]},
    )


def unit_not_on_map(rows: Sequence[tuple[UnitRow, Message]], on: date) -> DomainError:
    """Units of this name exist, but not on this map; each comes with what became of it."""
    day = format_date(on)
    fates = [f"{_name(row).vi} {fate.vi}" for row, fate in rows[:_SHOWN]]
    fates_en = [f"{_name(row).en} {fate.en}" for row, fate in rows[:_SHOWN]]
    return DomainError(
        Message(
            f"Không có trên địa giới ngày {day}: {'; '.join(fates)}.",
            f"Not on the map of {day}: {'; '.join(fates_en)}.",
        ),
        code="unit_not_on_map",
        status=404,
        extra={"ids": [row.id for row, _ in rows]},
    )


def map_before_first(on: date, first: date) -> DomainError:
    """A map was asked for from before the first one recorded."""
    asked, known = format_date(on), format_date(first)
    return DomainError(
        Message(
            f"Không có địa giới ngày {asked}: địa giới được ghi nhận sớm nhất là ngày {known}.",
            f"No map for {asked}: the earliest recorded map is that of {known}.",
        ),
        code="map_before_first",
        extra={"first": known},
    )


def no_units() -> DomainError:
    """Nothing is installed yet."""
    return DomainError(
        Message(
            "Chưa có đơn vị nào. Cài gói địa giới trước: tamdao pack install packs/vn-units.",
            "There are no units yet. Install a map first: tamdao pack install packs/vn-units.",
        ),
        code="no_units",
        status=409,
    )


def became(events: Sequence[EventRow], unit: UnitRow, successors: Sequence[UnitRow]) -> Message:
    """What became of a unit that ended: "kết thúc ngày …, nay thuộc …" with the legal act where known."""
    end = format_date(unit.end_date) if unit.end_date else ""
    act = next((event.legal_act for event in events if event.date == unit.end_date), "unknown")
    by = Message(f" theo {act}", f" under {act}") if act != "unknown" else Message("", "")
    if not successors:
        return Message(f"kết thúc từ ngày {end}{by.vi}", f"ended on {end}{by.en}")
    names = _names(successors)
    return Message(f"từ ngày {end} thành {names.vi}{by.vi}", f"became {names.en} on {end}{by.en}")


def came_from(unit: UnitRow, predecessors: Sequence[UnitRow]) -> Message:
    """What a unit that does not exist yet is made of."""
    first = format_date(unit.first_date)
    if not predecessors:
        return Message(f"chỉ có từ ngày {first}", f"exists only from {first} on")
    names = _names(predecessors)
    return Message(
        f"chỉ có từ ngày {first}, lập từ {names.vi}", f"exists only from {first} on, made of {names.en}"
    )


def _name(row: UnitRow) -> Message:
    called = row.called
    return Message(f"{called.vi} ({row.id})", f"{called.en} ({row.id})")


def _names(rows: Sequence[UnitRow], most: int = _SHOWN) -> Message:
    names, cut = [_name(row) for row in rows[:most]], " …" if len(rows) > most else ""
    return Message(", ".join(name.vi for name in names) + cut, ", ".join(name.en for name in names) + cut)


def _on_map(on: date | None) -> Message:
    if on is None:
        return Message("", "")
    day = format_date(on)
    return Message(f" trên địa giới ngày {day}", f" on the map of {day}")
