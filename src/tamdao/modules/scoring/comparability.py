"""Scores and ranks of two editions are not compared: what counts, and for how much, has changed."""

from __future__ import annotations

from tamdao.core.units.api import get_unit
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .editions import EditionView, edition_for


def edition_break(indicator: str, unit_id: str, period: str, other: str) -> Message | None:
    """Why two periods of an index figure must not be compared; None when they may be, or it is no index figure."""
    editions = [_edition(indicator, unit_id, one) for one in (period, other)]
    if editions[0] is None or editions[1] is None or editions[0].code == editions[1].code:
        return None
    return Message(
        f"Không so sánh: năm {other} theo {editions[1].name.vi}, năm {period} theo {editions[0].name.vi}.",
        f"Not compared: {other} follows {editions[1].name.en}, {period} follows {editions[0].name.en}.",
    )


def _edition(indicator: str, unit_id: str, period: str) -> EditionView | None:
    """The edition a figure belongs to, None for what no edition names."""
    if not period.isdigit():
        return None
    try:
        edition = edition_for(int(period), get_unit(unit_id).level)
    except DomainError:
        return None
    named = {node.indicator for node in edition.nodes} | {node.rank_indicator for node in edition.nodes}
    return edition if indicator in named else None
