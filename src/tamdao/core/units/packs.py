"""Packs bring the map of units: the folders `levels`, `units` (one row = one version) and `unit_events` (one row =
one link)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Max

from tamdao.core.packs.api import Applying, register_kind
from tamdao.core.packs.changes import Change
from tamdao.core.packs.kinds import MANY_NAMES
from tamdao.core.packs.records import Data
from tamdao.core.packs.schema import BOOLEAN, CODE, DATE, TEXT, UNIT_ID, matching, one_of, record, text, whole
from tamdao.core.packs.tables import BATCH, Table, columns
from tamdao.kit.messages import Message
from tamdao.kit.text import fold

from . import pack_checks
from .models import Level, Unit, UnitEvent, UnitLink, UnitVersion

LEVELS_SCHEMA = record(
    "A level of administration",
    "code depth name_vi name_en",
    {
        "code": {**CODE, "maxLength": 20},
        "depth": whole(most=99),
        "name_vi": text(60),
        "name_en": text(60),
        "territorial": {**BOOLEAN, "default": True},
    },
)
LEVELS = Table(Level, columns("code depth name_vi name_en territorial"), name="code")

UNITS_SCHEMA = record(
    "A version of a unit: its name, code, type and parent from a day on",
    "unit level from_date code name_vi type_vi",
    {
        "unit": {**UNIT_ID, "maxLength": 32},
        "level": text(20),
        "from_date": DATE,
        "to_date": {**DATE, "description": "exclusive; empty = until further notice"},
        "code": text(20),
        "name_vi": text(120),
        "type_vi": text(40),
        "name_en": text(120),
        "parent": UNIT_ID,
        "from_known": {
            **BOOLEAN,
            "default": True,
            "description": "false = the unit existed before its first day on the map; counts in the first version",
        },
        "document": text(80),
    },
)
EVENTS_SCHEMA = record(
    "A link of an event: what became of which unit",
    "event date kind legal_act",
    {
        "event": CODE,
        "date": DATE,
        "kind": one_of(*UnitEvent.Kind.values),
        "from_unit": UNIT_ID,
        "to_unit": UNIT_ID,
        "share": matching(
            r"^(1|0\.[0-9]*[1-9])$",
            "1 (toàn bộ) hoặc số thập phân dưới 1, ví dụ 0.25",
            "1 (the whole) or a decimal below 1, like 0.25",
            maxLength=40,
            description="part of from_unit that went to to_unit: 1 = whole, empty = not known",
        ),
        "share_source": text(400),
        "legal_act": {**text(200), "description": "the word unknown where it is not known"},
        "document": text(80),
        "note": TEXT,
    },
)


# --- units -------------------------------------------------------------------------------------------------
def _version_key(data: Data) -> str:
    return f"{data['unit']}/{data['from_date']}"


def _parse_version(data: Data) -> Data:
    """`from_known` is a fact about the unit: later versions don't carry it."""
    return data if pack_checks.first_day(data["unit"]) == data["from_date"] else {**data, "from_known": True}


def _stored_versions(names: Collection[str] | None) -> dict[str, Data]:
    rows = UnitVersion.objects.all()
    if names is not None and len(names) <= MANY_NAMES:
        rows = rows.filter(unit__in=names)
    fields = ("unit_id", "unit__level_id", "from_date", "end_date", "code", "name_vi", "type_vi", "name_en")
    found: dict[str, Data] = {}
    for (
        unit,
        level,
        start,
        end,
        code,
        name_vi,
        type_vi,
        name_en,
        parent,
        from_known,
        document,
    ) in rows.values_list(*fields, "parent_id", "unit__from_known", "document_id"):
        data = {
            "unit": unit,
            "level": level,
            "from_date": start.isoformat(),
            "to_date": end.isoformat() if end else None,
            "code": code,
            "name_vi": name_vi,
            "type_vi": type_vi,
            "name_en": name_en,
            "parent": parent,
            "from_known": from_known,
            "document": document,
        }
        found[_version_key(data)] = _parse_version(data)
    return found


def _refuse_extent(change: Change) -> Message | None:
    """The extent of a unit never changes: that is another unit."""
    if change.action != "changed" or change.old is None or change.new is None:
        return None
    old, new = change.old, change.new
    if old["level"] == new["level"] and (not old.get("to_date") or old["to_date"] == new.get("to_date")):
        return None
    return Message(
        f"Đơn vị {new['unit']} đã cài: không đổi được cấp hay ngày kết thúc đã ghi; đổi địa giới là một đơn vị khác.",
        f"The unit {new['unit']} is installed: its level and its recorded last day can't change; another extent is "
        "another unit.",
    )


def _version(data: Data) -> UnitVersion:
    return UnitVersion(
        unit_id=data["unit"],
        from_date=date.fromisoformat(data["from_date"]),
        end_date=_day(data.get("to_date")),
        code=data["code"],
        name_vi=data["name_vi"],
        type_vi=data["type_vi"],
        name_en=data.get("name_en", ""),
        folded=fold(f"{data['type_vi']} {data['name_vi']}"),
        parent_id=data.get("parent"),
        document_id=data.get("document"),
    )


def _apply_units(applying: Applying) -> int:
    """Write changed versions first: closing one makes room for the next."""
    datas = [change.data for change in applying.written]
    existing = (
        set(Unit.objects.filter(id__in=_distinct(datas)).values_list("id", flat=True)) if datas else set()
    )
    new = {data["unit"]: data for data in datas if data["unit"] not in existing and _starts(data)}
    Unit.objects.bulk_create(
        (
            Unit(
                id=unit,
                level_id=data["level"],
                first_date=date.fromisoformat(data["from_date"]),
                from_known=data["from_known"],
            )
            for unit, data in new.items()
        ),
        batch_size=BATCH,
    )
    for change in applying.changed:
        version = _version(change.data)
        values = {name: getattr(version, name) for name in _VERSION_VALUES}
        UnitVersion.objects.filter(unit=version.unit_id, from_date=version.from_date).update(**values)
        if _starts(change.data):
            Unit.objects.filter(id=version.unit_id).update(from_known=change.data["from_known"])
    UnitVersion.objects.bulk_create((_version(change.data) for change in applying.added), batch_size=BATCH)
    _close(_distinct(datas))
    return len(datas)


_VERSION_VALUES = ("end_date", "code", "name_vi", "type_vi", "name_en", "folded", "parent_id", "document_id")


def _close(units: Iterable[str]) -> None:
    """A unit ends with its last version; one that is open stays open."""
    ids = list(units)
    for start in range(0, len(ids), BATCH):
        part = UnitVersion.objects.filter(unit__in=ids[start : start + BATCH])
        still_open = set(part.filter(end_date=None).values_list("unit_id", flat=True))
        ends = dict(part.exclude(unit__in=still_open).values_list("unit_id").annotate(Max("end_date")))
        days: dict[date, list[str]] = {}
        for unit, end in ends.items():
            days.setdefault(end, []).append(unit)
        for end, closed in days.items():
            Unit.objects.filter(id__in=closed).exclude(end_date=end).update(end_date=end)


def _starts(data: Data) -> bool:
    return bool(pack_checks.first_day(data["unit"]) == data["from_date"])


def _distinct(datas: Iterable[Data]) -> list[str]:
    return list(dict.fromkeys(data["unit"] for data in datas))


def _day(text_or_none: str | None) -> date | None:
    return date.fromisoformat(text_or_none) if text_or_none else None


# --- events ------------------------------------------------------------------------------------------------
def _link_key(data: Data) -> str:
    return f"{data['event']}/{data.get('from_unit') or ''}/{data.get('to_unit') or ''}"


def _stored_links(names: Collection[str] | None) -> dict[str, Data]:
    rows = UnitLink.objects.all()
    if names is not None and len(names) <= MANY_NAMES:
        rows = rows.filter(event__in=names)
    found: dict[str, Data] = {}
    for event, day, kind, source, target, share, share_source, act, document, note in rows.values_list(
        *("event_id", "event__date", "event__kind", "from_unit_id", "to_unit_id", "share", "share_source"),
        *("event__legal_act", "event__document_id", "event__note"),
    ):
        data = {
            "event": event,
            "date": day.isoformat(),
            "kind": kind,
            "from_unit": source,
            "to_unit": target,
            "share": share,
            "share_source": share_source,
            "legal_act": act,
            "document": document,
            "note": note,
        }
        found[_link_key(data)] = data
    return found


def _event(data: Data) -> UnitEvent:
    return UnitEvent(
        code=data["event"],
        date=date.fromisoformat(data["date"]),
        kind=data["kind"],
        legal_act=data["legal_act"],
        document_id=data.get("document"),
        note=data.get("note", ""),
    )


def _apply_events(applying: Applying) -> int:
    events = {change.data["event"]: _event(change.data) for change in applying.written}
    UnitEvent.objects.bulk_create(
        events.values(),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["date", "kind", "legal_act", "document", "note"],
    )
    for change in applying.changed:
        data = change.data
        UnitLink.objects.filter(
            event=data["event"], from_unit=data.get("from_unit"), to_unit=data.get("to_unit")
        ).update(share=data.get("share", ""), share_source=data.get("share_source", ""))
    UnitLink.objects.bulk_create(
        (
            UnitLink(
                event_id=change.data["event"],
                from_unit_id=change.data.get("from_unit"),
                to_unit_id=change.data.get("to_unit"),
                share=change.data.get("share", ""),
                share_source=change.data.get("share_source", ""),
            )
            for change in applying.added
        ),
        batch_size=BATCH,
    )
    return len(applying.written)


def register() -> None:
    """Called before a pack is first handled."""
    register_kind(
        "levels",
        title=Message("cấp", "levels"),
        layer="core.units",
        schema=LEVELS_SCHEMA,
        key=LEVELS.key,
        stored=LEVELS.stored,
        stored_names=LEVELS.stored_names,
        apply=LEVELS.apply,
    )
    register_kind(
        "units",
        title=Message("đơn vị", "units"),
        layer="core.units",
        schema=UNITS_SCHEMA,
        key=_version_key,
        names=lambda data: (data["unit"],),
        stored=_stored_versions,
        stored_names=lambda: set(Unit.objects.values_list("id", flat=True)),
        apply=_apply_units,
        parse=_parse_version,
        needs=("levels", "documents"),
        refs={"level": "levels", "parent": "units", "document": "documents"},
        check=pack_checks.check_units,
        refuse=_refuse_extent,
    )
    register_kind(
        "unit_events",
        title=Message("sự kiện", "events"),
        layer="core.units",
        schema=EVENTS_SCHEMA,
        key=_link_key,
        names=lambda data: (data["event"],),
        stored=_stored_links,
        stored_names=lambda: set(UnitEvent.objects.values_list("code", flat=True)),
        apply=_apply_events,
        needs=("units",),
        refs={"from_unit": "units", "to_unit": "units", "document": "documents"},
        check=pack_checks.check_events,
    )
