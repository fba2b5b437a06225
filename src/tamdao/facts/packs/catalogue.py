"""Kinds `measures`, `sources` and `indicators`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tamdao.core.packs.api import Checking, register_kind
from tamdao.core.packs.records import Data, Record
from tamdao.core.packs.schema import (
    BOOLEAN,
    CODE,
    DECIMAL,
    TEXT,
    list_of,
    matching,
    one_of,
    record,
    text,
    whole,
)
from tamdao.core.packs.tables import Table, columns
from tamdao.facts.models import Indicator, Measure, Source
from tamdao.kit.messages import Message
from tamdao.kit.text import fold

from . import formulas, keeping
from .words import named

PILLARS = ("overall", "foundation", "government", "economy", "society")
_MEASURE_CODE = {"type": "string", "minLength": 1, "maxLength": 40}
INDICATOR_CODE = matching(
    r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$",
    "chữ thường không dấu, chữ số và _, các phần nối bằng dấu chấm, ví dụ dti_main.awareness",
    "small letters, digits and _, parts joined by points, like dti_main.awareness",
    maxLength=80,
)

MEASURES_SCHEMA = record(
    "A unit of measure",
    "code name_vi name_en",
    {
        "code": _MEASURE_CODE,
        "name_vi": text(80),
        "name_en": text(80),
        "symbol": {**text(20), "description": "shown after the number"},
        "symbol_en": {
            **text(40),
            "description": "the same in English where it is a word; default: the symbol",
        },
        "dimension": {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "description": "base → whole exponent; empty = a pure number",
        },
        "scale": {**DECIMAL, "default": "1", "description": "factor to the base: percent 0.01"},
        "decimals": whole(most=12, default=0),
        "ordinal": {
            **BOOLEAN,
            "default": False,
            "description": "ranks and grades: ordered, without arithmetic",
        },
    },
)
MEASURES = Table(
    Measure, columns("code name_vi name_en symbol symbol_en dimension scale decimals ordinal"), name="code"
)

SOURCES_SCHEMA = record(
    "Where figures come from",
    "code name_vi name_en kind priority",
    {
        "code": {**CODE, "maxLength": 60},
        "name_vi": text(200),
        "name_en": text(200),
        "kind": one_of(*Source.Kind.values),
        "priority": {**whole(most=1_000_000), "description": "the lower, the more official"},
        "sample": {**BOOLEAN, "default": False},
    },
)
SOURCES = Table(Source, columns("code name_vi name_en kind priority sample"), name="code")

INDICATORS_SCHEMA = record(
    "What is counted, and how it is read on another map of units",
    "code name_vi name_en definition_vi definition_en pillar measure direction frequency levels conversion",
    {
        "code": INDICATOR_CODE,
        "name_vi": text(300),
        "name_en": text(300),
        "definition_vi": text(8000),
        "definition_en": text(8000),
        "pillar": one_of(*PILLARS),
        "measure": _MEASURE_CODE,
        "direction": one_of(*Indicator.Direction.values),
        "frequency": one_of(*Indicator.Frequency.values),
        "window_vi": text(200),
        "levels": list_of(text(20), minItems=1),
        "owner_vi": text(200),
        "owner_en": text(200),
        "conversion": {
            "type": "object",
            "properties": {"rule": one_of(*Indicator.Rule.values), "weight": INDICATOR_CODE},
            "required": ["rule"],
            "additionalProperties": False,
        },
        "formula": TEXT,
        "convert_result": {**BOOLEAN, "default": False},
        "decimals": whole(most=12),
        "sources": list_of(text(60), description="source codes, most official first"),
    },
)


def _folded(data: Data) -> Mapping[str, Any]:
    return {"folded": fold(f"{data['code']} {data['name_vi']} {data['name_en']}")[:700]}


INDICATORS = Table(
    Indicator,
    columns(
        "code name_vi name_en definition_vi definition_en pillar direction frequency window_vi levels owner_vi "
        "owner_en formula convert_result decimals",
        measure="measure_id",
        conversion__rule="rule",
        conversion__weight="rule_weight_id",
        sources="source_order",
    ),
    name="code",
    derived=_folded,
)


def _check_sources(checking: Checking) -> None:
    for source in checking.records("sources"):
        if source.data["sample"] != (source.data["kind"] == "sample"):
            message = Message(
                "Nguồn mẫu phải có kind: sample và sample: true.",
                "A sample source has kind: sample and sample: true.",
            )
            checking.findings.at(source, "sample", message)


def _check_indicators(checking: Checking) -> None:
    measures = checking.everything("measures")
    for indicator in checking.records("indicators"):
        _check_rule(checking, indicator, measures)
    formulas.check(checking)
    keeping.check_targets_elsewhere(checking)


def _check_rule(checking: Checking, indicator: Record, measures: Mapping[str, Data]) -> None:
    rule, weight = indicator.data["conversion"]["rule"], indicator.data["conversion"].get("weight")
    if (rule == "weighted_mean") != bool(weight):
        message = Message(
            "Trung bình có trọng số (weighted_mean) cần weight; quy tắc khác thì không ghi weight.",
            "weighted_mean needs a weight; no other rule has one.",
        )
        checking.findings.at(indicator, "conversion.weight", message)
    measure = measures.get(indicator.data["measure"])
    if measure and measure["ordinal"] and rule in {"sum", "mean", "weighted_mean"}:
        name = named(measures, indicator.data["measure"])
        message = Message(
            f"{name.vi} là thứ bậc, không cộng, không lấy trung bình được; dùng none.",
            f"{name.en} is an order: ranks are not added or averaged; use none.",
        )
        checking.findings.at(indicator, "conversion.rule", message)


def register() -> None:
    """Called before a pack is first handled."""
    register_kind(
        "measures",
        title=Message("đơn vị đo", "measures"),
        layer="facts",
        schema=MEASURES_SCHEMA,
        key=MEASURES.key,
        stored=MEASURES.stored,
        stored_names=MEASURES.stored_names,
        apply=MEASURES.apply,
        refuse=keeping.refuse_measure,
    )
    register_kind(
        "sources",
        title=Message("nguồn", "sources"),
        layer="facts",
        schema=SOURCES_SCHEMA,
        key=SOURCES.key,
        stored=SOURCES.stored,
        stored_names=SOURCES.stored_names,
        apply=SOURCES.apply,
        check=_check_sources,
    )
    register_kind(
        "indicators",
        title=Message("chỉ số", "indicators"),
        layer="facts",
        schema=INDICATORS_SCHEMA,
        key=INDICATORS.key,
        stored=INDICATORS.stored,
        stored_names=INDICATORS.stored_names,
        apply=INDICATORS.apply,
        needs=("measures", "sources", "levels"),
        refs={
            "measure": "measures",
            "levels": "levels",
            "sources": "sources",
            "conversion.weight": "indicators",
        },
        check=_check_indicators,
        refuse=keeping.refuse_indicator,
    )
