"""Where the scores and ranks stand that are computed here and published by nobody: a sentence for `facts`."""

from __future__ import annotations

from tamdao.core.units.api import get_unit
from tamdao.facts.api import Place
from tamdao.facts.types import Figure
from tamdao.kit.dates import format_date
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_number

from .editions import IndexView, edition_for
from .queries import Cell, DtiTable, dti_table
from .rules import TOTAL_KEY


def computed_in_table(figure: Figure, sample: bool) -> Place | None:
    """The score or rank that the year's table computes for a figure without value; None where it has none either."""
    if not figure.period.isdigit():
        return None
    year = int(figure.period)
    try:
        level = get_unit(figure.unit_id).level
        index, is_rank = _index(figure.indicator, year, level)
        if index is None:
            return None
        table = dti_table(year, on=figure.map_date, level=level, sample=sample)
    except DomainError:
        return None
    cell = table.rows.get(figure.unit_id, {}).get(index.key)
    if cell is None or (cell.rank if is_rank else cell.score) is None:
        return None
    return Place(_sentence(table, cell), _command(table, index, figure.unit_id))


def _index(indicator: str, year: int, level: str) -> tuple[IndexView | None, bool]:
    """The index whose score or rank an indicator is, and whether it is the rank."""
    for index in edition_for(year, level).indices:
        if indicator in {index.indicator, index.rank_indicator}:
            return index, indicator == index.rank_indicator
    return None, False


def _command(table: DtiTable, index: IndexView, unit_id: str) -> str:
    """The command that explains the value."""
    key = "" if index.key == TOTAL_KEY else f" '{index.key}'"
    return f"tamdao dti explain {unit_id} {table.year}{key} --map {table.on.isoformat()}"


def _sentence(table: DtiTable, cell: Cell) -> Message:
    day, vi, en = format_date(table.on), "", ""
    if cell.score is not None:
        vi, en = f"điểm {format_number(cell.score)}", f"score {format_number(cell.score, lang='en')}"
    if cell.rank is not None:
        vi = f"{vi}{', ' if vi else ''}hạng {cell.rank} trong {table.universe}"
        en = f"{en}{', ' if en else ''}rank {cell.rank} of {table.universe}"
    return Message(
        f"Bảng DTI {table.year} trên địa giới ngày {day} tính được: {vi}.",
        f"The DTI table of {table.year} on the map of {day} computes it: {en}.",
    )
