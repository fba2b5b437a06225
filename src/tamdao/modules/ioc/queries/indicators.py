"""The catalogue and one indicator: definition, series of a unit, units side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max

from tamdao.core.units.api import UnitRow, get_unit
from tamdao.facts import api as facts
from tamdao.facts.api import IndicatorView, SourceView, TargetView, catalogue
from tamdao.facts.models import Observation
from tamdao.facts.queries import wording
from tamdao.facts.types import HAS_VALUE, Change, Figure
from tamdao.kit.messages import Message
from tamdao.kit.text import fold, sort_key

from ..rules.words import PILLARS
from .samples import sample_records
from .show import Shown, shown

MOST_UNITS = 100


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """An indicator with how much is stored of it."""

    view: IndicatorView
    rows: int
    units: int
    newest: Message | None


def catalogue_rows(*, pillar: str, text: str, sample: bool) -> list[tuple[str, list[CatalogueRow]]]:
    """Indicators by pillar; those of sample packs are listed only while sample data is shown."""
    wanted = fold(text).split()
    rows = Observation.objects.all() if sample else Observation.objects.filter(source__sample=False)
    stored = {
        code: (count, units, newest)
        for code, count, units, newest in rows.order_by()
        .values_list("indicator")
        .annotate(n=Count("id"), units=Count("unit", distinct=True), newest=Max("period"))
    }
    hidden = frozenset() if sample else sample_records("indicators")
    found: dict[str, list[CatalogueRow]] = {}
    for view in facts.list_indicators(pillar=pillar):
        if view.code in hidden or not all(
            word in fold(f"{view.code} {view.name.vi} {view.name.en}") for word in wanted
        ):
            continue
        count, units, newest = stored.get(view.code, (0, 0, ""))
        row = CatalogueRow(view, count, units, wording.period_label(newest) if newest else None)
        found.setdefault(view.pillar, []).append(row)
    order = [*PILLARS, *(name for name in sorted(found) if name not in PILLARS)]
    return [
        (name, sorted(found[name], key=lambda row: sort_key(row.view.name.vi)))
        for name in order
        if name in found
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """A figure of a series with its changes in words."""

    figure: Shown
    changes: tuple[tuple[Message, bool | None], ...]
    # Why this figure is not compared with the one before it; None where it is.
    broken: Message | None = None


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """The newest figure of one unit."""

    unit: UnitRow
    figure: Shown


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """One indicator."""

    view: IndicatorView
    levels: tuple[Message, ...]
    sources: tuple[SourceView, ...]
    weight: IndicatorView | None
    unit: UnitRow | None
    steps: tuple[Step, ...]
    units: tuple[UnitFigure, ...]
    units_total: int
    targets: tuple[TargetView, ...]
    latest: Shown | None


def indicator_page(code: str, *, unit: UnitRow | None, on: date | None, sample: bool) -> IndicatorPage:
    """The indicator `code`; with a unit its series, without one the newest figure of every unit that reports it.

    Raises indicator_unknown.
    """
    view = facts.get_indicator(code)
    known = catalogue()
    stored = Observation.objects.filter(indicator=code)
    if not sample:
        stored = stored.filter(source__sample=False)
    used = set(stored.order_by().values_list("source", flat=True).distinct())
    measured = unit is not None and unit.level in view.levels
    steps = steps_of(view, unit, on=on, sample=sample) if measured and unit is not None else ()
    units, total = ((), 0) if steps else _newest(view, stored, sample=sample)
    return IndicatorPage(
        view=view,
        levels=tuple(known.levels.get(level, Message(level, level)) for level in view.levels),
        sources=tuple(sorted((known.sources[name] for name in used), key=lambda source: source.priority)),
        weight=known.indicators[view.rule_weight] if view.rule_weight else None,
        unit=unit if measured else None,
        steps=steps,
        units=units,
        units_total=total,
        targets=tuple(facts.targets_of_indicator(code)),
        latest=steps[-1].figure if steps else None,
    )


def steps_of(view: IndicatorView, unit: UnitRow, *, on: date | None, sample: bool) -> tuple[Step, ...]:
    """The series of an indicator for a unit, each figure with its changes; on the map `on` while the unit is on it."""
    figures = facts.series(view.code, unit.id, on=on if on and _exists(unit, on) else None, sample=sample)
    changes = facts.changes_of(figures, sample=sample)
    return tuple(
        Step(shown(figure, view), _changes(figure, found, view), broken_before(found))
        for figure, found in zip(figures, changes, strict=True)
    )


def _exists(unit: UnitRow, day: date) -> bool:
    return unit.first_date <= day and (unit.end_date is None or day < unit.end_date)


def _changes(
    figure: Figure, changes: Sequence[Change], view: IndicatorView
) -> tuple[tuple[Message, bool | None], ...]:
    if figure.state not in HAS_VALUE:
        return ()
    return tuple(
        (wording.change_text(change, view), change.better)
        for change in changes
        if change.difference is not None or (change.note is not None and change.other.state in HAS_VALUE)
    )


def broken_before(changes: Sequence[Change]) -> Message | None:
    """The obstacle between this figure and the previous one, if both have a value."""
    for change in changes:
        if change.against == "previous" and change.difference is None and change.other.state in HAS_VALUE:
            return change.note
    return None


def _newest(view: IndicatorView, stored: object, *, sample: bool) -> tuple[tuple[UnitFigure, ...], int]:
    """Newest figure of each unit that has observations, the newest periods first. Two queries for all units."""
    pairs: Sequence[tuple[str, str]] = list(
        stored.order_by().values_list("unit").annotate(newest=Max("period"))  # type: ignore[attr-defined]  # django-stubs loses the queryset
    )
    pairs = sorted(pairs, key=lambda pair: (pair[1], pair[0]), reverse=True)[:MOST_UNITS]
    total = len(pairs)
    periods = sorted({period for _, period in pairs})
    figures = facts.figures([view.code], [unit for unit, _ in pairs], periods, sample=sample) if pairs else {}
    rows = [
        UnitFigure(get_unit(unit), shown(figures[(view.code, unit, period)], view))
        for unit, period in pairs
        if (view.code, unit, period) in figures
    ]
    rows.sort(key=lambda row: (row.figure.period, sort_key(row.unit.name_vi)))
    return tuple(rows), total
