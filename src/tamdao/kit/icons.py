"""The drawings of kit: line icons by name, and the seven state marks, each with a silhouette of its own.

State marks differ in outline (disc, triangle, octagon, clock, broken ring, square), so they can be told apart without
colour; the word always stands beside them.
"""

# ruff: noqa: E501  path data reads no better in pieces
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .messages import Message

# 20 × 20, drawn with the line of the text colour
LINES: Mapping[str, str] = {
    "home": '<path d="M3 9.2 10 3.4l7 5.8V16.5a.5.5 0 0 1-.5.5H12v-4.8H8V17H3.5a.5.5 0 0 1-.5-.5z"/>',
    "targets": '<circle cx="10" cy="10" r="7"/><circle cx="10" cy="10" r="3.2"/><path d="M10 1.5V4M10 16v2.5M1.5 10H4M16 10h2.5"/>',
    "dti": '<path d="M3 17V9.5M8 17V4M13 17v-5.5M18 17V7M1.5 17h17"/>',
    "indicators": '<path d="M3 5h14M3 10h14M3 15h9"/>',
    "units": '<path d="M10 18s6-5.3 6-10A6 6 0 0 0 4 8c0 4.7 6 10 6 10z"/><circle cx="10" cy="8" r="2.2"/>',
    "search": '<circle cx="8.8" cy="8.8" r="5.6"/><path d="m13 13 4.5 4.5"/>',
    "map": '<path d="m7.5 3.5-5 2v11l5-2 5 2 5-2v-11l-5 2zM7.5 3.5v11M12.5 5.5v11"/>',
    "settings": '<path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/><circle cx="7" cy="14" r="2"/>',
    "logout": '<path d="M8 3H4v14h4M12.5 6.5 16 10l-3.5 3.5M16 10H8"/>',
    "close": '<path d="m5 5 10 10M15 5 5 15"/>',
    "link": '<path d="M8.5 11.5a3.3 3.3 0 0 0 4.7 0l2.6-2.6a3.3 3.3 0 0 0-4.7-4.7l-1 1M11.5 8.5a3.3 3.3 0 0 0-4.7 0l-2.6 2.6a3.3 3.3 0 0 0 4.7 4.7l1-1"/>',
    "print": '<path d="M6 7V3h8v4M6 14H3.5V7.5h13V14H14M6 11.5h8V17H6z"/>',
    "download": '<path d="M10 3v9.5M6.2 9 10 12.8 13.8 9M3.5 16.5h13"/>',
    "document": '<path d="M5 2.5h6.5L15.5 6.5v11h-10.5zM11.5 2.5v4h4M7.5 10.5h5M7.5 13.5h5"/>',
    "form": '<path d="M3.5 3.5h13v13h-13zM3.5 8h13M8 8v8.5"/>',
    "machine": '<path d="M4.5 4.5h11v7h-11zM7 15.5h6M10 11.5v4"/>',
    "clock": '<circle cx="10" cy="10" r="7"/><path d="M10 6v4l2.8 1.8"/>',
    "person": '<circle cx="10" cy="6.8" r="3.3"/><path d="M3.5 17c.8-3.6 3.3-5 6.5-5s5.7 1.4 6.5 5"/>',
    "calendar": '<path d="M3.5 5h13v12h-13zM3.5 8.8h13M7 3v3.5M13 3v3.5"/>',
    "table": '<path d="M3 4h14v12H3zM3 8h14M3 12h14M8.5 4v12"/>',
    "chart": '<path d="M3 3v14h14M6 13l3.5-4 2.8 2.2L17 6"/>',
    "arrow": '<path d="M4 10h12M11.5 5.5 16 10l-4.5 4.5"/>',
    "empty": '<path d="M3 12.5 5.5 4h9L17 12.5V16H3zM3 12.5h4l1 2h4l1-2h4"/>',
    "info": '<circle cx="10" cy="10" r="7"/><path d="M10 9.3V14M10 6.4v.1"/>',
    "warning": '<path d="M10 3 18 17H2zM10 8.5v4M10 14.7v.1"/>',
    "sample": '<circle cx="10" cy="10" r="7" stroke-dasharray="2.4 2.4"/>',
    "wall": '<path d="M2.5 4h15v10h-15zM7 17h6"/>',
    "more": '<path d="M4.5 10h.1M10 10h.1M15.5 10h.1"/>',
    "key": '<circle cx="6.5" cy="10" r="3.5"/><path d="M10 10h7.5M14.5 10v3M17.5 10v2"/>',
    "dot": '<circle cx="10" cy="10" r="2.5"/>',
}


@dataclass(frozen=True, slots=True)
class StateMark:
    """How a target's state is shown: its word and its drawing (f filled, g glyph on the fill, r ring or line)."""

    word: Message
    drawing: str


STATES: Mapping[str, StateMark] = {
    "met": StateMark(
        Message("Đạt", "Met"),
        '<circle class="f" cx="10" cy="10" r="9.2"/><path class="g" d="m5.6 10.4 3 3 5.8-6.3"/>',
    ),
    "on_course": StateMark(
        Message("Đúng tiến độ", "On course"),
        '<path class="f" d="M4.5 1h7.2a2 2 0 0 1 1.5.7l6.1 7.1a1.8 1.8 0 0 1 0 2.4l-6.1 7.1a2 2 0 0 1-1.5.7H4.5'
        'A3.5 3.5 0 0 1 1 15.5v-11A3.5 3.5 0 0 1 4.5 1z"/><path class="g" d="M4.8 10h8M9.6 6.6 13 10l-3.4 3.4"/>',
    ),
    "behind": StateMark(
        Message("Chậm", "Behind"),
        '<path class="f" d="M8.6 1.7a1.6 1.6 0 0 1 2.8 0l8.1 14.6a1.6 1.6 0 0 1-1.4 2.4H1.9a1.6 1.6 0 0 1-1.4-2.4z"/>'
        '<path class="g" d="M10 7.4v4.8M10 15.6v.1"/>',
    ),
    "missed": StateMark(
        Message("Không đạt", "Missed"),
        '<path class="f" d="M6.3.8h7.4l5.5 5.5v7.4l-5.5 5.5H6.3L.8 13.7V6.3z"/>'
        '<path class="g" d="m6.8 6.8 6.4 6.4M13.2 6.8l-6.4 6.4"/>',
    ),
    "no_result_yet": StateMark(
        Message("Chưa có kết quả", "No result yet"),
        '<circle class="r" cx="10" cy="10" r="8.2"/><path class="r" d="M10 5.4V10l3.2 2"/>',
    ),
    "no_data": StateMark(
        Message("Chưa có số liệu", "No data"),
        '<circle class="r" cx="10" cy="10" r="8.2" stroke-dasharray="3.2 3.2"/><path class="r" d="M6.7 10h6.6"/>',
    ),
    "awaiting_decision": StateMark(
        Message("Chờ quyết định", "Awaiting decision"),
        '<rect class="f" x="1" y="1" width="18" height="18" rx="4.5"/>'
        '<path class="g" d="M7.4 7.7a2.7 2.7 0 1 1 4 2.4c-.9.5-1.4 1-1.4 2M10 15.2v.1"/>',
    ),
}


def line_icon(name: str) -> str:
    """The SVG of a line icon; an unknown name gives a dot, so a new page needs no new drawing to work."""
    return f'<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">{LINES.get(name, LINES["dot"])}</svg>'


def state_icon(state: str) -> str:
    """The SVG mark of a state. Raises KeyError for a state that doesn't exist: a wrong mark would be a wrong claim."""
    return f'<svg class="si" viewBox="0 0 20 20" aria-hidden="true">{STATES[state].drawing}</svg>'
