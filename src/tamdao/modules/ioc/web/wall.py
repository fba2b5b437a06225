"""The tiles of the wall: rank, scores of the main indices, targets with a figure, counts of what waits."""

from __future__ import annotations

from collections.abc import Sequence

from tamdao.core.units.api import UnitRow
from tamdao.kit.components import FigureView, Tile
from tamdao.kit.messages import Message

from ..queries.home import Course
from ..queries.targets import target_row
from ..rules.matters import Group
from ..rules.sentences import places, targets_link
from .frame import Frame
from .present import figure_view, source_kind

MOST_TILES = 12


def tiles(unit: UnitRow, groups: Sequence[Group], course: Course, frame: Frame) -> list[Tile]:
    """What stands on the wall for a unit, the most telling first."""
    first = [*_rank(unit, course, frame), *_counts(groups, frame), *_targets(groups, frame)]
    return [*first, *_scores(unit, course, frame)][:MOST_TILES]


def _rank(unit: UnitRow, course: Course, frame: Frame) -> list[Tile]:
    standing = course.standing
    if standing is None or standing.rank is None:
        return []
    change = places(standing.gained) if standing.gained is not None else Message("", "")
    year = str(standing.year)
    return [
        Tile(
            name=Message(f"Hạng DTI {year}", f"DTI rank {year}"),
            href=frame.page("score", year, unit.id, "DTI"),
            figure=FigureView(str(standing.rank), of=str(standing.universe)),
            change=change if change.vi else "",
            change_sense="" if not standing.gained else ("good" if standing.gained > 0 else "bad"),
            age=Message(f"năm {year}", year),
        )
    ]


def _counts(groups: Sequence[Group], frame: Frame) -> list[Tile]:
    found = []
    for group in groups:
        waiting = sum(result.state == "awaiting_decision" for result in group.results)
        met = sum(result.state == "met" for result in group.results)
        total = len(group.results)
        state, count = ("awaiting_decision", waiting) if waiting else ("met", met)
        name = Message(f"Chỉ tiêu {group.name}", f"Targets of {group.name}")
        found.append(
            Tile(
                name=name,
                href=frame.url(targets_link(group.unit_id, state if waiting else "")),
                figure=FigureView(str(count), of=str(total)),
                state=state,
            )
        )
    return found


def _targets(groups: Sequence[Group], frame: Frame) -> list[Tile]:
    rows = [target_row(result) for group in groups for result in group.results if result.actual is not None]
    return [
        Tile(
            name=row.result.name,
            href=frame.page("target", row.result.code),
            figure=figure_view(row.actual, frame),
            state=row.result.state,
            goal=row.promise,
            age=row.actual.period_words,
            source_kind=source_kind(row.actual),
        )
        for row in rows
        if row.actual is not None
    ]


def _scores(unit: UnitRow, course: Course, frame: Frame) -> list[Tile]:
    table = course.table
    if table is None or unit.id not in table.rows:
        return []
    found = []
    for index in table.indices:
        cell = table.rows[unit.id][index.key]
        if cell.score is None:
            continue
        rank = (
            Message(f"hạng {cell.rank}/{table.universe}", f"rank {cell.rank}/{table.universe}")
            if cell.rank
            else ""
        )
        found.append(
            Tile(
                name=index.name,
                href=frame.page("score", str(table.year), unit.id, index.key),
                figure=FigureView(str(cell.score), decimals=4),
                goal=rank,
                age=Message(f"năm {table.year}", str(table.year)),
            )
        )
    return found
