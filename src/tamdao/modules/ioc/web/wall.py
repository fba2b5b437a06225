"""The tiles of the wall: rank with its course, counts of what waits, targets with a figure, pillars, main indices."""

from __future__ import annotations

from collections.abc import Sequence

from tamdao.core.units.api import UnitRow
from tamdao.kit.components import FigureView, Tile
from tamdao.kit.messages import Message
from tamdao.modules.scoring.api import IndexView

from ..queries.dti import index_courses
from ..queries.home import Course
from ..queries.targets import counts, target_row
from ..rules.matters import Group
from ..rules.sentences import places, targets_link
from .frame import Frame
from .present import figure_view, source_kind, trend_points

# A screen holds twelve; what does not fit takes turns with the rest, and nobody waits for more than three turns.
MOST_TILES = 36
# The order of the scores.
ROLES = ("total", "pillar", "main")


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
            points=trend_points(course.points, unit, frame),
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
                # the bar below the figure names the state
                counts=counts(group.results),
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
    courses = index_courses(table, unit.id, sample=frame.sample)
    for index in sorted(table.indices, key=_place):
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
                name=_named(index),
                href=frame.page("score", str(table.year), unit.id, index.key),
                figure=FigureView(str(cell.score), decimals=4),
                goal=rank,
                age=Message(f"năm {table.year}", str(table.year)),
                trend=courses.get(index.key, ()),
            )
        )
    return found


def _place(index: IndexView) -> int:
    return ROLES.index(index.role) if index.role in ROLES else len(ROLES)


def _named(index: IndexView) -> Message:
    """A name that says which kind of score it is: a pillar and an activity are called alike."""
    if index.role == "pillar":
        return Message(f"Trụ cột {index.name.vi}", f"Pillar: {index.name.en}")
    if index.role == "main":
        return Message(f"Chỉ số chính {index.name.vi}", f"Main index: {index.name.en}")
    return index.name
