"""Observations as plain rows: read once for a whole array of figures, never one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from tamdao.facts.models import Observation

# Above this many units the database is asked by indicator and period alone: parameter lists have a limit.
MAX_UNITS_IN_QUERY = 800

Key = tuple[str, str, str]  # indicator, unit id, period


@dataclass(frozen=True, slots=True)
class ObservationView:
    """One stored observation. `text` is canonical decimal text, None unless `status` is "value"."""

    id: int
    indicator: str
    unit_id: str
    period: str
    period_start: date
    period_end: date
    dims: str
    source: str
    kind: str
    flow: str
    status: str
    text: str | None
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

    @property
    def value(self) -> Decimal | None:
        """Exact value, None when there is none."""
        return None if self.text is None else Decimal(self.text)

    @property
    def key(self) -> Key:
        """Key of the figure this row speaks of."""
        return (self.indicator, self.unit_id, self.period)


_COLUMNS = (
    "id", "indicator_id", "unit_id", "period", "period_start", "period_end", "dims", "source_id", "kind", "flow",
    "status", "value", "sign", "sign_word", "universe", "revision", "document_id", "locator", "published_date",
    "note", "recorded_at", "recorded_by",
)  # fmt: skip


def views(query: QuerySet[Observation]) -> list[ObservationView]:
    """The rows of `query` as plain values, in its order."""
    return [ObservationView(*row) for row in query.values_list(*_COLUMNS)]


def load(
    indicators: Collection[str],
    unit_ids: Collection[str],
    periods: Collection[str],
    *,
    as_of: datetime | None,
    dims: str | None,
) -> dict[Key, list[ObservationView]]:
    """Every revision known at `as_of`, by figure, in one query. `dims` None means all dimensions."""
    query = Observation.objects.filter(indicator__in=list(indicators), period__in=list(periods)).order_by(
        "id"
    )
    query = narrow_units(query, unit_ids)
    if as_of is not None:
        query = query.filter(recorded_at__lte=as_of)
    if dims is not None:
        query = query.filter(dims=dims)
    found: dict[Key, list[ObservationView]] = defaultdict(list)
    wanted = frozenset(unit_ids)
    for view in views(query):
        if view.unit_id in wanted:
            found[view.key].append(view)
    return dict(found)


def narrow_units(query: QuerySet[Observation], unit_ids: Collection[str]) -> QuerySet[Observation]:
    """Filter by units in the database where the list is short enough; the caller filters the rest."""
    return query.filter(unit__in=list(unit_ids)) if len(unit_ids) <= MAX_UNITS_IN_QUERY else query


@dataclass(frozen=True, slots=True)
class PeriodSeen:
    """A period for which something other than a plan is stored."""

    indicator: str
    unit_id: str
    period: str
    start: date
    end: date
    sample: bool
    source: str


def periods_seen(
    indicators: Collection[str], unit_ids: Collection[str], *, as_of: datetime | None
) -> list[PeriodSeen]:
    """Which periods are stored for which indicator, unit and source; plans left out. One query."""
    query = narrow_units(
        Observation.objects.filter(indicator__in=list(indicators)).exclude(kind=Observation.Kind.PLAN),
        unit_ids,
    )
    if as_of is not None:
        query = query.filter(recorded_at__lte=as_of)
    wanted = frozenset(unit_ids)
    found = (
        query.order_by()
        .values_list(
            "indicator_id", "unit_id", "period", "period_start", "period_end", "source__sample", "source_id"
        )
        .distinct()
    )
    return [PeriodSeen(*row) for row in found if row[1] in wanted]


def newest_revisions(rows: Iterable[ObservationView]) -> list[ObservationView]:
    """The rows that no later revision supersedes, oldest first."""
    newest: dict[tuple[str, str, str, str, str, str, str], ObservationView] = {}
    for row in rows:
        key = (*row.key, row.dims, row.source, row.kind, row.flow)
        if key not in newest or newest[key].revision < row.revision:
            newest[key] = row
    return sorted(newest.values(), key=lambda row: row.id)
