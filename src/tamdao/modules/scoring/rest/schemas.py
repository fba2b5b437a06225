"""What the API says of an index table. Scores are decimal text with four decimals."""

from __future__ import annotations

from datetime import date

from ninja import Schema

from tamdao.facts.types import FigureState


class CellOut(Schema):
    """One score with its rank; `rank_published` when the rank is the published one and could not be computed."""

    unit: str
    unit_code: str
    unit_name: str
    index: str
    score: str | None
    rank: int | None
    rank_published: bool
    derived: bool
    state: FigureState


class TableOut(Schema):
    """The table of an assessment year on a map; `complete` says over which indices ranks could be computed."""

    year: int
    map: date
    level: str
    edition: str
    document: str
    universe: int
    complete: dict[str, bool]
    count: int
    items: list[CellOut]


class TrendPointOut(Schema):
    """One year of a unit. `break_before`: edition or universe changed, not comparable with the year before."""

    year: int
    rank: int | None
    universe: int
    score: str | None
    edition: str
    break_before: bool
    converted: bool
    rank_published: bool
    map: date


class EditionNodeOut(Schema):
    """A node of an edition; points are decimal text, empty where not known, `status` says how they are known."""

    code: str
    parent: str | None
    name_vi: str
    name_en: str
    role: str
    max_points: str
    assessed_points: str
    scored: bool
    indicator: str | None
    status: str
    note_vi: str
    note_en: str


class EditionOut(Schema):
    """An edition of the index."""

    code: str
    name_vi: str
    name_en: str
    document: str
    level: str
    years: list[int]
    total_points: str
    nodes: list[EditionNodeOut]
