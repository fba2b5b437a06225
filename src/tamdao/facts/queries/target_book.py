"""All targets with their bases and links as plain values, kept whole between two changes (three queries)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from tamdao.facts import errors
from tamdao.facts.models import Target, TargetBase, TargetLink
from tamdao.facts.rules.target_values import Comparator
from tamdao.kit.messages import Message
from tamdao.kit.text import fold

from .catalogue import MeasureView, catalogue, nearest_codes
from .memo import Memo
from .stamp import Stamp, reading, stamp


@dataclass(frozen=True, slots=True)
class BaseView:
    """A base value of a target and where it comes from; `source` is "" for the target's own document."""

    text: str
    date: date
    source: str
    sample: bool
    document: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LinkView:
    """An explicit link to an indicator that holds for one source only."""

    indicator: str
    source: str
    sample: bool


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target as its document states it."""

    code: str
    unit_id: str
    indicator: str
    measured_by: str | None
    name: Message
    kind: str
    pillar: str
    comparator: Comparator
    text: str
    measure: MeasureView
    level: str
    scope: Message
    deadline: date
    universe: str
    document: str
    locator: str
    base: BaseView | None
    owner: Message | None
    bases: tuple[BaseView, ...] = ()
    links: tuple[LinkView, ...] = ()
    folded: str = field(repr=False, default="")

    def base_for(self, *, sample: bool) -> BaseView | None:
        """The stated base; else one agreed later; a sample one only where samples are wanted."""
        if self.base is not None:
            return self.base
        usable = sorted(
            (base for base in self.bases if sample or not base.sample), key=lambda base: base.sample
        )
        return usable[0] if usable else None

    def measure_for(self, *, sample: bool) -> tuple[str, str | None] | None:
        """Indicator that measures the target and the one source the link holds for (None: any); None without a link."""
        if self.measured_by:
            return (self.measured_by, None)
        usable = sorted(
            (link for link in self.links if sample or not link.sample), key=lambda link: link.sample
        )
        return (usable[0].indicator, usable[0].source) if usable else None


_kept: Memo[str, dict[str, TargetView]] = Memo(1)


def target_book(now: Stamp | None = None) -> dict[str, TargetView]:
    """Every target by code, in the order of the codes."""
    now = stamp() if now is None else now
    kept = _kept.get(now, "all")
    if kept is None:
        kept = _load(now)
        _kept.put(now, "all", kept)
    return kept


@reading
def get_target(code: str) -> TargetView:
    """The target with this code. Raises target_unknown with the nearest codes."""
    known = target_book()
    if code not in known:
        raise errors.target_unknown(code, nearest_codes(code, known))
    return known[code]


@reading
def target_units() -> list[str]:
    """Ids of the units that have targets of their own."""
    return sorted({view.unit_id for view in target_book().values()})


@reading
def targets_of_indicator(indicator: str) -> list[TargetView]:
    """Targets about an indicator or measured by it."""
    return [view for view in target_book().values() if indicator in (view.indicator, view.measured_by)]


@reading
def targets_of_document(document: str) -> list[TargetView]:
    """Targets that a document states."""
    return [view for view in target_book().values() if view.document == document]


@reading
def search_targets(text: str, *, limit: int = 20) -> list[TargetView]:
    """Targets whose code, name or indicator has every word of `text`, diacritics ignored."""
    words = fold(text).split()
    if not words:
        return []
    found = (view for view in target_book().values() if all(word in view.folded for word in words))
    return list(found)[:limit]


def _load(now: Stamp) -> dict[str, TargetView]:
    known = catalogue(now)
    bases: dict[str, list[BaseView]] = defaultdict(list)
    for base in TargetBase.objects.order_by("target_id", "source_id"):
        sample = known.sources[base.source_id].sample
        view = BaseView(base.value, base.date, base.source_id, sample, base.document_id or "", base.note)
        bases[base.target_id].append(view)
    links: dict[str, list[LinkView]] = defaultdict(list)
    for link in TargetLink.objects.order_by("target_id", "source_id"):
        links[link.target_id].append(
            LinkView(link.indicator_id, link.source_id, known.sources[link.source_id].sample)
        )
    return {
        row.code: _view(row, known.measures[row.measure_id], bases[row.code], links[row.code])
        for row in Target.objects.order_by("code")
    }


def _view(row: Target, measure: MeasureView, bases: list[BaseView], links: list[LinkView]) -> TargetView:
    base = None
    if row.base_value and row.base_date:
        base = BaseView(row.base_value, row.base_date, "", False, row.document_id, row.base_source)
    return TargetView(
        code=row.code,
        unit_id=row.unit_id,
        indicator=row.indicator_id,
        measured_by=row.measured_by_id,
        name=Message(row.name_vi, row.name_en),
        kind=row.kind,
        pillar=row.pillar,
        # a constraint of the table admits no other
        comparator=cast(Comparator, row.comparator),
        text=row.value,
        measure=measure,
        level=row.level,
        scope=Message(row.scope_vi, row.scope_en or row.scope_vi),
        deadline=row.deadline,
        universe=row.universe,
        document=row.document_id,
        locator=row.locator,
        base=base,
        owner=Message(row.owner_vi, row.owner_en or row.owner_vi) if row.owner_vi else None,
        bases=tuple(bases),
        links=tuple(links),
        folded=f"{row.code.lower()} {row.indicator_id} {row.folded}",
    )
