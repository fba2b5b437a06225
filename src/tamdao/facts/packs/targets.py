"""Kinds `targets`, `target_bases` and `target_links`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tamdao.core.packs.api import Checking, register_kind
from tamdao.core.packs.records import Data, Record
from tamdao.core.packs.schema import CODE, DATE, DECIMAL, TEXT, UNIT_ID, matching, one_of, record, text
from tamdao.core.packs.tables import Table, columns
from tamdao.facts.models import Target, TargetBase, TargetLink
from tamdao.kit.messages import Message
from tamdao.kit.text import fold

from .catalogue import INDICATOR_CODE, PILLARS
from .words import named

# A target may speak of each sector, which is no level of the map.
BEYOND_LEVELS = frozenset({"sector"})
_TARGET_CODE = {**CODE, "maxLength": 60}

TARGETS_SCHEMA = record(
    "A promised value; measured only through measured_by",
    "code unit indicator name_vi name_en kind pillar comparator value measure deadline document",
    {
        "code": _TARGET_CODE,
        "unit": {**UNIT_ID, "maxLength": 32},
        "indicator": INDICATOR_CODE,
        "measured_by": INDICATOR_CODE,
        "name_vi": text(400),
        "name_en": text(400),
        "kind": one_of(*Target.Kind.values),
        "pillar": one_of(*PILLARS),
        "comparator": {
            **one_of(*Target.COMPARATORS),
            "description": "= means reach: met at the value or beyond it in the indicator's direction",
        },
        "value": DECIMAL,
        "measure": text(40),
        "level": text(20),
        "scope_vi": text(200),
        "scope_en": text(200),
        "deadline": DATE,
        "universe": matching(
            "^[1-9][0-9]{0,5}$", "số đơn vị được xếp hạng, ví dụ 63", "how many are ranked, like 63"
        ),
        "document": text(80),
        "locator": text(300),
        "base_value": DECIMAL,
        "base_date": DATE,
        "base_source": text(300),
        "owner_vi": text(200),
        "owner_en": text(200),
    },
)
BASES_SCHEMA = record(
    "A base value of a target, by source",
    "target value date source",
    {
        "target": _TARGET_CODE,
        "value": DECIMAL,
        "date": DATE,
        "source": text(60),
        "document": text(80),
        "note": TEXT,
    },
)
LINKS_SCHEMA = record(
    "A link target → indicator that holds for one source only (sample data)",
    "target indicator source",
    {"target": _TARGET_CODE, "indicator": INDICATOR_CODE, "source": text(60)},
)


def _folded(data: Data) -> Mapping[str, Any]:
    return {"folded": fold(f"{data['name_vi']} {data['name_en']}")[:900]}


TARGETS = Table(
    Target,
    columns(
        "code name_vi name_en kind pillar comparator value level scope_vi scope_en universe locator base_value "
        "base_source owner_vi owner_en",
        dates="deadline base_date",
        unit="unit_id",
        indicator="indicator_id",
        measured_by="measured_by_id",
        measure="measure_id",
        document="document_id",
    ),
    name="code",
    derived=_folded,
)
BASES = Table(
    TargetBase,
    columns("value note", dates="date", target="target_id", source="source_id", document="document_id"),
    name="target_id",
    identity=("target_id", "source_id"),
)
LINKS = Table(
    TargetLink,
    columns(target="target_id", indicator="indicator_id", source="source_id"),
    name="target_id",
    identity=("target_id", "source_id"),
)


def _check_targets(checking: Checking) -> None:
    indicators, levels = checking.everything("indicators"), checking.names("levels")
    for target in checking.records("targets"):
        data = target.data
        if ("base_value" in data) != ("base_date" in data):
            message = Message(
                "Mốc gốc cần cả giá trị (base_value) và ngày (base_date).",
                "A base has both a value (base_value) and a date (base_date).",
            )
            checking.findings.at(target, "base_date" if "base_value" in data else "base_value", message)
        if data.get("level") and data["level"] not in levels and data["level"] not in BEYOND_LEVELS:
            message = Message(f"Không có cấp “{data['level']}”.", f"There is no level “{data['level']}”.")
            checking.findings.at(target, "level", message)
        for name in ("indicator", "measured_by"):
            _check_measure(checking, target, name, indicators.get(data.get(name, "")))


def _check_measure(checking: Checking, target: Record, name: str, indicator: Data | None) -> None:
    """A target is compared with figures in its own measure."""
    if indicator is not None and indicator["measure"] != target.data["measure"]:
        measures = checking.everything("measures")
        own, other = named(measures, target.data["measure"]), named(measures, indicator["measure"])
        message = Message(
            f"Chỉ tiêu tính bằng {own.vi}, chỉ số {indicator['code']} bằng {other.vi}.",
            f"The target is in {own.en}, the indicator {indicator['code']} in {other.en}.",
        )
        checking.findings.at(target, name if name == "measured_by" else "measure", message)


def _check_links(checking: Checking) -> None:
    targets, sources = checking.everything("targets"), checking.everything("sources")
    indicators = checking.everything("indicators")
    for link in checking.records("target_links"):
        source = sources.get(link.data["source"])
        if source is not None and not source["sample"]:
            message = Message(
                "Liên kết này chỉ dành cho nguồn mẫu; liên kết thật ghi ở measured_by của chỉ tiêu.",
                "Such a link is for sample sources only; a real one stands in measured_by of the target.",
            )
            checking.findings.at(link, "source", message)
        target, indicator = targets.get(link.data["target"]), indicators.get(link.data["indicator"])
        if target and indicator and target["measure"] != indicator["measure"]:
            measures = checking.everything("measures")
            own, other = named(measures, target["measure"]), named(measures, indicator["measure"])
            message = Message(
                f"Chỉ tiêu tính bằng {own.vi}, chỉ số bằng {other.vi}.",
                f"The target is in {own.en}, the indicator in {other.en}.",
            )
            checking.findings.at(link, "indicator", message)


def register() -> None:
    """Called before a pack is first handled."""
    register_kind(
        "targets",
        title=Message("chỉ tiêu", "targets"),
        layer="facts",
        schema=TARGETS_SCHEMA,
        key=TARGETS.key,
        stored=TARGETS.stored,
        stored_names=TARGETS.stored_names,
        apply=TARGETS.apply,
        needs=("indicators", "units", "documents"),
        refs={
            "unit": "units",
            "indicator": "indicators",
            "measured_by": "indicators",
            "measure": "measures",
            "document": "documents",
        },
        check=_check_targets,
    )
    register_kind(
        "target_bases",
        title=Message("mốc gốc", "bases of targets"),
        layer="facts",
        schema=BASES_SCHEMA,
        key=BASES.key,
        names=lambda data: (data["target"],),
        stored=BASES.stored,
        apply=BASES.apply,
        needs=("targets", "sources"),
        refs={"target": "targets", "source": "sources", "document": "documents"},
    )
    register_kind(
        "target_links",
        title=Message("liên kết mẫu", "sample links"),
        layer="facts",
        schema=LINKS_SCHEMA,
        key=LINKS.key,
        names=lambda data: (data["target"],),
        stored=LINKS.stored,
        apply=LINKS.apply,
        needs=("targets", "sources"),
        refs={"target": "targets", "indicator": "indicators", "source": "sources"},
        check=_check_links,
    )
