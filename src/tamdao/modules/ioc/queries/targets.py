"""Targets as pages list them: grouped by the unit that promised them, filtered, with what each number opens to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tamdao.core.files.api import DocumentView, get_document
from tamdao.core.units.api import UnitRow, get_unit
from tamdao.facts import api as facts
from tamdao.facts.api import IndicatorView, TargetView, catalogue
from tamdao.facts.types import TargetResult
from tamdao.kit.messages import Message
from tamdao.kit.periods import Period
from tamdao.kit.text import fold, sort_key

from ..rules.matters import Group
from ..rules.sentences import tally
from ..rules.words import PILLARS, promised
from .indicators import broken_before
from .show import Shown, shown, shown_value


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target ready for a list: what was promised, what is known, how it stands and why."""

    result: TargetResult
    promise: Message
    actual: Shown | None


@dataclass(frozen=True, slots=True)
class PillarTally:
    """Targets of one pillar by state."""

    pillar: str
    counts: dict[str, int]
    rows: tuple[TargetRow, ...]

    @property
    def total(self) -> int:
        """Number of targets."""
        return len(self.rows)


def target_row(result: TargetResult) -> TargetRow:
    """The row of one judged target."""
    known = catalogue()
    measure = known.measures[result.measure]
    value = shown_value(result.value, measure)
    actual = None
    if result.actual is not None:
        actual = shown(result.actual, known.indicators[result.actual.indicator])
    rank = result.kind == "rank"
    return TargetRow(
        result=result,
        promise=promised(
            result.comparator, Message(result.value, result.value) if rank else value, measure_is_rank=rank
        ),
        actual=actual if actual and actual.has_value else None,
    )


def units_with_targets() -> list[UnitRow]:
    """Units whose targets are loaded, by name."""
    return sorted((get_unit(unit) for unit in facts.target_units()), key=lambda row: sort_key(row.name_vi))


def groups_of(unit: UnitRow | None, *, at: date, sample: bool) -> list[Group]:
    """Targets by the unit that promised them: a unit's own first, then those of the units merged into it."""
    if unit is None:
        return [_group(row, facts.targets(row.id, at=at, sample=sample)) for row in units_with_targets()]
    groups = [_group(unit, facts.targets(unit.id, at=at, sample=sample))]
    inherited: dict[str, list[TargetResult]] = {}
    for result in facts.inherited_targets(unit.id, at=at, sample=sample):
        inherited.setdefault(result.unit_id, []).append(result)
    groups += [_group(get_unit(unit_id), results) for unit_id, results in sorted(inherited.items())]
    return [group for group in groups if group.results]


def _group(unit: UnitRow, results: Sequence[TargetResult]) -> Group:
    return Group(unit.id, unit.name_vi, unit.end_date, tuple(results))


def counts(results: Iterable[TargetResult]) -> dict[str, int]:
    """Targets by state."""
    return tally([result.state for result in results])


def by_pillar(results: Iterable[TargetResult]) -> list[PillarTally]:
    """Targets by pillar in the fixed order; pillars without a target are left out."""
    rows = [target_row(result) for result in results]
    found = []
    for pillar in PILLARS:
        inside = tuple(row for row in rows if row.result.pillar == pillar)
        if inside:
            found.append(PillarTally(pillar, counts(row.result for row in inside), inside))
    return found


@dataclass(frozen=True, slots=True)
class GroupRows:
    """One group of the list, filtered."""

    unit: UnitRow
    counts: dict[str, int]
    pillars: tuple[PillarTally, ...]
    shown: int
    total: int


def filtered(groups: Sequence[Group], *, pillar: str, state: str, text: str) -> list[GroupRows]:
    """The groups narrowed to a pillar, a state and words of the name (diacritics ignored); empty groups left out."""
    wanted = fold(text).split()
    found = []
    for group in groups:
        kept = [
            result
            for result in group.results
            if (not pillar or result.pillar == pillar)
            and (not state or result.state == state)
            and all(word in fold(f"{result.code} {result.name.vi} {result.name.en}") for word in wanted)
        ]
        if kept:
            found.append(
                GroupRows(
                    unit=get_unit(group.unit_id),
                    counts=counts(group.results),
                    pillars=tuple(by_pillar(kept)),
                    shown=len(kept),
                    total=len(group.results),
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class TargetPage:
    """One target with its document, its measure and its course."""

    row: TargetRow
    target: TargetView
    unit: UnitRow
    document: DocumentView
    indicator: IndicatorView
    measured_by: IndicatorView | None
    course: tuple[Shown, ...]
    # Periods that are not compared with the one before them, and why.
    broken: dict[str, Message | None]
    base: Message | None


def target_page(code: str, *, at: date, sample: bool) -> TargetPage:
    """The target `code` judged on the day `at`. Raises target_unknown."""
    target = facts.get_target(code)
    result = facts.target(code, at=at, sample=sample)
    row = target_row(result)
    measured_by = facts.get_indicator(result.measured_by) if result.measured_by else None
    course: tuple[Shown, ...] = ()
    broken: dict[str, Message | None] = {}
    if measured_by is not None:
        figures = [
            figure
            for figure in facts.series(measured_by.code, target.unit_id, sample=sample)
            if Period.parse(figure.period).end <= at
        ]
        course = tuple(shown(figure, measured_by) for figure in figures)
        changes = facts.changes_of(figures, sample=sample)
        broken = {item.period: broken_before(found) for item, found in zip(course, changes, strict=True)}
    measure = catalogue().measures[result.measure]
    return TargetPage(
        row=row,
        target=target,
        unit=get_unit(target.unit_id),
        document=get_document(target.document),
        indicator=facts.get_indicator(target.indicator),
        measured_by=measured_by,
        course=course,
        broken=broken,
        base=shown_value(result.base_value, measure) if result.base_value else None,
    )
