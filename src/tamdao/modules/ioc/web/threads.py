"""The thread of an explanation as kit draws it: every knot with its door, and nothing said twice on the way down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tamdao.facts.types import Node
from tamdao.kit import components
from tamdao.kit.messages import Message

from .frame import Frame

# The dot colours of the thread; kinds that are not named keep the plain one.
THREAD_KINDS = {
    "observation": "source",
    "unit_event": "rule",
    "conversion": "rule",
    "revision": "recorded",
    "note": "warning",
}
DOORS = {
    "observation": Message("Mở số liệu đã ghi", "Open the stored figure"),
    "document": Message("Mở văn bản", "Open the document"),
    "unit_event": Message("Mở căn cứ pháp lý", "Open the legal act"),
    "indicator": Message("Mở định nghĩa", "Open the definition"),
    "unit": Message("Mở đơn vị", "Open the unit"),
    "source": Message("Mở nguồn", "Open the source"),
    "target": Message("Mở chỉ tiêu", "Open the target"),
    "ledger": Message("Ai đã sửa số liệu này", "Who changed this figure"),
    "pack": Message("Mở gói dữ liệu", "Open the data pack"),
    "edition": Message("Mở bộ chỉ số", "Open the index edition"),
}
# More children than this fold away: a mean of many units, a long list of revisions.
UNFOLDED = 6
# A thread with more knots than this shows its first level; what lies below each knot opens on demand.
LONG_THREAD = 30


@dataclass(frozen=True, slots=True)
class _Above:
    """What the knots above have said already."""

    value: Message | None
    details: frozenset[Message]
    fold: bool


def thread(
    nodes: Sequence[Node], frame: Frame, *, value: Message | None = None, said: Iterable[Message] = ()
) -> list[components.ThreadNode]:
    """The thread of an explanation. `value` and `said` stand above it on the page and are not repeated."""
    above = _Above(value, frozenset(said), sum(map(_size, nodes)) > LONG_THREAD)
    return [_knot(node, frame, above) for node in nodes]


def _size(node: Node) -> int:
    return 1 + sum(map(_size, node.children))


def _knot(node: Node, frame: Frame, above: _Above) -> components.ThreadNode:
    if node.figure is not None:
        href, door = frame.figure(*node.figure), Message("", "")
    elif node.ref is not None:
        href, door = frame.record(node.ref), DOORS.get(node.ref.kind, Message("", ""))
    else:
        href, door = "", Message("", "")
    said = above.details | ({node.detail} if node.detail else set())
    below = _Above(node.value or above.value, said, fold=False)
    return components.ThreadNode(
        kind=THREAD_KINDS.get(node.kind, node.kind),
        title=node.title,
        value=node.value if node.value and node.value != above.value else "",
        detail=node.detail if node.detail and node.detail not in above.details else "",
        href=href,
        door=door if door.vi else "",
        url=node.url if node.url.startswith(("https://", "http://")) else "",
        figure=node.figure is not None,
        sample=node.sample,
        folded=len(node.children) > UNFOLDED or (above.fold and bool(node.children)),
        children=[_knot(child, frame, below) for child in node.children],
    )
