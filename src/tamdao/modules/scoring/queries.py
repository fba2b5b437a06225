"""Scores and ranks of a year on a map: published figures from `facts`, converted first, then points and pillars.

Ranks are computed over a complete universe only (every unit of the level on that map has a score); otherwise only
published ranks are shown, and only on a map with as many units as they were published for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tamdao.analytics.ranking import absent, ranks_over_universe
from tamdao.core.units.api import UnitRow, forget, get_unit, held, per_stamp, unit_map
from tamdao.facts import api as facts
from tamdao.facts.types import HAS_VALUE, Figure, FigureState
from tamdao.kit.messages import Message

from . import rules
from .editions import EditionView, IndexView, edition_for, edition_years

__all__ = ["Cell", "DtiTable", "TrendPoint", "dti_table", "dti_trend", "forget"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One score with its rank. `score` has four decimals (half up), `exact` none of them lost; None = not known.

    `rank_published`: the rank is the published one, because it can't be computed here. `rank_note`: the published
    rank differs from the computed one. `derived`: the score rests on points that follow from other figures.
    """

    score: Decimal | None
    exact: Fraction | None
    rank: int | None
    rank_published: bool
    state: FigureState
    derived: bool
    sign: str
    reason: Message
    rank_note: Message | None = None
    points: Fraction | None = None
    points_max: Fraction | None = None


@dataclass(frozen=True, slots=True)
class DtiTable:
    """The table of a year on the map of `on`: rows by unit id and index key, complete or not by index key."""

    year: int
    on: date
    level: str
    edition: EditionView
    units: tuple[UnitRow, ...]
    complete: Mapping[str, bool]
    rows: Mapping[str, Mapping[str, Cell]]
    sample: bool = False

    @property
    def universe(self) -> int:
        """Among how many units ranks are given."""
        return len(self.units)

    @property
    def indices(self) -> tuple[IndexView, ...]:
        """Indices in the order shown."""
        return self.edition.indices

    def ranked(self, key: str) -> list[tuple[UnitRow, Cell]]:
        """Units with their cells: by rank, those without by score, those without either by code."""
        pairs = [(unit, self.rows[unit.id][key]) for unit in self.units]
        return sorted(pairs, key=_rank_order)

    def mean(self, key: str) -> Decimal | None:
        """Plain mean of the scores of all units, four decimals; None unless every unit has one."""
        scores = [self.rows[unit.id][key].exact for unit in self.units]
        known = [score for score in scores if score is not None]
        if not known or len(known) < len(scores):
            return None
        return rules.displayed(sum(known, Fraction(0)) / len(known))


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A year of a unit's total. `break_before`: not comparable with the year before (edition or universe changed)."""

    year: int
    rank: int | None
    universe: int
    score: Decimal | None
    edition: EditionView
    break_before: bool
    converted: bool
    rank_published: bool
    map_date: date


def dti_table(
    year: int, *, on: date | None = None, level: str = "province", sample: bool = False
) -> DtiTable:
    """The table of an assessment year, by default on the map of its last day.

    Raises edition_unknown (year or level without edition), map_before_first, no_units.
    """
    with held():
        edition = edition_for(year, level)
        day = on or date(year, 12, 31)
        return replace(_table(year, unit_map(day).on, edition.level, sample), on=day)


@per_stamp(size=64)
def _table(year: int, on: date, level: str, sample: bool) -> DtiTable:
    edition = edition_for(year, level)
    units = unit_map(on).units(level)
    found = _figures(edition, units, year, sample=sample)
    rows: dict[str, dict[str, Cell]] = {
        unit.id: _score_unit(edition, {key: found[key, unit.id] for key in _published_keys(edition)}, unit)
        for unit in units
    }
    complete: dict[str, bool] = {}
    for index in edition.indices:
        complete[index.key] = _rank(index, rows, units, found, same_map=_is_map_of_year(year, on, level))
    return DtiTable(year, on, level, edition, units, complete, rows, sample)


def _published_keys(edition: EditionView) -> list[str]:
    return [index.key for index in edition.indices if index.indicator]


def _figures(
    edition: EditionView, units: tuple[UnitRow, ...], year: int, *, sample: bool
) -> dict[tuple[str, str], Figure]:
    """Published scores under the index key and published ranks under "rank:" + key, by unit; one call to facts."""
    wanted = {index.key: index.indicator for index in edition.indices if index.indicator}
    wanted |= {f"rank:{index.key}": index.rank_indicator for index in edition.indices if index.rank_indicator}
    period = str(year)
    made = facts.figures(wanted.values(), [unit.id for unit in units], [period], sample=sample)
    return {(key, unit.id): made[code, unit.id, period] for key, code in wanted.items() for unit in units}


def _score_unit(edition: EditionView, published: Mapping[str, Figure], unit: UnitRow) -> dict[str, Cell]:
    """Cells of a unit without ranks: converted first, then points, then pillars."""
    scores = {key: figure.exact for key, figure in published.items() if figure.exact is not None}
    composed = rules.composes_pillars(edition.scheme)
    cells: dict[str, Cell] = {}
    for index in edition.indices:
        figure = published.get(index.key)
        if index.role == "pillar" and composed:
            cells[index.key] = _pillar_cell(edition, index, scores, published, unit)
        elif index.role == "total" and (figure is None or figure.exact is None):
            cells[index.key] = _total_cell(edition, scores, figure, unit)
        else:
            cells[index.key] = _published_cell(index, figure, unit)
    return cells


def _published_cell(index: IndexView, figure: Figure | None, unit: UnitRow) -> Cell:
    if figure is None or figure.exact is None:
        return _empty(figure, _not_published(index.name, unit))
    won = None if index.points is None else figure.exact * index.points
    return Cell(
        rules.displayed(figure.exact), figure.exact, None, False, figure.state, False, figure.sign, figure.reason,
        points=won, points_max=index.points,
    )  # fmt: skip


def _total_cell(edition: EditionView, scores: rules.Scores, figure: Figure | None, unit: UnitRow) -> Cell:
    """A total that was not published: added up where all main indices are known."""
    points = rules.total_points(edition.scheme, scores) if edition.scheme.mains else None
    if points is None:
        return _empty(figure, _not_published(edition.index(rules.TOTAL_KEY).name, unit))
    reason = Message(
        "Cộng điểm của tất cả chỉ số chính (tổng chưa được công bố).",
        "Points of all main indices added up (the total is not published).",
    )
    return _computed(points, reason, "=")


def _pillar_cell(
    edition: EditionView,
    index: IndexView,
    scores: rules.Scores,
    published: Mapping[str, Figure],
    unit: UnitRow,
) -> Cell:
    pillar = next(one for one in rules.PILLARS if rules.index_key(one) == index.key)
    points = rules.pillar_points(edition.scheme, scores, pillar)
    if points is None:
        # Not computable, but perhaps published by itself.
        return _published_cell(index, published.get(index.key), unit)
    reason = Message(
        "Điểm các chỉ số nền tảng cộng điểm hoạt động của trụ cột, chia cho tổng điểm tối đa của chúng.",
        "Foundation points plus the pillar's own activity points, over their maximum.",
    )
    if points.derived:
        reason = Message(
            f"{reason.vi} Điểm nền tảng suy ra: điểm tổng trừ điểm ba chỉ số hoạt động.",
            f"{reason.en} Foundation points are derived: total points minus the three activities' points.",
        )
    used = [rules.TOTAL_KEY, *(main.key for main in edition.scheme.mains)]
    rough = any(published[key].sign != "=" for key in used if key in scores)
    return _computed(points, reason, "~" if rough else "=")


def _computed(points: rules.Points, reason: Message, sign: str) -> Cell:
    return Cell(
        rules.displayed(points.score), points.score, None, False, "computed", points.derived, sign, reason,
        points=points.won, points_max=points.maximum,
    )  # fmt: skip


def _empty(figure: Figure | None, reason: Message) -> Cell:
    state: FigureState = "missing" if figure is None or figure.state in HAS_VALUE else figure.state
    said = reason if figure is None or state == "missing" else figure.reason
    return Cell(None, None, None, False, state, False, "=", said)


def _not_published(name: Message, unit: UnitRow) -> Message:
    return Message(
        f"Chưa có kết quả công bố: {name.vi}, {unit.inside.vi}.",
        f"Not published: {name.en}, {unit.inside.en}.",
    )


# --- ranks -----------------------------------------------------------------------------------------------------


def _rank(
    index: IndexView,
    rows: dict[str, dict[str, Cell]],
    units: tuple[UnitRow, ...],
    found: Mapping[tuple[str, str], Figure],
    *,
    same_map: bool,
) -> bool:
    """Put the ranks of an index into `rows`; whether they could be computed."""
    ids = [unit.id for unit in units]
    scores = {unit_id: rows[unit_id][index.key].score for unit_id in ids}
    computed = ranks_over_universe(ids, scores)
    for unit_id in ids:
        figure = found.get((f"rank:{index.key}", unit_id))
        published = _published_rank(figure, len(units), same_map=same_map)
        cell = rows[unit_id][index.key]
        if computed is not None:
            note = (
                _differs(computed[unit_id], published) if published not in {None, computed[unit_id]} else None
            )
            rows[unit_id][index.key] = replace(cell, rank=computed[unit_id], rank_note=note)
        elif published is not None:
            rows[unit_id][index.key] = replace(cell, rank=published, rank_published=True)
    return not absent(ids, scores) and bool(ids)


def _published_rank(figure: Figure | None, universe: int, *, same_map: bool) -> int | None:
    """A published rank, if it was published for this very unit among as many units as this map has."""
    if figure is None or figure.state != "reported" or figure.value is None:
        return None
    among = figure.universe == str(universe) if figure.universe else same_map
    return int(figure.value) if among and figure.value == int(figure.value) else None


def _differs(computed: int, published: int | None) -> Message:
    return Message(
        f"Thứ hạng công bố là {published}, tính theo điểm là {computed}.",
        f"The published rank is {published}, the scores give {computed}.",
    )


def _is_map_of_year(year: int, on: date, level: str) -> bool:
    """Whether the units of `level` are those of the last day of the year."""
    then = unit_map(date(year, 12, 31)).units(level)
    return {unit.id for unit in then} == {unit.id for unit in unit_map(on).units(level)}


def _rank_order(pair: tuple[UnitRow, Cell]) -> tuple[bool, int, Decimal, str]:
    unit, cell = pair
    score = cell.score if cell.score is not None else Decimal(-1)
    return cell.rank is None, cell.rank or 0, -score, unit.code


# --- trend -----------------------------------------------------------------------------------------------------


def dti_trend(unit_id: str, *, sample: bool = False) -> list[TrendPoint]:
    """Total and rank of a unit in every year with an edition, oldest first, each on the unit's own map.

    A unit younger than a year is shown on its first map (converted); years after its end are left out. Years without
    score and rank stay, with None: a gap is shown as a gap.
    """
    with held():
        unit = get_unit(unit_id)
        points: list[TrendPoint] = []
        for year in edition_years(unit.level):
            day = max(date(year, 12, 31), unit.first_date)
            if unit.end_date is not None and day >= unit.end_date:
                continue
            table = dti_table(year, on=day, level=unit.level, sample=sample)
            points.append(_trend_point(table, unit, points[-1] if points else None))
        return points


def _trend_point(table: DtiTable, unit: UnitRow, before: TrendPoint | None) -> TrendPoint:
    cell = table.rows[unit.id][rules.TOTAL_KEY]
    changed = before is not None and (
        before.edition.code != table.edition.code or before.universe != table.universe
    )
    return TrendPoint(
        table.year, cell.rank, table.universe, cell.score, table.edition, changed, cell.state == "converted",
        cell.rank_published, table.on,
    )  # fmt: skip
