"""Targets judged at a date: the actual through an explicit link only, the rule in `facts.rules.targets`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import cast

from tamdao.core.units.api import UnitRow
from tamdao.facts.rules import targets as rule
from tamdao.facts.rules.target_values import Direction, Sign
from tamdao.facts.types import HAS_VALUE, Figure, TargetResult
from tamdao.kit.messages import Message
from tamdao.kit.periods import Period

from . import units
from .catalogue import catalogue
from .derive import Asked
from .figures import derive_all, known_periods
from .stamp import reading
from .target_book import TargetView, get_target, target_book, target_units
from .wording import listing

Measured = tuple[str, str, str | None]  # indicator, unit id, the one source a link holds for


@reading
def targets(unit: str, *, at: date, sample: bool = False, on: date | None = None) -> list[TargetResult]:
    """The unit's own targets, judged at `at`, by code. `unit` is an id, or a name that one unit with targets has.

    Raises the refusals of core.units for a name that leads nowhere or to several units.
    """
    row, _ = unit_with_targets(unit, on=on)
    return all_targets(at=at, sample=sample, unit_ids={row.id})


@reading
def unit_with_targets(text: str, *, on: date | None = None) -> tuple[UnitRow, list[UnitRow]]:
    """The unit whose targets a text asks for, and those that bear the name too but have none."""
    return units.among(text, on=on, having=set(target_units()))


@reading
def without_own_targets(row: UnitRow) -> Message | None:
    """What to say of a unit that has no targets: which of the units merged into it have some; None if it has some."""
    counts = Counter(view.unit_id for view in target_book().values())
    if row.id in counts:
        return None
    name = units.with_id(row)
    older = sorted(units.predecessors([row.id]) & counts.keys())
    found = [(found, counts[found.id]) for found in map(units.find_row, older) if found is not None]
    if not found:
        return Message(f"{name.vi} chưa có chỉ tiêu nào.", f"{name.en} has no targets.")
    called = listing(
        [
            Message(
                f"{one.called.vi} ({one.id}, {count} chỉ tiêu)",
                f"{one.called.en} ({one.id}, {count} targets)",
            )
            for one, count in found
        ]
    )
    return Message(
        f"{name.vi} chưa có chỉ tiêu riêng. Đơn vị nhập vào có chỉ tiêu: {called.vi}.",
        f"{name.en} has no targets of its own. Units merged into it that have some: {called.en}.",
    )


@reading
def inherited_targets(unit_id: str, *, at: date, sample: bool = False) -> list[TargetResult]:
    """Targets of the units that were merged into this one: nobody has yet said what becomes of them."""
    older = units.predecessors([unit_id]) - {unit_id}
    return judged([view for view in target_book().values() if view.unit_id in older], at=at, sample=sample)


@reading
def target(code: str, *, at: date, sample: bool = False) -> TargetResult:
    """One target judged at `at`. Raises target_unknown."""
    return judged([get_target(code)], at=at, sample=sample)[0]


@reading
def all_targets(
    *, at: date, sample: bool = False, unit_ids: Collection[str] | None = None
) -> list[TargetResult]:
    """Targets of all units, or of some, by code."""
    chosen = [view for view in target_book().values() if unit_ids is None or view.unit_id in unit_ids]
    return judged(chosen, at=at, sample=sample)


@reading
def targets_without_data(unit_id: str | None = None, *, at: date, sample: bool = False) -> list[TargetResult]:
    """Targets that nothing measures or that have no result, of one unit or of all."""
    found = all_targets(at=at, sample=sample, unit_ids=None if unit_id is None else {unit_id})
    return [result for result in found if result.actual is None]


def judged(views: Iterable[TargetView], *, at: date, sample: bool) -> list[TargetResult]:
    """Judge many targets with a constant number of queries."""
    given = list(views)
    actuals = _actuals(given, at=at, sample=sample)
    ends = {level: units.level_end(level) for level in {view.level for view in given} if level}
    return [
        _judge(view, actuals.get(view.code), ends.get(view.level), at=at, sample=sample) for view in given
    ]


def _actuals(views: list[TargetView], *, at: date, sample: bool) -> dict[str, Figure]:
    """The figure each target is judged by; targets without a link or result are left out."""
    measured: dict[str, Measured] = {}
    for view in views:
        link = view.measure_for(sample=sample)
        if link is not None:
            measured[view.code] = (link[0], view.unit_id, link[1])
    having = _figures_by_period(set(measured.values()), at=at, sample=sample)
    found: dict[str, Figure] = {}
    for view in views:
        by_period = having.get(measured[view.code], {}) if view.code in measured else {}
        chosen = rule.choose_actual(list(by_period), deadline=view.deadline, at=at)
        if chosen is not None:
            found[view.code] = by_period[chosen]
    return found


def _figures_by_period(
    wanted: set[Measured], *, at: date, sample: bool
) -> dict[Measured, dict[Period, Figure]]:
    """All figures with a value whose period ended by `at`; queries grow with the number of link sources only."""
    found: dict[Measured, dict[Period, Figure]] = {}
    for source in {one[2] for one in wanted}:
        pairs = [(indicator, unit) for indicator, unit, link_source in wanted if link_source == source]
        periods = known_periods(pairs, sample=sample, source=source)
        asked = Asked(sample=sample, only_source=source)
        made = derive_all(
            [(*pair, one.key) for pair in pairs for one in periods[pair] if one.end <= at], asked
        )
        for key, derivation in made.items():
            if derivation.figure.state in HAS_VALUE:
                found.setdefault((key[0], key[1], source), {})[Period.parse(key[2])] = derivation.figure
    return found


def _judge(
    view: TargetView, actual: Figure | None, level_end: date | None, *, at: date, sample: bool
) -> TargetResult:
    base = view.base_for(sample=sample)
    link = view.measure_for(sample=sample)
    verdict = rule.judge(
        rule.Promise(
            comparator=view.comparator,
            value=Decimal(view.text),
            direction=cast(Direction, catalogue().indicators[view.indicator].direction),
            deadline=view.deadline,
            universe=view.universe,
            symbol=view.measure.symbol,
            symbol_en=view.measure.symbol_en,
            ordinal=view.measure.ordinal,
        ),
        at=at,
        actual=_actual(actual, actual.value, at) if actual and actual.value is not None else None,
        base=rule.Base(Decimal(base.text), base.date, base.sample) if base else None,
        unit_end=_unit_ending(view.unit_id),
        level_end=_level_ending(view.level, level_end),
        measured=link is not None,
    )
    return TargetResult(
        code=view.code,
        unit_id=view.unit_id,
        indicator=view.indicator,
        measured_by=link[0] if link else None,
        name=view.name,
        pillar=view.pillar,
        kind=view.kind,
        comparator=view.comparator,
        value=view.text,
        measure=view.measure.code,
        level=view.level,
        deadline=view.deadline,
        universe=view.universe,
        actual=actual,
        state=verdict.state,
        reason=verdict.reason,
        progress=verdict.progress,
        gap=verdict.gap,
        base_value=base.text if base else "",
        base_date=base.date if base else None,
        sample=bool((actual and actual.sample) or (base and base.sample)),
        owner=view.owner,
        document=view.document,
    )


def _actual(figure: Figure, value: Decimal, at: date) -> rule.Actual:
    published = figure.published_date
    return rule.Actual(
        period=Period.parse(figure.period),
        value=value,
        # a constraint of the table admits no other
        sign=cast(Sign, figure.sign),
        sign_word=figure.sign_word,
        universe=figure.universe,
        sample=figure.sample,
        published_later=published if published is not None and published > at else None,
    )


def _unit_ending(unit_id: str) -> rule.Ending | None:
    row = units.find_row(unit_id)
    if row is None or row.end_date is None:
        return None
    later = [units.find_row(link.to_id) for link in units.links_out(unit_id) if link.to_id]
    names = [_successor(row, one) for one in later if one is not None]
    return rule.Ending(_inside_sentence(row), row.end_date, listing(names) if names else None)


def _successor(row: UnitRow, later: UnitRow) -> Message:
    """A unit of the same name with another extent is "the new" one, or the sentence says nothing."""
    name = _inside_sentence(later)
    if later.full_name != row.full_name:
        return name
    return Message(f"{name.vi} mới", f"the new {name.en}")


def _inside_sentence(row: UnitRow) -> Message:
    """ "tỉnh Vĩnh Phúc": the type word is written small inside a sentence."""
    called = row.called
    return Message(called.vi[:1].lower() + called.vi[1:], called.en)


def _level_ending(level: str, ended: date | None) -> rule.Ending | None:
    if ended is None:
        return None
    name = units.level_inside(level)
    return rule.Ending(Message(name.vi, f"the {name.en} level"), ended)
