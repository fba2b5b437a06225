"""Plain values that `facts` hands to everyone above: figures, explanations, target results. No ORM rows leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from tamdao.kit.messages import Message

FigureState = Literal[
    "reported",  # an observation on this very unit
    "converted",  # from observations on other units, by the indicator's rule
    "computed",  # from a formula
    "missing",
    "not_applicable",
    "rejected",
    "not_convertible",  # the rule forbids it
    "not_known",  # the map of units does not allow it (unknown share, or asked backwards)
]
HAS_VALUE: frozenset[FigureState] = frozenset({"reported", "converted", "computed"})

TargetState = Literal["met", "on_course", "behind", "missed", "no_result_yet", "no_data", "awaiting_decision"]

NodeKind = Literal[
    "figure", "formula", "input", "conversion", "unit_event", "observation", "document", "other_source", "revision",
    "points", "rank", "target", "note", "ledger",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ref:
    """A stored record by kind and id; the module that owns the kind registers the resolver that opens it."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Node:
    """One knot of the thread from a figure down to its records. The same tree serves page, API and command line.

    A node without children must point at a stored record (`ref`): otherwise it is a dead end, and a test fails.
    """

    kind: NodeKind
    title: Message
    # The figure as shown ("12,67 %" / "12.67 %"); None where the node carries no value.
    value: Message | None = None
    detail: Message | None = None
    ref: Ref | None = None
    # Key of the figure page when this node is itself a figure: (indicator, unit_id, period).
    figure: tuple[str, str, str] | None = None
    children: tuple[Node, ...] = ()
    # Sample data, or made of it: marked wherever it is shown.
    sample: bool = False
    # Where a document lies outside this house; "" for every other node.
    url: str = ""


@dataclass(frozen=True, slots=True)
class UnitName:
    """What a page needs of a unit."""

    id: str
    code: str
    name: str
    full_name: str
    level: str
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One value with everything needed to show it honestly."""

    indicator: str
    unit_id: str
    period: str
    state: FigureState
    # Canonical decimal text, None unless `state` is in HAS_VALUE.
    text: str | None
    reason: Message  # what the state means here, in words
    measure: str
    sign: str = "="
    sign_word: str = ""
    kind: str = ""  # plan | estimate | preliminary | official | revised
    flow: str = ""
    source: str = (
        ""  # source code; for computed and converted figures that of all inputs if it is one, else ""
    )
    source_kind: str = ""  # machine | form | document | sample | "" (mixed)
    sample: bool = False  # any sample input
    universe: str = ""
    map_date: date | None = None
    recorded_at: datetime | None = None  # newest of the inputs
    published_date: date | None = None
    observation_id: int | None = None
    conflicts: tuple[int, ...] = ()  # observation ids of other sources with another value
    dims: str = ""
    # The value before it was cut to decimal text: the mean of three units has no end in decimals.
    exact: Fraction | None = None

    @property
    def value(self) -> Decimal | None:
        """Exact value, None when there is none."""
        return None if self.text is None else Decimal(self.text)


@dataclass(frozen=True, slots=True)
class Change:
    """A change against another figure, in the measure itself (percentage points for percentages, places for ranks)."""

    against: Literal["previous", "same_period_last_year", "plan"]
    period: str
    other: Figure
    difference: Decimal | None  # this − other; None when either has no value or the two are not comparable
    better: bool | None
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class TargetResult:
    """A target judged at a date."""

    code: str
    unit_id: str
    indicator: str
    measured_by: str | None
    name: Message
    pillar: str
    kind: str
    comparator: str
    value: str
    measure: str
    level: str
    deadline: date
    universe: str
    actual: Figure | None
    state: TargetState
    reason: Message
    progress: (
        Decimal | None
    )  # 0..1 of the way from base to target, may exceed 1 or be negative; None when unknown
    gap: Decimal | None  # what is missing in the measure, 0 when met
    base_value: str = ""
    base_date: date | None = None
    sample: bool = False
    owner: Message | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One row of the change list."""

    id: int
    at: datetime
    kind: str
    key: str
    rows: int
    summary: Message
    by: str
    # The act brought observations, every one of them a sample.
    sample: bool = False
