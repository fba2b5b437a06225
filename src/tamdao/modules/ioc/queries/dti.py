"""The index as pages show it: ranking, map, trend of one unit, main indices side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tamdao.core.units.api import UnitRow, find_units, first_map_date, lineage, unit_map
from tamdao.core.units.svgmap import PROVINCE_CODES
from tamdao.facts import api as facts
from tamdao.kit.messages import Message
from tamdao.kit.text import sort_key
from tamdao.modules.scoring import api as scoring
from tamdao.modules.scoring.api import Cell, DtiTable, TrendPoint

from ..rules.matters import Weakest
from ..rules.sentences import Standing
from .units import existing_day

TOTAL = scoring.TOTAL_KEY
LEVEL = "province"
# Neighbours in rank shown on either side of the unit on the first screen.
NEAR = 2


@dataclass(frozen=True, slots=True)
class RankRow:
    """One line of a ranking. `gained` counts places won against the year before on the same map and edition."""

    unit: UnitRow
    cell: Cell
    gained: int | None
    me: bool
    compared: bool


def years_with_results() -> list[int]:
    """Years with a published score or rank of some province, newest first. Two queries at most."""
    table_years = scoring.edition_years(LEVEL)
    return [year for year in reversed(table_years) if _any_result(year)]


def _any_result(year: int) -> bool:
    table = scoring.dti_table(year)
    return any(row[TOTAL].score is not None or row[TOTAL].rank is not None for row in table.rows.values())


def ranking(
    table: DtiTable, index: str, *, me: str | None, compare: Sequence[str], before: DtiTable | None
) -> list[RankRow]:
    """Every unit of the map: the ranked ones by rank, then those with a score, then those without either."""
    return [
        RankRow(
            unit=unit,
            cell=cell,
            gained=_gained(cell, before.rows.get(unit.id, {}).get(index) if before else None),
            me=unit.id == me,
            compared=unit.id in compare,
        )
        for unit, cell in table.ranked(index)
    ]


def _gained(now: Cell, then: Cell | None) -> int | None:
    if then is None or now.rank is None or then.rank is None:
        return None
    return then.rank - now.rank


def comparable_before(table: DtiTable, *, sample: bool) -> DtiTable | None:
    """The table of the year before on the same map, if the edition is the same and the universe is as large."""
    if table.year - 1 not in scoring.edition_years(LEVEL):
        return None
    before = scoring.dti_table(table.year - 1, on=table.on, sample=sample)
    same = before.edition.code == table.edition.code and before.universe == table.universe
    return before if same else None


def neighbours(rows: Sequence[RankRow], unit_id: str) -> list[RankRow]:
    """The unit with those just above and below it, and the units it is compared with, in rank order."""
    places = [place for place, row in enumerate(rows) if row.unit.id == unit_id]
    if not places or rows[places[0]].cell.rank is None:
        return []
    here = places[0]
    return [
        row for place, row in enumerate(rows) if abs(place - here) <= NEAR or (row.compared and row.cell.rank)
    ]


def map_members(on: date) -> dict[str, list[str]]:
    """Unit id on the map of `on` → shapes of the drawing that lie in it."""
    units = unit_map(on)
    by_code = {row.code: row.id for row in unit_map(first_map_date()).units(LEVEL)}
    found: dict[str, list[str]] = {}
    for shape, code in PROVINCE_CODES.items():
        holder = _holder(by_code[code], units.has)
        if holder is not None:
            found.setdefault(holder, []).append(shape)
    return found


def _holder(unit_id: str, has: Callable[[str], bool]) -> str | None:
    """The unit itself where it is on the map, else the one it went into whole."""
    current: str | None = unit_id
    for _ in range(10):
        if current is None or has(current):
            return current
        whole = [link.to_id for link in lineage().successors(current) if link.to_id and link.share == 1]
        current = whole[0] if len(whole) == 1 else None
    return None


def trend_of(unit_id: str, *, at: date | None = None, sample: bool = False) -> list[TrendPoint]:
    """The unit's course over the years, up to the day `at`."""
    points = scoring.dti_trend(unit_id, sample=sample)
    kept = [point for point in points if at is None or date(point.year, 12, 31) <= at]
    while kept and kept[0].rank is None and kept[0].score is None:
        kept.pop(0)
    return kept


def standing_of(points: Sequence[TrendPoint], unit_id: str) -> Standing | None:
    """Where the unit stands in the newest year with a rank; compared only inside one edition and universe."""
    ranked = [point for point in points if point.rank is not None]
    if not ranked:
        return None
    last = ranked[-1]
    earlier = ranked[-2] if len(ranked) > 1 else None
    gained = None
    if earlier is not None and earlier.rank is not None and last.rank is not None and not last.break_before:
        gained = earlier.rank - last.rank if earlier.universe == last.universe else None
    return Standing(
        unit_id=unit_id,
        year=last.year,
        rank=last.rank,
        universe=last.universe,
        score=None if last.score is None else str(last.score),
        previous_year=earlier.year if earlier and gained is not None else None,
        gained=gained,
    )


def table_for(unit: UnitRow, year: int, *, on: date, sample: bool) -> DtiTable:
    """The table of a year on a map that has the unit."""
    return scoring.dti_table(year, on=existing_day(unit, on), sample=sample)


def weakest_of(table: DtiTable, unit_id: str) -> Weakest | None:
    """The main index with the worst rank; None where no rank of a main index is known."""
    cells = table.rows.get(unit_id, {})
    ranked = [
        (cell.rank, key) for key, cell in cells.items() if key.startswith("main:") and cell.rank is not None
    ]
    if not ranked:
        return None
    rank, key = max(ranked)
    return Weakest(table.edition.index(key).name, rank)


@dataclass(frozen=True, slots=True)
class Beside:
    """One main index with the scores of several units and the mean of all units (None unless all have a score)."""

    key: str
    name: Message
    cells: tuple[Cell | None, ...]
    mean: Decimal | None


def side_by_side(table: DtiTable, unit_ids: Sequence[str]) -> list[Beside]:
    """Main indices of the units beside each other; indices that none of them has are left out."""
    found = []
    for index in table.indices:
        cells = tuple(table.rows.get(unit_id, {}).get(index.key) for unit_id in unit_ids)
        if index.role == "main" and any(cell is not None and cell.score is not None for cell in cells):
            found.append(Beside(index.key, index.name, cells, table.mean(index.key)))
    return found


def index_courses(table: DtiTable, unit_id: str, *, sample: bool) -> dict[str, tuple[str | None, ...]]:
    """Scores of the unit by index over the years up to the table's, on its map; None cuts where the edition changes.

    Indices with fewer than two scores are left out. The tables of the years are kept, so this asks nothing anew.
    """
    years = [year for year in scoring.edition_years(LEVEL) if year <= table.year]
    tables = [scoring.dti_table(year, on=table.on, sample=sample) for year in years]
    found: dict[str, tuple[str | None, ...]] = {}
    for index in table.indices:
        course: list[str | None] = []
        edition = ""
        for one in tables:
            cell = one.rows.get(unit_id, {}).get(index.key)
            if course and one.edition.code != edition:
                course.append(None)
            edition = one.edition.code
            course.append(None if cell is None or cell.score is None else str(cell.score))
        while course and course[0] is None:
            course.pop(0)
        if sum(score is not None for score in course) > 1:
            found[index.key] = tuple(course)
    return found


def newest_publication(unit_id: str, *, at: date) -> tuple[str, date | None] | None:
    """Year and publication day of the newest index result of the unit: the age of its data."""
    found = facts.latest_all([("dti", unit_id), ("dti_rank", unit_id)], at)
    figures = [figure for figure in found.values() if figure is not None]
    if not figures:
        return None
    newest = max(figures, key=lambda figure: (figure.period, figure.published_date or date.min))
    return newest.period, newest.published_date


def compare_choices(on: date) -> list[UnitRow]:
    """Provinces of the map, by name."""
    return sorted(unit_map(on).units(LEVEL), key=lambda row: sort_key(row.name_vi))


def known_units(unit_ids: Sequence[str]) -> list[UnitRow]:
    """The units of a cookie that (still) exist."""
    return [row for unit_id in unit_ids for row in find_units(unit_id) if row.id == unit_id]
