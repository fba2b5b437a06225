"""Kind `observations`: append-only. A changed row is a new revision; a row no longer delivered is withdrawn by one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from tamdao.core.packs.api import Applying, Checking, register_kind
from tamdao.core.packs.changes import Change
from tamdao.core.packs.kinds import MANY_NAMES
from tamdao.core.packs.records import Data, Record
from tamdao.core.packs.schema import DATE, DECIMAL, PERIOD, TEXT, UNIT_ID, matching, one_of, record, text
from tamdao.facts.models import Observation
from tamdao.facts.rules.withdrawal import withdrawal_note
from tamdao.kit.dates import format_date
from tamdao.kit.messages import Message
from tamdao.kit.periods import Period

from .words import PER, all_named, named

SCHEMA = record(
    "A published value",
    "indicator unit period source document",
    {
        "indicator": text(80),
        "unit": {**UNIT_ID, "maxLength": 32},
        "period": PERIOD,
        "value": {**DECIMAL, "description": "empty unless status is value; nothing is ever counted as zero"},
        "status": one_of(*Observation.Status.values, default="value"),
        "sign": one_of(*Observation.SIGNS, default="="),
        "sign_word": {**text(20), "description": "the word of the source: gần, trên, khoảng …"},
        "source": text(60),
        "kind": one_of(*Observation.Kind.values, default="official"),
        "flow": one_of(*Observation.Flow.values, default="in_period"),
        "dims": matching(
            r"^[a-z][a-z0-9_]*=[^;=]+(;[a-z][a-z0-9_]*=[^;=]+)*$",
            "tên=giá trị, nhiều cặp cách nhau bằng “;”, ví dụ sex=female;age=18-35",
            "name=value, pairs separated by “;”, like sex=female;age=18-35",
            maxLength=200,
            description="k=v;k=v",
        ),
        "universe": {**text(20), "description": "of a rank: among how many"},
        "document": text(80),
        "locator": text(300),
        "published_date": DATE,
        "note": TEXT,
    },
)
_IDENTITY = ("indicator", "unit", "period", "dims", "source", "kind", "flow")
_ATTRIBUTES = ("indicator_id", "unit_id", "period", "dims", "source_id", "kind", "flow")
_PLAIN = ("status", "value", "sign", "sign_word", "universe", "locator", "note")
BATCH = 2000


def key_of(data: Data) -> str:
    """Identity of an observation apart from its revision."""
    return "|".join(data.get(name) or "" for name in _IDENTITY)


def _parse(data: Data) -> Data:
    """Dimensions sorted by name: the same cell has one spelling."""
    if "dims" not in data:
        return data
    return {**data, "dims": ";".join(sorted(part.strip() for part in data["dims"].split(";")))}


def _stored(names: Collection[str] | None) -> dict[str, Data]:
    """Newest revision of each observation, at least of those keys (None: all)."""
    rows = _of_indicators(names).order_by("revision")
    attributes = (
        *_ATTRIBUTES,
        *_PLAIN,
        *("document_id", "published_date"),
    )
    fields = (*_IDENTITY, *_PLAIN, "document", "published_date")
    found: dict[str, Data] = {}
    for values in rows.values_list(*attributes).iterator(chunk_size=BATCH):
        data: Data = dict(zip(fields, values, strict=True))
        data["published_date"] = data["published_date"].isoformat() if data["published_date"] else None
        found[key_of(data)] = data
    return found


def _of_indicators(keys: Collection[str] | None) -> QuerySet[Observation]:
    """Observations of the indicators that the keys name."""
    if keys is None or len(indicators := {key.split("|", 1)[0] for key in keys}) > MANY_NAMES:
        return Observation.objects.all()
    return Observation.objects.filter(indicator__in=indicators)


def _packs_own(keys: Collection[str]) -> set[str]:
    """Of these, the observations whose newest revision a pack wrote."""
    rows = _of_indicators(keys).order_by("revision")
    newest = {"|".join(values[:-1]): values[-1] for values in rows.values_list(*_ATTRIBUTES, "recorded_by")}
    return {key for key in keys if newest.get(key, "").startswith("pack:")}


# --- check -------------------------------------------------------------------------------------------------
def _check(checking: Checking) -> None:
    records = checking.records("observations")
    indicators = checking.everything("indicators")
    levels, ends = _units(checking)
    level_names, measures = checking.everything("levels"), checking.everything("measures")
    for observation in records:
        _check_value(checking, observation)
        _check_period(checking, observation, indicators, ends)
        indicator, level = indicators.get(observation.data["indicator"]), levels.get(observation.data["unit"])
        if indicator and level and level not in indicator["levels"]:
            own, allowed = named(level_names, level), all_named(level_names, indicator["levels"])
            message = Message(
                f"{observation.data['unit']} thuộc {own.vi}; chỉ số này chỉ có ở {allowed.vi}.",
                f"{observation.data['unit']} is of level {own.en}; this indicator exists for {allowed.en} only.",
            )
            checking.findings.at(observation, "unit", message)
        if indicator and (measure := measures.get(indicator["measure"])):
            _check_thousands(checking, observation, indicator, measure)


def _units(checking: Checking) -> tuple[dict[str, str], dict[str, str]]:
    """Level of every unit, and the first day after its last where it has ended."""
    levels: dict[str, str] = {}
    ends: dict[str, str | None] = {}
    for data in checking.everything("units").values():
        unit, end = data["unit"], data.get("to_date")
        levels[unit] = data["level"]
        known = ends.get(unit, "")
        ends[unit] = None if end is None or known is None else max(end, known)
    return levels, {unit: end for unit, end in ends.items() if end}


def _check_value(checking: Checking, observation: Record) -> None:
    data = observation.data
    has_value = "value" in data
    if has_value != (data["status"] == "value"):
        message = Message(
            "Có số thì status: value; không có số thì missing, not_applicable hoặc rejected.",
            "With a number the status is value; without one missing, not_applicable or rejected.",
        )
        checking.findings.at(observation, "value" if has_value else "status", message)
    if data.get("sign_word") and data["sign"] == "=":
        message = Message(
            f"Có từ “{data['sign_word']}” thì giá trị không phải “=”: chọn dấu ~ > >= < <=.",
            f"With the word “{data['sign_word']}” the value is not exact: choose the sign ~ > >= < <=.",
        )
        checking.findings.at(observation, "sign", message)
    if "universe" in data and not re.fullmatch(r"[1-9][0-9]{0,5}", data["universe"]):
        message = Message(
            "Phải là số đơn vị được xếp hạng, ví dụ 63.", "It must be how many were ranked, e.g. 63."
        )
        checking.findings.at(observation, "universe", message)


_LIKE_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


def _check_thousands(checking: Checking, observation: Record, indicator: Data, measure: Data) -> None:
    """1.234 enterprises are one thousand two hundred and thirty-four to most who write it so."""
    value = observation.data.get("value", "")
    if indicator.get("decimals", measure["decimals"]) or "." not in value:
        return
    name_vi, name_en = measure["name_vi"], measure["name_en"]
    if _LIKE_THOUSANDS.fullmatch(value):
        whole = value.replace(".", "")
        message = Message(
            f"“{value}” có phần thập phân, còn “{name_vi}” đếm theo số nguyên; viết {whole} nếu dấu chấm ngăn hàng "
            "nghìn. Nếu đúng là số lẻ, khai decimals của chỉ số.",
            f"“{value}” has decimals, “{name_en}” is counted in whole numbers; write {whole} if the point groups "
            "thousands. If it is a fraction, state the indicator's decimals.",
        )
        checking.findings.at(observation, "value", message)
    else:
        message = Message(
            f"“{value}” có phần thập phân, còn “{name_vi}” đếm theo số nguyên.",
            f"“{value}” has decimals, “{name_en}” is counted in whole numbers.",
        )
        checking.findings.note(observation.where("value"), message, path="value")


def _check_period(
    checking: Checking, observation: Record, indicators: Mapping[str, Data], ends: Mapping[str, str]
) -> None:
    period = Period.parse(observation.data["period"])
    indicator = indicators.get(observation.data["indicator"])
    if indicator and period.kind != indicator["frequency"]:
        own, per = PER[period.kind], PER[indicator["frequency"]]
        message = Message(
            f"Kỳ {period.key} là một {own.vi}, chỉ số này tính theo {per.vi}.",
            f"The period {period.key} is a {own.en}, this indicator has one figure per {per.en}.",
        )
        checking.findings.at(observation, "period", message)
    end = ends.get(observation.data["unit"])
    if end and period.start.isoformat() >= end:
        day = format_date(date.fromisoformat(end))
        message = Message(
            f"{observation.data['unit']} đã kết thúc ngày {day}, trước kỳ {period.key}.",
            f"{observation.data['unit']} ended on {day}, before the period {period.key}.",
        )
        checking.findings.at(observation, "period", message)


# --- apply -------------------------------------------------------------------------------------------------
def _apply(applying: Applying) -> int:
    datas = [change.data for change in applying.written]
    live = _stored([change.key for change in applying.removed]) if applying.removed else {}
    withdrawn = [
        data for change in applying.removed if (data := _withdrawal(change, live, applying)) is not None
    ]
    newest = _revisions([*(change for change in applying.changed), *applying.removed])
    rows = (
        Observation(
            **_attributes(data),
            revision=newest.get(key_of(data), 0) + 1,
            recorded_at=applying.at,
            recorded_by=applying.actor,
        )
        for data in (*datas, *withdrawn)
    )
    Observation.objects.bulk_create(rows, batch_size=BATCH)
    return len(datas) + len(withdrawn)


def _withdrawal(change: Change, live: Mapping[str, Data], applying: Applying) -> Data | None:
    """A revision that says the pack no longer vouches for the value; None when someone has revised it since."""
    newest = live.get(change.key)
    if newest is None or newest["status"] == "rejected" or newest["value"] != (change.old or {}).get("value"):
        return None
    kept = {name: newest[name] for name in (*_IDENTITY, "document")}
    return {
        **kept,
        "status": "rejected",
        "sign": "=",
        "note": withdrawal_note(applying.actor.removeprefix("pack:")),
    }


def _revisions(changes: Sequence[Change]) -> dict[str, int]:
    """Newest revision number by key."""
    if not changes:
        return {}
    rows = _of_indicators([change.key for change in changes]).order_by().values_list(*_ATTRIBUTES)
    return {"|".join(values[:-1]): values[-1] for values in rows.annotate(newest=Max("revision"))}


def _attributes(data: Data) -> dict[str, Any]:
    period = Period.parse(data["period"])
    published = data.get("published_date")
    return {
        "indicator_id": data["indicator"],
        "unit_id": data["unit"],
        "source_id": data["source"],
        "document_id": data["document"],
        "period": period.key,
        "period_start": period.start,
        "period_end": period.end,
        "published_date": date.fromisoformat(published) if published else None,
        "value": data.get("value"),
        **{name: data.get(name) or "" for name in ("dims", "sign_word", "universe", "locator", "note")},
        **{name: data[name] for name in ("kind", "flow", "status", "sign") if name in data},
    }


def register() -> None:
    """Called before a pack is first handled."""
    register_kind(
        "observations",
        title=Message("giá trị", "observations"),
        layer="facts",
        schema=SCHEMA,
        key=key_of,
        stored=_stored,
        apply=_apply,
        parse=_parse,
        packs_own=_packs_own,
        needs=("indicators", "units", "documents", "sources"),
        refs={"indicator": "indicators", "unit": "units", "source": "sources", "document": "documents"},
        check=_check,
    )
