"""What a map of units must fulfil beyond the form of its rows."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date as date_type
from fractions import Fraction

from tamdao.core.packs.api import Checking
from tamdao.core.packs.graphs import find_circles
from tamdao.core.packs.records import Data, Record
from tamdao.kit.dates import format_date
from tamdao.kit.messages import Message

# Sorts after every day a pack can name; days are compared as text (year-month-day).
FOREVER = "9999-99-99"
ENDING = frozenset({"merge", "split", "abolish", "transfer"})
BEGINNING = frozenset({"merge", "split", "create", "transfer"})
_KEEPS = {
    "rename": Message("đổi tên", "A change of name"),
    "recode": Message("đổi mã", "A change of code"),
    "reparent": Message("đổi cấp trên", "A change of the parent"),
}
KEEPING = frozenset(_KEEPS)


@dataclass(frozen=True, slots=True)
class Life:
    """First day and first day after the last of a unit, with its level."""

    first: str
    end: str
    level: str


def first_day(unit: str) -> str:
    """The day in a unit id."""
    return unit.partition("@")[2]


def day(written: str) -> str:
    """A day of a pack as people read it: dd/mm/yyyy."""
    return format_date(date_type.fromisoformat(written))


def lives(versions: Iterable[Data]) -> dict[str, Life]:
    """Life of every unit, from its versions."""
    found: dict[str, Life] = {}
    for data in versions:
        unit, start, end = data["unit"], data["from_date"], data.get("to_date") or FOREVER
        known = found.get(unit)
        if known is not None:
            start, end = min(known.first, start), max(known.end, end)
        found[unit] = Life(start, end, data["level"])
    return found


# --- units -------------------------------------------------------------------------------------------------
def check_units(checking: Checking) -> None:
    """Ids, days, versions without gap or overlap, one unit per code and day, parents that live and lead upwards."""
    everything = checking.everything("units")
    life = lives(everything.values())
    by_unit = _grouped(everything, lambda data: data["unit"])
    own = {record.key: record for record in checking.records("units")}
    levels = {data["code"]: data for data in checking.everything("levels").values()}
    for record in own.values():
        _check_days(checking, record)
        _check_parent(checking, record, life, levels)
    for unit in {record.data["unit"] for record in own.values()}:
        _check_versions(checking, unit, by_unit[unit], own)
    _check_codes(checking, everything, own)
    _check_circles(checking, own)


def _grouped(
    versions: Mapping[str, Data], name: Callable[[Data], Hashable]
) -> dict[Hashable, list[tuple[str, Data]]]:
    groups: dict[Hashable, list[tuple[str, Data]]] = defaultdict(list)
    for key, data in versions.items():
        groups[name(data)].append((key, data))
    for group in groups.values():
        group.sort(key=lambda item: item[1]["from_date"])
    return groups


def _check_days(checking: Checking, record: Record) -> None:
    start, end = record.data["from_date"], record.data.get("to_date")
    map_from = checking.pack.manifest.map_from
    if end and end <= start:
        message = Message(
            f"Ngày kết thúc {day(end)} phải sau ngày bắt đầu {day(start)}.",
            f"The end {day(end)} must come after the start {day(start)}.",
        )
        checking.findings.at(record, "to_date", message)
    if map_from and start < map_from:
        message = Message(
            f"{day(start)} trước ngày đầu tiên của bản đồ đơn vị, {day(map_from)}.",
            f"{day(start)} is before the first day of the map, {day(map_from)}.",
        )
        checking.findings.at(record, "from_date", message)


def _check_parent(
    checking: Checking, record: Record, life: Mapping[str, Life], levels: Mapping[str, Data]
) -> None:
    parent = record.data.get("parent")
    mine = levels.get(record.data["level"])
    if not parent and mine and mine["territorial"] and mine["depth"] > _top(levels):
        message = Message(
            f"{mine['name_vi']} phải có đơn vị cấp trên; chỉ cấp cao nhất được để trống.",
            f"A unit of this level ({mine['name_en']}) needs a parent; only the highest level has none.",
        )
        checking.findings.at(record, "parent", message)
    if not parent or parent not in life:
        return  # a root, or an unknown unit: the references say so
    start, end = record.data["from_date"], record.data.get("to_date") or FOREVER
    above = life[parent]
    if start < above.first or end > above.end:
        until = (
            Message("", "")
            if above.end == FOREVER
            else Message(f" đến trước {day(above.end)}", f" until {day(above.end)}")
        )
        checking.findings.at(
            record,
            "parent",
            Message(
                f"{parent} chỉ có từ {day(above.first)}{until.vi}, không phủ hết thời gian của dòng này.",
                f"{parent} exists from {day(above.first)}{until.en} only, not as long as this row.",
            ),
        )
    theirs = levels.get(above.level)
    if mine and theirs and mine["territorial"] and theirs["depth"] >= mine["depth"]:
        checking.findings.at(
            record,
            "parent",
            Message(
                f"Đơn vị cấp trên {parent} thuộc “{theirs['name_vi']}”, không cao hơn “{mine['name_vi']}”.",
                f"The parent {parent} is of level “{theirs['name_en']}”, not above “{mine['name_en']}”.",
            ),
        )


def _top(levels: Mapping[str, Data]) -> int:
    """Depth of the highest level."""
    return int(min(data["depth"] for data in levels.values()))


def _check_versions(
    checking: Checking, unit: str, versions: list[tuple[str, Data]], own: Mapping[str, Record]
) -> None:
    first_key, first = versions[0]
    if first_key in own and (
        first_day(unit) != first["from_date"] or unit.partition("@")[0] != first["code"]
    ):
        checking.findings.at(
            own[first_key],
            "unit",
            Message(
                f"Mã đơn vị phải là mã@ngày đầu: {first['code']}@{first['from_date']}.",
                f"The id of a unit is code@first day: {first['code']}@{first['from_date']}.",
            ),
        )
    for (_, earlier), (key, later) in itertools.pairwise(versions):
        record = own.get(key)
        if record is None:
            continue
        end, start = earlier.get("to_date") or FOREVER, later["from_date"]
        if end > start:
            message = Message(
                f"Chồng lên dòng của cùng đơn vị từ ngày {day(earlier['from_date'])}.",
                f"It overlaps the row of the same unit from {day(earlier['from_date'])}.",
            )
            checking.findings.at(record, "from_date", message)
        elif end < start:
            message = Message(
                f"Đơn vị không có từ {day(end)} đến {day(start)}: lập lại thì là đơn vị khác.",
                f"The unit does not exist from {day(end)} to {day(start)}: made anew it is another unit.",
            )
            checking.findings.at(record, "from_date", message)
        if earlier["level"] != later["level"]:
            message = Message("Một đơn vị không đổi cấp.", "A unit does not change its level.")
            checking.findings.at(record, "level", message)


def _check_codes(checking: Checking, everything: Mapping[str, Data], own: Mapping[str, Record]) -> None:
    """On any one day a code names one unit of a level."""
    for group in _grouped(everything, lambda data: (data["level"], data["code"])).values():
        for (earlier_key, earlier), (key, later) in itertools.pairwise(group):
            if earlier["unit"] == later["unit"] or (earlier.get("to_date") or FOREVER) <= later["from_date"]:
                continue
            record = own.get(key) or own.get(earlier_key)
            if record is not None:
                message = Message(
                    f"Mã {later['code']} cùng lúc chỉ {earlier['unit']} và {later['unit']}.",
                    f"The code {later['code']} names {earlier['unit']} and {later['unit']} at once.",
                )
                checking.findings.at(record, "code", message)


def _check_circles(checking: Checking, own: Mapping[str, Record]) -> None:
    parents: dict[str, set[str]] = defaultdict(set)
    for record in own.values():
        if record.data.get("parent"):
            parents[record.data["unit"]].add(record.data["parent"])
    for circle in find_circles(parents):
        record = next(record for record in own.values() if record.data["unit"] in circle)
        shown = " → ".join(circle)
        message = Message(f"Cấp trên, cấp dưới thành vòng: {shown}.", f"Parents run in a circle: {shown}.")
        checking.findings.at(record, "parent", message)


# --- events ------------------------------------------------------------------------------------------------
def check_events(checking: Checking) -> None:
    """Links that agree with their event and with the life of the units; no more than the whole of a unit goes out."""
    life = lives(checking.everything("units").values())
    first: dict[str, Record] = {}
    going: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in checking.records("unit_events"):
        _check_same_event(checking, first.setdefault(record.data["event"], record), record)
        _check_ends(checking, record, life)
        _check_share(checking, record)
        if record.data.get("from_unit") and record.data["kind"] not in KEEPING:
            going[record.data["from_unit"], record.data["date"]].append(record)
    for (unit, date), records in going.items():
        total = sum((Fraction(record.data.get("share") or 0) for record in records), Fraction(0))
        if total > 1:
            message = Message(
                f"Các phần của {unit} ngày {day(date)} cộng lại quá 1.",
                f"The parts of {unit} on {day(date)} add up to more than 1.",
            )
            checking.findings.at(records[-1], "share", message)


def _check_same_event(checking: Checking, first: Record, record: Record) -> None:
    for name in ("date", "kind", "legal_act", "document", "note"):
        if record.data.get(name) != first.data.get(name):
            message = Message(
                f"Khác với dòng đầu của sự kiện này ({first.where()}).",
                f"It differs from the first row of this event ({first.where()}).",
            )
            checking.findings.at(record, name, message)


def _check_share(checking: Checking, record: Record) -> None:
    share = record.data.get("share", "")
    if share not in ("", "1") and not record.data.get("share_source"):
        message = Message("Một phần thì phải ghi nguồn của tỷ lệ.", "A part needs the source of its share.")
        checking.findings.at(record, "share_source", message)


def _check_ends(checking: Checking, record: Record, life: Mapping[str, Life]) -> None:
    source, target = str(record.data.get("from_unit", "")), str(record.data.get("to_unit", ""))
    kind, date = record.data["kind"], record.data["date"]
    if not source and not target:
        message = Message("Cần from_unit, to_unit hoặc cả hai.", "It needs from_unit, to_unit or both.")
        checking.findings.at(record, "from_unit", message)
    if kind in KEEPING:
        if source != target:
            message = Message(
                f"Sự kiện {_KEEPS[kind].vi} giữ nguyên đơn vị: from_unit và to_unit phải là một.",
                f"{_KEEPS[kind].en} keeps the unit: from_unit and to_unit must be the same.",
            )
            checking.findings.at(record, "to_unit", message)
        return
    if source in life and kind in ENDING and life[source].end != date:
        message = Message(
            f"{source} không kết thúc vào ngày {day(date)}.", f"{source} does not end on {day(date)}."
        )
        checking.findings.at(record, "from_unit", message)
    if target in life and kind in BEGINNING and life[target].first != date:
        message = Message(
            f"{target} không bắt đầu vào ngày {day(date)}.", f"{target} does not begin on {day(date)}."
        )
        checking.findings.at(record, "to_unit", message)
