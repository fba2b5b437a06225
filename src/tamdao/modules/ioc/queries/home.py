"""The first screens, one per role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tamdao.core.packs.models import InstalledPack
from tamdao.core.people.models import Person
from tamdao.core.people.policy import Role
from tamdao.core.people.queries import Since, holders
from tamdao.core.people.services import note_visit
from tamdao.core.units.api import UnitRow, find_units, get_unit, lineage, unit_map
from tamdao.facts import api as facts
from tamdao.facts.api import Conflict
from tamdao.facts.types import TargetResult
from tamdao.kit.messages import Message
from tamdao.modules.scoring import api as scoring
from tamdao.modules.scoring.api import DtiTable, TrendPoint

from ..rules.matters import Disagreement, Group, Matter, list_matters
from ..rules.news import News
from ..rules.sentences import (
    Link,
    Sentence,
    Standing,
    awaiting_sentence,
    join,
    quality_sentence,
    staff_sentence,
    standing_sentence,
    targets_sentence,
)
from . import dti
from .arrivals import Late, LeaderNews, late_figures, leader_news, news_since
from .show import shown_value
from .targets import PillarTally, by_pillar, counts, groups_of


@dataclass(frozen=True, slots=True)
class Course:
    """How a unit does in the index: newest standing, trend, neighbours."""

    standing: Standing | None
    points: tuple[TrendPoint, ...]
    near: tuple[dti.RankRow, ...]
    table: DtiTable | None
    newest: tuple[str, date | None] | None


@dataclass(frozen=True, slots=True)
class LeaderPage:
    """What a leader sees first."""

    unit: UnitRow
    lead: Sentence
    groups: tuple[Group, ...]
    counts: dict[str, int]
    pillars: tuple[PillarTally, ...]
    matters: tuple[Matter, ...]
    directors: dict[str, str]
    course: Course
    since: Since
    news: LeaderNews
    # Units whose figures are this unit's: itself and those merged into it.
    older: tuple[UnitRow, ...]


def course_of(unit: UnitRow, *, at: date, on: date, compare: Sequence[str], sample: bool) -> Course:
    """Standing, trend and neighbours of a province; empty for other levels."""
    if unit.level != dti.LEVEL:
        return Course(None, (), (), None, None)
    points = dti.trend_of(unit.id, at=at, sample=sample)
    standing = dti.standing_of(points, unit.id)
    table = dti.table_for(unit, standing.year, on=on, sample=sample) if standing else None
    near: list[dti.RankRow] = []
    if table is not None:
        rows = dti.ranking(table, dti.TOTAL, me=unit.id, compare=compare, before=None)
        near = dti.neighbours(rows, unit.id)
    return Course(standing, tuple(points), tuple(near), table, dti.newest_publication(unit.id, at=at))


def lead_of(unit: UnitRow, groups: Sequence[Group], standing: Standing | None) -> Sentence:
    """The first sentence: what waits for a decision, how targets stand, the rank."""
    parts: list[Sentence] = []
    for group in groups:
        waiting = [result for result in group.results if result.state == "awaiting_decision"]
        if waiting and group.ended:
            parts.append(awaiting_sentence(group.unit_id, group.name, len(waiting), group.ended))
            rest = [result for result in group.results if result.state != "awaiting_decision"]
        else:
            rest = list(group.results)
        parts.append(targets_sentence(group.unit_id, counts(rest)))
    parts.append(standing_sentence(standing))
    return join(*parts)


def leader_page(
    *,
    unit: UnitRow,
    person: Person | None,
    at: date,
    on: date,
    now: datetime,
    compare: Sequence[str],
    sample: bool,
) -> LeaderPage:
    """The leader's first screen for `unit`; notes the visit of `person`, so that the next one shows what is new."""
    groups = groups_of(unit, at=at, sample=sample)
    course = course_of(unit, at=at, on=on, compare=compare, sample=sample)
    results = [result for group in groups for result in group.results]
    weakest = None
    if course.table is not None:
        weakest = dti.weakest_of(course.table, unit.id)
    matters = list_matters(
        home=unit.id,
        groups=groups,
        standing=course.standing,
        weakest=weakest,
        disagreements=[disagreement(found, unit.id) for found in conflicts_of(unit)],
        at=at,
    )
    older = older_units(unit)
    since = Since(None, None)
    if person is not None:
        since = note_visit(person=person, page=f"home:{unit.id}", change=facts.newest_change(), at=now)
    return LeaderPage(
        unit=unit,
        lead=lead_of(unit, groups, course.standing),
        groups=tuple(groups),
        counts=counts(results),
        pillars=tuple(by_pillar(results)),
        matters=tuple(matters),
        directors=holders(role=Role.DIRECTOR, unit_ids={matter.unit_id for matter in matters}, at=at),
        course=course,
        since=since,
        news=leader_news(since, {unit.id, *(row.id for row in older), *_country(on)}, sample=sample),
        older=tuple(older),
    )


@dataclass(frozen=True, slots=True)
class StaffPage:
    """What an officer or the head of a department sees first, before any collection is open."""

    unit: UnitRow
    province: UnitRow | None
    lead: Sentence
    matters: tuple[Matter, ...]
    directors: dict[str, str]
    groups: tuple[Group, ...]
    standing: Standing | None
    older: tuple[UnitRow, ...]


def staff_page(*, unit: UnitRow, director: bool, at: date, on: date, sample: bool) -> StaffPage:
    """Matters the head of department answers for at `unit`; for everyone the province's targets and rank."""
    province = _province_of(unit, on)
    groups = groups_of(province, at=at, sample=sample) if province else []
    course = (
        course_of(province, at=at, on=on, compare=(), sample=sample)
        if province
        else Course(None, (), (), None, None)
    )
    matters: list[Matter] = []
    directors: dict[str, str] = {}
    if director:
        weakest = dti.weakest_of(course.table, unit.id) if course.table is not None else None
        found = list_matters(
            home=unit.id,
            groups=groups,
            standing=course.standing,
            weakest=weakest,
            disagreements=[disagreement(one, unit.id) for one in conflicts_of(unit)],
            at=at,
        )
        directors = holders(role=Role.DIRECTOR, unit_ids={matter.unit_id for matter in found}, at=at)
        matters = [matter for matter in found if matter.unit_id == unit.id]
    return StaffPage(
        unit=unit,
        province=province,
        lead=staff_sentence(unit.inside if matters else unit.called, len(matters), director=director),
        matters=tuple(matters),
        directors=directors,
        groups=tuple(groups),
        standing=course.standing,
        older=tuple(get_unit(link.from_id) for link in lineage().predecessors(unit.id) if link.from_id),
    )


def _province_of(unit: UnitRow, on: date) -> UnitRow | None:
    """The unit itself or the province above it on the map."""
    current: UnitRow | None = unit
    while current is not None and current.level != dti.LEVEL:
        rows = find_units(current.parent_id) if current.parent_id else []
        current = rows[0] if rows else None
    return current


def _country(on: date) -> list[str]:
    return [row.id for row in unit_map(on).units("country")]


def older_units(unit: UnitRow) -> list[UnitRow]:
    """The units that were merged into this one, however long ago."""
    found: dict[str, UnitRow] = {}
    todo = [unit.id]
    while todo:
        for link in lineage().predecessors(todo.pop()):
            if link.from_id and link.from_id not in found:
                found[link.from_id] = get_unit(link.from_id)
                todo.append(link.from_id)
    return list(found.values())


def conflicts_of(unit: UnitRow) -> list[Conflict]:
    """Figures of the unit and of the units merged into it for which two sources state different values."""
    wanted = {unit.id, *(row.id for row in older_units(unit))} if unit.level == dti.LEVEL else {unit.id}
    return [found for found in facts.conflicts() if found.key[1] in wanted]


def disagreement(found: Conflict, home: str) -> Disagreement:
    """A conflict in words: the figure, then each value with its source."""
    indicator, unit_id, period = found.key
    view = facts.get_indicator(indicator)
    sources = facts.catalogue().sources
    parts = []
    for row in (found.official, *found.others):
        if row.text is not None:
            value = shown_value(row.text, view.measure, sign=row.sign, word=row.sign_word)
            source = sources[row.source].name
            parts.append(Message(f"{value.vi} ({source.vi})", f"{value.en} ({source.en})"))
    name = get_unit(unit_id).inside
    return Disagreement(
        name=Message(f"{view.name.vi}, {name.vi}, {period}", f"{view.name.en}, {name.en}, {period}"),
        values=Message("; ".join(part.vi for part in parts), "; ".join(part.en for part in parts)),
        link=Link("figure", (indicator, unit_id, period)),
        unit_id=home,
    )


@dataclass(frozen=True, slots=True)
class UnitGaps:
    """What a unit owes: targets by what is missing, and the newest period it has any figure for."""

    unit: UnitRow
    total: int
    no_data: int
    no_result_yet: int
    awaiting: int


@dataclass(frozen=True, slots=True)
class AnalystPage:
    """What the analyst sees first: gaps, disagreements, what came in, targets that nothing measures."""

    unit: UnitRow | None
    lead: Sentence
    gaps: tuple[UnitGaps, ...]
    disagreements: tuple[Disagreement, ...]
    packs: tuple[InstalledPack, ...]
    changes: tuple[News, ...]
    silent: tuple[TargetResult, ...]
    since: Since
    late: tuple[Late, ...]
    given_up: tuple[Late, ...]
    # Packs that brought nothing but samples; named only where samples are shown.
    sample_packs: frozenset[str]


def analyst_page(
    *, unit: UnitRow | None, person: Person | None, at: date, now: datetime, sample: bool
) -> AnalystPage:
    """The analyst's first screen: the whole instance, since figures of the country stand beside the province's."""
    results = facts.all_targets(at=at, sample=sample)
    by_unit: dict[str, list[TargetResult]] = {}
    for result in results:
        by_unit.setdefault(result.unit_id, []).append(result)
    gaps = tuple(_gaps(unit_id, found) for unit_id, found in sorted(by_unit.items()))
    disagreements = tuple(disagreement(found, found.key[1]) for found in facts.conflicts())
    silent = tuple(result for result in results if result.actual is None)
    late = late_figures(at=at, sample=sample)
    samples = facts.sample_packs()
    since = Since(None, None)
    if person is not None:
        since = note_visit(person=person, page="home:analyst", change=facts.newest_change(), at=now)
    return AnalystPage(
        unit=unit,
        lead=quality_sentence(
            total=len(results),
            silent=len(silent),
            disagreements=len(disagreements),
            late=len(
                {code for item in late if not item.overdue.given_up for code in item.overdue.indicators}
            ),
        ),
        gaps=gaps,
        disagreements=disagreements,
        packs=tuple(
            pack
            for pack in InstalledPack.objects.order_by("-installed_at", "name")
            if sample or pack.name not in samples
        ),
        changes=news_since(since, sample=sample),
        silent=silent,
        since=since,
        late=tuple(item for item in late if not item.overdue.given_up),
        given_up=tuple(item for item in late if item.overdue.given_up),
        sample_packs=samples,
    )


def _gaps(unit_id: str, results: Sequence[TargetResult]) -> UnitGaps:
    def count(state: str) -> int:
        return sum(result.state == state for result in results)

    return UnitGaps(
        unit=get_unit(unit_id),
        total=len(results),
        no_data=sum(result.actual is None for result in results),
        no_result_yet=count("no_result_yet"),
        awaiting=count("awaiting_decision"),
    )


@dataclass(frozen=True, slots=True)
class Province:
    """A line of the public's list of provinces."""

    unit: UnitRow
    rank: int | None
    score: Decimal | None
    targets: int


def provinces(*, at: date, on: date, promised: Sequence[Promise]) -> tuple[int | None, list[Province]]:
    """Provinces of the map with the newest index result by `at` and how many targets they made or took over.

    The year is None, and ranks are left out, where no result is known.
    """
    loaded: dict[str, int] = {}
    for item in promised:
        for unit in (item.unit, item.successor):
            if unit is not None:
                loaded[unit.id] = loaded.get(unit.id, 0) + item.total
    years = [year for year in dti.years_with_results() if date(year, 12, 31) <= at]
    if not years:
        return None, [Province(row, None, None, loaded.get(row.id, 0)) for row in dti.compare_choices(on)]
    table = scoring.dti_table(years[0], on=on)
    rows = [
        Province(unit, cell.rank, cell.score, loaded.get(unit.id, 0))
        for unit, cell in table.ranked(dti.TOTAL)
    ]
    return years[0], rows


@dataclass(frozen=True, slots=True)
class Promise:
    """A unit that promised something, for the public's choice."""

    unit: UnitRow
    successor: UnitRow | None
    counts: dict[str, int]
    standing: Standing | None

    @property
    def total(self) -> int:
        """Number of targets."""
        return sum(self.counts.values())


def promises(*, at: date, sample: bool) -> list[Promise]:
    """Every unit with targets, how they stand, and which unit it belongs to now."""
    found = []
    for group in groups_of(None, at=at, sample=sample):
        links = [link.to_id for link in lineage().successors(group.unit_id) if link.to_id]
        later = find_units(links[0]) if len(links) == 1 else []
        points = dti.trend_of(group.unit_id, at=at, sample=sample)
        found.append(
            Promise(
                unit=get_unit(group.unit_id),
                successor=later[0] if later else None,
                counts=counts(group.results),
                standing=dti.standing_of(points, group.unit_id),
            )
        )
    return found
