"""Figures and explanations for the API and the command line: plain dictionaries and an indented text. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tamdao.kit.messages import Message

from .dates import ZONE, end_of_day
from .types import Change, Figure, Node

SAMPLE = Message("dữ liệu mẫu", "sample data")


def figure_dict(figure: Figure, *, as_of: datetime | None = None, tree: Node | None = None) -> dict[str, Any]:
    """A figure under the stable keys of command line and API; the value is text, None where there is none."""
    return {
        "indicator": figure.indicator,
        "unit": figure.unit_id,
        "period": figure.period,
        "map": figure.map_date.isoformat() if figure.map_date else None,
        "as_of": moment_text(as_of) if as_of else None,
        "value": figure.text,
        "state": figure.state,
        "sign": figure.sign,
        "unit_of_measure": figure.measure,
        "source": figure.source or None,
        "recorded_at": figure.recorded_at.astimezone(ZONE).isoformat() if figure.recorded_at else None,
        "explain": node_dict(tree) if tree else None,
    }


def moment_text(moment: datetime) -> str:
    """A recording moment as it is asked for: a day where it is the end of one in Việt Nam, else an ISO moment."""
    day = moment.astimezone(ZONE).date()
    return day.isoformat() if moment == end_of_day(day) else moment.isoformat()


def change_dict(change: Change) -> dict[str, Any]:
    """A change under the keys of the API."""
    return {
        "against": change.against,
        "period": change.period,
        "value": change.other.text,
        "difference": None if change.difference is None else str(change.difference),
        "better": change.better,
        "note": message_dict(change.note),
    }


def node_dict(node: Node) -> dict[str, Any]:
    """A tree as nested dictionaries; every key is always there."""
    return {
        "kind": node.kind,
        "title": message_dict(node.title),
        "value": message_dict(node.value),
        "detail": message_dict(node.detail),
        "record": {"kind": node.ref.kind, "id": node.ref.id} if node.ref else None,
        "figure": dict(zip(("indicator", "unit", "period"), node.figure, strict=True))
        if node.figure
        else None,
        "sample": node.sample,
        "url": node.url or None,
        "children": [node_dict(child) for child in node.children],
    }


def message_dict(message: Message | None) -> dict[str, str] | None:
    """Both languages of a sentence."""
    return None if message is None else {"vi": message.vi, "en": message.en}


def node_lines(node: Node, lang: str = "vi", depth: int = 0) -> Iterator[str]:
    """The tree as indented lines: title, value, then the detail and the record on lines of their own."""
    indent = "  " * depth
    value = f": {node.value.text(lang)}" if node.value else ""
    mark = f" ({SAMPLE.text(lang)})" if node.sample else ""
    yield f"{indent}{'• ' if depth else ''}{node.title.text(lang)}{value}{mark}"
    if node.detail:
        yield f"{indent}    {node.detail.text(lang)}"
    if node.ref and node.kind in {
        "observation",
        "other_source",
        "revision",
        "document",
        "unit_event",
        "ledger",
    }:
        yield f"{indent}    [{node.ref.kind} {node.ref.id}]"
    if node.url:
        yield f"{indent}    {node.url}"
    for child in node.children:
        yield from node_lines(child, lang, depth + 1)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it."""
    yield node
    for child in node.children:
        yield from walk(child)
