"""What the API says of figures, indicators, observations and targets. Values are decimal text, never JSON numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ninja import Schema

from tamdao.facts.types import FigureState, TargetState


class Text(Schema):
    """A sentence in both languages."""

    vi: str
    en: str


class RecordRef(Schema):
    """A stored record by kind and id."""

    kind: str
    id: str


class FigureKey(Schema):
    """What names a figure."""

    indicator: str
    unit: str
    period: str


class NodeOut(Schema):
    """One knot of the thread from a figure down to its records."""

    kind: str
    title: Text
    value: Text | None
    detail: Text | None
    record: RecordRef | None
    figure: FigureKey | None
    sample: bool = False
    url: str | None = None
    children: list[NodeOut]


class FigureOut(Schema):
    """A figure, under the same keys as `tamdao figure --json`."""

    indicator: str
    unit: str
    period: str
    map: date | None
    # as asked for: a day (its end in Việt Nam) or a moment
    as_of: str | None
    value: str | None
    state: FigureState
    sign: str
    unit_of_measure: str
    source: str | None
    recorded_at: datetime | None
    explain: NodeOut | None


class FigurePage(Schema):
    """Part of a list of figures."""

    count: int
    items: list[FigureOut]


class IndicatorOut(Schema):
    """An entry of the catalogue."""

    code: str
    name: Text
    definition: Text
    pillar: str
    unit_of_measure: str
    direction: str
    frequency: str
    levels: list[str]
    owner: Text | None
    conversion: str
    conversion_weight: str | None
    formula: str


class IndicatorPage(Schema):
    """Part of the catalogue."""

    count: int
    items: list[IndicatorOut]


class ObservationOut(Schema):
    """A published value as its source states it."""

    id: int
    indicator: str
    unit: str
    period: str
    dims: str
    source: str
    kind: str
    flow: str
    status: Literal["value", "missing", "not_applicable", "rejected"]
    value: str | None
    sign: str
    sign_word: str
    universe: str
    revision: int
    document: str
    locator: str
    published_date: date | None
    note: str
    recorded_at: datetime
    recorded_by: str


class TargetOut(Schema):
    """A target judged at a date. `progress` is the share of the way from base to target, as decimal text."""

    code: str
    unit: str
    indicator: str
    measured_by: str | None
    name: Text
    pillar: str
    kind: str
    comparator: str
    value: str
    unit_of_measure: str
    level: str
    deadline: date
    universe: str
    actual: FigureOut | None
    state: TargetState
    reason: Text
    progress: str | None
    gap: str | None
    sample: bool
    document: str


class TargetPage(Schema):
    """Part of a list of targets."""

    count: int
    items: list[TargetOut]
