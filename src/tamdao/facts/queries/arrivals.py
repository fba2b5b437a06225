"""What came in: acts that brought nothing but sample data, figures recorded by given acts, how far each series goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q

from tamdao.facts.models import FactChange, Observation
from tamdao.facts.types import ChangeView

from . import rows
from .memo import Memo
from .rows import ObservationView
from .stamp import reading, stamp

# An act of the change list: whose, when.
Act = tuple[str, datetime]
# Length of the actor's name in the change list; observations keep a longer one.
_ACTOR = 80

_acts_kept: Memo[Act, bool] = Memo(2_000)
_reach_kept: Memo[bool, tuple[Reach, ...]] = Memo(2)


@reading
def sample_acts(acts: Iterable[Act]) -> frozenset[Act]:
    """Those of `acts` that recorded observations, every one of them from a sample source. One query at most.

    Read from the observations themselves, so it holds for packs, forms and machines alike and needs no mark.
    """
    now = stamp()
    asked = frozenset(acts)
    known = {act: kept for act in asked if (kept := _acts_kept.get(now, act)) is not None}
    todo = asked - known.keys()
    if todo:
        found = (
            Observation.objects.filter(recorded_at__in={at for _, at in todo})
            .order_by()
            .values_list("recorded_by", "recorded_at")
            .annotate(plain=Count("id", filter=Q(source__sample=False)))
        )
        plain = {(by[:_ACTOR], at): count for by, at, count in found}
        for act in todo:
            known[act] = plain.get(act) == 0
            _acts_kept.put(now, act, known[act])
    return frozenset(act for act, sample in known.items() if sample)


@reading
def sample_packs() -> frozenset[str]:
    """Names of the packs that have brought observations, all of them samples. Two queries at most."""
    acts: dict[str, set[Act]] = {}
    brought = FactChange.objects.filter(kind="observation", by__startswith="pack:").values_list("by", "at")
    for by, at in brought:
        acts.setdefault(by.removeprefix("pack:").partition("@")[0], set()).add((by, at))
    samples = sample_acts(act for found in acts.values() for act in found)
    return frozenset(name for name, found in acts.items() if found <= samples)


@reading
def arrived(
    changes: Iterable[ChangeView], unit_ids: Collection[str], *, sample: bool = False
) -> list[ObservationView]:
    """Values that the acts of `changes` recorded for the units, plans left out, the newest first. One query."""
    acts = {(change.by, change.at) for change in changes if change.kind == "observation"}
    if not acts:
        return []
    query = Observation.objects.filter(
        recorded_at__in={at for _, at in acts}, unit__in=list(unit_ids), status="value"
    ).exclude(kind=Observation.Kind.PLAN)
    if not sample:
        query = query.filter(source__sample=False)
    found = rows.newest_revisions(rows.views(query.order_by("id")))
    return [row for row in reversed(found) if (row.recorded_by[:_ACTOR], row.recorded_at) in acts]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the values of an indicator for a unit go: last day of the newest period that has one."""

    indicator: str
    unit_id: str
    source_kind: str
    end: date


@reading
def reaches(*, sample: bool = False) -> tuple[Reach, ...]:
    """The newest value of every series by kind of source, plans left out. One query, kept until the next change."""
    now = stamp()
    kept = _reach_kept.get(now, sample)
    if kept is not None:
        return kept
    query = Observation.objects.filter(status="value").exclude(kind=Observation.Kind.PLAN)
    if not sample:
        query = query.filter(source__sample=False)
    found = (
        query.order_by()
        .values_list("indicator_id", "unit_id", "source__kind")
        .annotate(end=Max("period_end"))
    )
    made = tuple(Reach(*row) for row in found)
    _reach_kept.put(now, sample, made)
    return made
