"""What the page components are given: plain values, in the reader's language or as `Message`.

A view makes these from its queries; the templates in `templates/kit/parts` and the tags in `templatetags/kit.py` draw
them. Figures are canonical decimal text, so nothing is rounded on its way to the page; the number filter formats it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from .messages import Message
from .svgchart import Point

Text = Message | str
SourceKind = Literal["", "machine", "form", "document"]
Pillar = Literal["government", "economy", "society", ""]


@dataclass(frozen=True, slots=True)
class FigureView:
    """A number as shown: sign word, figure, unit. `value` None means there is none, which is never shown as zero."""

    value: str | None
    unit: Text = ""
    sign_word: Text = ""  # "gần", "trên", "khoảng"; the sign itself when the source has no word
    of: str = ""  # the universe of a rank: 20 /63
    href: str = ""  # its explanation
    decimals: int | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with where it stands. `goal` is the target in words ("chỉ tiêu > 25 %"), `target` its number."""

    name: Text
    href: str
    state: str
    figure: FigureView
    goal: Text
    deadline: Text = ""
    period: Text = ""  # what the figure is of: "2024", "Quý III/2025"
    late: Text = ""  # "trễ 34 ngày"
    source_kind: SourceKind = ""
    reason: Text = ""
    target: str | None = None
    base: str | None = None
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile: name, figure, target, state, age against the promised frequency, source kind, trend."""

    name: Text
    href: str
    figure: FigureView
    state: str = ""
    goal: Text = ""
    age: Text = ""
    late: Text = ""
    source_kind: SourceKind = ""
    change: Text = ""
    change_sense: Literal["", "good", "bad"] = ""
    trend: Sequence[str | None] = ()
    # A rank's course with its values and breaks, instead of the small trend.
    points: Sequence[Point] = ()
    # How many targets are in each state, drawn as a bar.
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PillarCard:
    """One pillar: its counts by state and the targets that most need a look."""

    pillar: Pillar
    name: Text
    counts: Mapping[str, int]
    rows: Sequence[TargetRow]
    href: str = ""
    total_text: Text = ""  # "6 chỉ tiêu"
    more_text: Text = ""  # "Xem cả 6 chỉ tiêu"
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """One line of the attention list. `action` is a verb; without `action_href` no button is drawn."""

    title: Text
    state: str
    detail: Text = ""
    href: str = ""
    person: Text = ""
    deadline: Text = ""
    action: Text = ""
    action_href: str = ""


@dataclass(frozen=True, slots=True)
class ThreadNode:
    """A knot of the explain thread; `kind` picks the colour of its dot and the code style of formulas."""

    kind: str
    title: Text
    value: Text = ""
    detail: Text = ""
    href: str = ""
    door: Text = ""  # words of the link; "Mở" when empty
    figure: bool = False  # the link opens another figure's thread (stays in the drawer)
    sample: bool = False
    folded: bool = False
    url: str = ""  # where the document lies outside this house
    children: Sequence[ThreadNode] = ()


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way down; the last one has no address."""

    label: Text
    href: str = ""


@dataclass(frozen=True, slots=True)
class LegendKey:
    """One line of a map's legend: class (q0…q4, none) and what it stands for."""

    css: str
    label: Text


@dataclass(frozen=True, slots=True)
class MapDate:
    """The date control: the map shown and the days to offer."""

    shown: date
    presets: Sequence[tuple[str, Text]] = field(default_factory=tuple)
