"""Which of several observations is the official one. Pure: plain rows in, one row out.

A source speaks through its best row: revised before official before preliminary before estimate, then the highest
revision. Sources are asked in the indicator's own order, then by their priority, sample sources last. The first
source with a value (or with "not applicable") decides; where none has one, the first that says missing or rejected.
Plans are never official. In-period and cumulative values are two different things: in-period rows are taken
where there are any, and nothing ever crosses over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .catalogue import IndicatorView, SourceView
from .rows import ObservationView

KIND_ORDER = {"revised": 0, "official": 1, "preliminary": 2, "estimate": 3}


@dataclass(frozen=True, slots=True)
class Choice:
    """The official row, the best rows of the other sources in order, and what the chosen row supersedes."""

    official: ObservationView | None
    others: tuple[ObservationView, ...] = ()
    superseded: tuple[ObservationView, ...] = ()
    plan: ObservationView | None = None

    @property
    def has_value(self) -> bool:
        """The official row carries a value."""
        return self.official is not None and self.official.status == "value"

    @property
    def conflicts(self) -> tuple[ObservationView, ...]:
        """Other sources, not samples, that state another value."""
        if self.official is None or self.official.status != "value":
            return ()
        value = self.official.value
        return tuple(row for row in self.others if row.status == "value" and row.value != value)


NOTHING = Choice(None)


def choose(
    rows: Iterable[ObservationView],
    indicator: IndicatorView,
    sources: Mapping[str, SourceView],
    *,
    sample: bool,
    only_source: str | None = None,
    flow: str | None = None,
) -> Choice:
    """Choose among all revisions of one figure (same indicator, unit, period and dimensions)."""
    known = [
        row
        for row in rows
        if (sample or not sources[row.source].sample)
        and (only_source is None or row.source == only_source)
        and (flow is None or row.flow == flow)
    ]
    actual = _one_flow([row for row in known if row.kind in KIND_ORDER])
    best = [_best_of(group) for group in _by_source(actual).values()]
    best.sort(key=lambda row: source_rank(row.source, indicator, sources))
    plan = _newest_plan(known, indicator, sources, actual[0].flow if actual else None)
    if not best:
        return Choice(None, plan=plan)
    official = next((row for row in best if row.status in {"value", "not_applicable"}), best[0])
    real = not sources[official.source].sample
    # beside a real value a sample is no second opinion
    others = tuple(row for row in best if row is not official and not (real and sources[row.source].sample))
    superseded = tuple(
        sorted(
            (row for row in actual if row.source == official.source and row is not official),
            key=lambda row: (KIND_ORDER[row.kind], -row.revision),
        )
    )
    return Choice(official, others, superseded, plan)


def source_rank(
    source: str, indicator: IndicatorView, sources: Mapping[str, SourceView]
) -> tuple[bool, int, int, str]:
    """Sort key of a source for this indicator: real before sample, the indicator's order, then priority."""
    order = indicator.source_order
    place = order.index(source) if source in order else len(order)
    view = sources[source]
    return (view.sample, place, view.priority, source)


def _one_flow(rows: list[ObservationView]) -> list[ObservationView]:
    in_period = [row for row in rows if row.flow == "in_period"]
    if any(row.status == "value" for row in in_period):
        return in_period
    cumulative = [row for row in rows if row.flow == "cumulative"]
    return cumulative if any(row.status == "value" for row in cumulative) else in_period or cumulative


def _by_source(rows: Iterable[ObservationView]) -> dict[str, list[ObservationView]]:
    groups: dict[str, list[ObservationView]] = {}
    for row in rows:
        groups.setdefault(row.source, []).append(row)
    return groups


def _best_of(rows: list[ObservationView]) -> ObservationView:
    return min(rows, key=lambda row: (KIND_ORDER[row.kind], -row.revision))


def _newest_plan(
    rows: Iterable[ObservationView],
    indicator: IndicatorView,
    sources: Mapping[str, SourceView],
    flow: str | None,
) -> ObservationView | None:
    plans = [row for row in rows if row.kind == "plan" and (flow is None or row.flow == flow)]
    plans.sort(key=lambda row: (source_rank(row.source, indicator, sources), -row.revision))
    return plans[0] if plans else None
