"""Packs bring editions of an index: the folder `editions`, one record with its tree of nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from tamdao.core.packs.api import Applying, Checking, register_kind
from tamdao.core.packs.records import Data, Record
from tamdao.core.packs.schema import BOOLEAN, CODE, DECIMAL, TEXT, list_of, one_of, record, text, whole
from tamdao.core.packs.tables import BATCH
from tamdao.kit.messages import Message

from .models import Edition, EditionNode, EditionYear

_POINTS = {**DECIMAL, "maxLength": 20}
_NODE = {
    "type": "object",
    "properties": {
        "code": {**CODE, "maxLength": 40},
        "parent": {**CODE, "maxLength": 40},
        "name_vi": text(300),
        "name_en": text(300),
        "role": one_of(*EditionNode.Role.values),
        "max_points": _POINTS,
        "assessed_points": {**_POINTS, "description": "not all points are assessed each year"},
        "scored": {**BOOLEAN, "default": True},
        "indicator": text(80),
        "rank_indicator": text(80),
        "pillar": one_of("government", "economy", "society"),
        "group": one_of("foundation", "activity"),
        "status": one_of(*EditionNode.Status.values),
        "note_vi": TEXT,
        "note_en": TEXT,
        "document": text(80),
    },
    "required": ["code", "name_vi", "name_en", "role", "status"],
    "additionalProperties": False,
}
SCHEMA = record(
    "An edition of an index: named by its decision, chosen by assessment year and level",
    "code document level years name_vi name_en nodes",
    {
        "code": {**CODE, "maxLength": 60},
        "document": text(80),
        "level": text(20),
        "years": list_of(whole(1990, 2200)),
        "name_vi": text(200),
        "name_en": text(200),
        "total_points": _POINTS,
        "nodes": list_of(_NODE, minItems=1),
    },
)
_NODE_TEXTS = ("max_points", "assessed_points", "pillar", "group", "note_vi", "note_en")


# --- check -------------------------------------------------------------------------------------------------
def _check(checking: Checking) -> None:
    taken: dict[tuple[str, int], str] = {}
    for code, data in checking.others("editions").items():
        taken |= {(data["level"], year): code for year in data["years"]}
    for edition in checking.records("editions"):
        for index, year in enumerate(edition.data["years"]):
            other = taken.setdefault((edition.data["level"], year), edition.key)
            if other != edition.key:
                message = Message(f"Năm {year} đã thuộc bộ {other}.", f"The year {year} belongs to {other}.")
                checking.findings.at(edition, f"years.{index}", message)
        _check_nodes(checking, edition)


def _check_nodes(checking: Checking, edition: Record) -> None:
    """A node stands below its parent, so that a circle can't be written; points assessed lie within the maximum."""
    seen: set[str] = set()
    codes = {node["code"] for node in edition.data["nodes"]}
    for index, node in enumerate(edition.data["nodes"]):
        place, parent = f"nodes.{index}", node.get("parent")
        if node["code"] in seen:
            message = Message(f"Mã “{node['code']}” lặp lại.", f"The code “{node['code']}” stands twice.")
            checking.findings.at(edition, f"{place}.code", message)
        if parent and parent not in codes:
            message = Message(f"Không có nút “{parent}”.", f"There is no node “{parent}”.")
            checking.findings.at(edition, f"{place}.parent", message)
        elif parent and parent not in seen:
            message = Message(
                f"Nút cha “{parent}” phải đứng trước (và không thành vòng).",
                f"The parent “{parent}” must stand above (and no circle be made).",
            )
            checking.findings.at(edition, f"{place}.parent", message)
        seen.add(node["code"])
        assessed, most = node.get("assessed_points"), node.get("max_points")
        if assessed and most and Decimal(assessed) > Decimal(most):
            message = Message(
                f"Điểm đánh giá vượt điểm tối đa {most}.", f"More points assessed than the maximum of {most}."
            )
            checking.findings.at(edition, f"{place}.assessed_points", message)


# --- read and write ----------------------------------------------------------------------------------------
def _stored(names: Collection[str] | None) -> dict[str, Data]:
    editions = Edition.objects.prefetch_related("years", "nodes__parent").order_by("code")
    if names is not None:
        editions = editions.filter(code__in=names)
    return {edition.code: _record_of(edition) for edition in editions}


def _record_of(edition: Edition) -> Data:
    nodes = sorted(edition.nodes.all(), key=lambda node: node.position)
    return {
        "code": edition.code,
        "document": edition.document_id,
        "level": edition.level_id,
        "years": sorted(year.year for year in edition.years.all()),
        "name_vi": edition.name_vi,
        "name_en": edition.name_en,
        "total_points": edition.total_points,
        "nodes": [_node_record(node) for node in nodes],
    }


def _node_record(node: EditionNode) -> Data:
    plain = ("code", "name_vi", "name_en", "role", "scored", "status", *_NODE_TEXTS)
    return {
        **{name: getattr(node, name) for name in plain},
        "parent": node.parent.code if node.parent else None,
        "indicator": node.indicator_id,
        "rank_indicator": node.rank_indicator_id,
        "document": node.document_id,
    }


def _parse(data: Data) -> Data:
    return {**data, "years": sorted(data["years"])}


def _apply(applying: Applying) -> int:
    for change in applying.changed:
        # points and ranks are computed from an edition, never stored below it: the tree is simply made anew
        EditionNode.objects.filter(edition=change.key).delete()
        EditionYear.objects.filter(edition=change.key).delete()
    for change in applying.written:
        data = change.data
        Edition.objects.update_or_create(
            code=data["code"],
            defaults={
                "document_id": data["document"],
                "level_id": data["level"],
                "name_vi": data["name_vi"],
                "name_en": data["name_en"],
                "total_points": data.get("total_points", ""),
            },
        )
    EditionYear.objects.bulk_create(
        EditionYear(edition_id=change.key, level_id=change.data["level"], year=year)
        for change in applying.written
        for year in change.data["years"]
    )
    for change in applying.written:
        _make_nodes(change.key, change.data["nodes"])
    return len(applying.written)


def _make_nodes(edition: str, nodes: list[Data]) -> None:
    """Parents stand above their children, so that one pass by depth finds every parent saved."""
    made: dict[str, EditionNode] = {}
    for layer in _by_depth(nodes):
        rows = [
            EditionNode(
                edition_id=edition,
                position=position,
                parent=made.get(data.get("parent") or ""),
                **_attributes(data),
            )
            for position, data in layer
        ]
        made |= {row.code: row for row in EditionNode.objects.bulk_create(rows, batch_size=BATCH)}


def _by_depth(nodes: list[Data]) -> Iterator[list[tuple[int, Data]]]:
    depth: dict[str, int] = {}
    for data in nodes:
        depth[data["code"]] = depth[data["parent"]] + 1 if data.get("parent") else 0
    for level in range(max(depth.values()) + 1):
        yield [(position, data) for position, data in enumerate(nodes) if depth[data["code"]] == level]


def _attributes(data: Data) -> dict[str, Any]:
    return {
        **{name: data[name] for name in ("code", "name_vi", "name_en", "role", "scored", "status")},
        **{name: data.get(name, "") for name in _NODE_TEXTS},
        "indicator_id": data.get("indicator"),
        "rank_indicator_id": data.get("rank_indicator"),
        "document_id": data.get("document"),
    }


def register() -> None:
    """Called before a pack is first handled."""
    register_kind(
        "editions",
        title=Message("bộ chỉ số", "editions"),
        layer="modules.scoring",
        schema=SCHEMA,
        key=lambda data: str(data["code"]),
        stored=_stored,
        apply=_apply,
        parse=_parse,
        needs=("documents", "levels", "indicators"),
        refs={
            "document": "documents",
            "level": "levels",
            "nodes.indicator": "indicators",
            "nodes.rank_indicator": "indicators",
            "nodes.document": "documents",
        },
        check=_check,
    )
