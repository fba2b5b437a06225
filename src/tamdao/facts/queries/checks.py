"""What needs a look: sources that disagree, and what was added or changed lately."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from tamdao.facts.models import FactChange, Observation
from tamdao.facts.types import ChangeView
from tamdao.kit.messages import Message

from . import rows
from .arrivals import sample_acts
from .catalogue import catalogue
from .rows import Key, ObservationView
from .selection import choose
from .stamp import reading


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two or more official values of one figure; `official` is the one that priority chooses."""

    key: Key
    dims: str
    official: ObservationView
    others: tuple[ObservationView, ...]


@reading
def conflicts(unit_id: str | None = None, *, indicator: str = "", limit: int = 200) -> list[Conflict]:
    """Figures for which two sources, neither a sample, state different values. Two queries."""
    query = Observation.objects.filter(status="value", source__sample=False).exclude(
        kind=Observation.Kind.PLAN
    )
    if unit_id is not None:
        query = query.filter(unit=unit_id)
    if indicator:
        query = query.filter(indicator=indicator)
    doubled = list(
        query.order_by("indicator", "unit", "period")
        .values_list("indicator_id", "unit_id", "period", "dims")
        .annotate(sources=Count("source", distinct=True))
        .filter(sources__gt=1)[: limit * 4]
    )
    if not doubled:
        return []
    found = rows.load(
        {row[0] for row in doubled},
        {row[1] for row in doubled},
        {row[2] for row in doubled},
        as_of=None,
        dims=None,
    )
    known = catalogue()
    result: list[Conflict] = []
    for name, unit, period, dims, _ in doubled:
        key = (name, unit, period)
        same = [row for row in found.get(key, ()) if row.dims == dims]
        chosen = choose(same, known.indicators[name], known.sources, sample=False)
        if chosen.official is not None and chosen.conflicts:
            result.append(Conflict(key, dims, chosen.official, chosen.conflicts))
    return result[:limit]


@reading
def recent_changes(since_id: int = 0, *, limit: int = 50, sample: bool = True) -> list[ChangeView]:
    """Changes after `since_id`, the newest first; without `sample`, acts that brought only samples are left out."""
    found = list(FactChange.objects.filter(id__gt=since_id).order_by("-id")[:limit])
    samples = sample_acts((row.by, row.at) for row in found)
    return [
        ChangeView(
            row.id, row.at, row.kind, row.key, row.rows,
            Message(row.summary_vi or row.key, row.summary_en or row.summary_vi or row.key), row.by,
            sample=(row.by, row.at) in samples,
        )
        for row in found
        if sample or (row.by, row.at) not in samples
    ]  # fmt: skip
