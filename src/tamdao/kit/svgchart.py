"""Small pictures drawn on the server: bars with a target mark, stacked segments, trends with breaks, sparklines.

Horizontal places are percentages and vertical ones `em`, so a picture fits any width and its text keeps the size of the
text around it; nothing needs an inline style or JavaScript. All functions are pure and give geometry; the templates
draw it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .icons import STATES

Number = Decimal | int | float


def percent(share: float) -> str:
    """A share as an SVG length, clipped to the picture: 0.6142 → "61.42%"."""
    return f"{min(max(share, 0.0), 1.0) * 100:.2f}".rstrip("0").rstrip(".") + "%"


def place(value: Number, low: Number, high: Number) -> float:
    """Where `value` lies between `low` (0) and `high` (1); `low` > `high` runs the axis the other way (ranks)."""
    span = float(high) - float(low)
    return 0.0 if span == 0 else (float(value) - float(low)) / span


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar: x positions of zero, the value, the target and the base, as SVG lengths; None is not drawn."""

    start: str
    end: str | None
    goal: str | None
    base: str | None
    sample: bool


def bar(
    *,
    actual: Number | None,
    target: Number | None = None,
    base: Number | None = None,
    low: Number | None = None,
    high: Number | None = None,
    sample: bool = False,
) -> Bar:
    """The bar from zero (or `low`) to `actual` with the target as a mark on the same scale.

    Without `low` and `high` the scale is honest about zero: it runs from zero (or the lowest negative value) to 5 %
    beyond the largest value, or to 100 when everything lies between 0 and 100 and something passes 50.
    """
    known = [float(value) for value in (actual, target, base) if value is not None]
    if low is None:
        low = min([0.0, *known])
    if high is None:
        largest = max([*known, 0.0])
        high = 100.0 if 50 < largest <= 100 else (largest * 1.05 or 1.0)
    zero = place(0, low, high) if float(low) < 0 < float(high) else 0.0
    return Bar(
        start=percent(zero),
        end=None if actual is None else percent(place(actual, low, high)),
        goal=None if target is None else percent(place(target, low, high)),
        base=None if base is None else percent(place(base, low, high)),
        sample=sample,
    )


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a stacked bar. `hatched` parts stand for what is not known."""

    state: str
    word: Any
    count: int
    x: str
    width: str
    x_end: str
    hatched: bool


UNKNOWN_STATES = frozenset({"no_data", "no_result_yet", "awaiting_decision"})


def segments(counts: Mapping[str, int] | Iterable[tuple[str, int]]) -> list[Segment]:
    """Parts in the order of the states, empty ones left out; a gap of half a percent stands between two parts."""
    given = dict(counts)
    total = sum(given.values())
    if not total:
        return []
    shown = [(state, given[state]) for state in STATES if given.get(state)]
    gap = 0.006 if len(shown) > 1 else 0.0
    room = 1 - gap * (len(shown) - 1)
    parts: list[Segment] = []
    x = 0.0
    for state, count in shown:
        width = room * count / total
        parts.append(
            Segment(
                state=state,
                word=STATES[state].word,
                count=count,
                x=percent(x),
                width=percent(width),
                x_end=percent(x + width),
                hatched=state in UNKNOWN_STATES,
            )
        )
        x += width + gap
    return parts


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a trend. `value` None leaves a gap. `break_before` says the series was cut here, and why."""

    label: str
    value: Number | None
    text: str = ""
    href: str = ""
    title: str = ""
    sample: bool = False
    break_before: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn point."""

    x: str
    y: str
    text_y: str
    point: Point
    last: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The drawing of a trend, all in SVG lengths."""

    marks: list[Mark]
    lines: list[dict[str, Any]]
    breaks: list[dict[str, str]]
    labels: list[dict[str, str]]
    band: dict[str, str] | None = None
    goal: dict[str, str] | None = None
    label_y: str = ""
    floor: str = ""
    summary: list[str] = field(default_factory=list)

    @property
    def linked(self) -> bool:
        """Whether a point opens something: a picture (role img) may hide no links from those who hear it."""
        return any(mark.point.href for mark in self.marks)


def trend(
    points: Sequence[Point],
    *,
    reverse: bool = False,
    band: tuple[Number, Number] | None = None,
    goal: Number | None = None,
    low: Number | None = None,
    high: Number | None = None,
    height: float = 10.5,
) -> Trend:
    """A line of values from left to right; `reverse` puts small values on top (ranks).

    Neighbours are joined unless one is missing or the later one has `break_before`: there a dotted upright is drawn
    instead, because the two values were not measured alike. `band` is a shaded range of values, `height` is in em.
    """
    values = [float(point.value) for point in points if point.value is not None]
    extra = [float(value) for value in (*(band or ()), *(() if goal is None else (goal,)))]
    low = float(low) if low is not None else min([*values, *extra], default=0.0)
    high = float(high) if high is not None else max([*values, *extra], default=1.0)
    if low == high:
        low, high = low - 1, high + 1
    top, bottom = 2.2, height - 3.9  # room for values above the highest and below the lowest point

    def y_of(value: Number) -> float:
        share = place(value, low, high)
        return top + (share if reverse else 1 - share) * (bottom - top)

    def x_of(index: int) -> float:
        return 0.5 if len(points) == 1 else 0.07 + 0.86 * index / (len(points) - 1)

    last = max((index for index, point in enumerate(points) if point.value is not None), default=-1)
    marks: list[Mark] = []
    lines: list[dict[str, Any]] = []
    breaks: list[dict[str, str]] = []
    for index, point in enumerate(points):
        before = points[index - 1] if index else None
        if before is not None and point.break_before:
            breaks.append({"x": percent((x_of(index - 1) + x_of(index)) / 2), "text": point.break_before})
        if point.value is None:
            continue
        y = y_of(point.value)
        marks.append(
            Mark(
                x=percent(x_of(index)),
                y=f"{y:.2f}em",
                text_y=f"{_text_y(points, index, y, y_of):.2f}em",
                point=point,
                last=index == last,
            )
        )
        if before is not None and before.value is not None and not point.break_before:
            lines.append(
                {
                    "x1": percent(x_of(index - 1)),
                    "y1": f"{y_of(before.value):.2f}em",
                    "x2": percent(x_of(index)),
                    "y2": f"{y:.2f}em",
                    "sample": point.sample or before.sample,
                }
            )
    return Trend(
        marks=marks,
        lines=lines,
        breaks=breaks,
        labels=[{"x": percent(x_of(index)), "text": point.label} for index, point in enumerate(points)],
        band=_band(band, y_of),
        goal=None if goal is None else {"y": f"{y_of(goal):.2f}em"},
        label_y=f"{height - 0.3:.2f}em",
        floor=f"{height - 1.6:.2f}em",
        summary=[f"{point.label}: {point.text or '–'}" for point in points],
    )


def _band(band: tuple[Number, Number] | None, y_of: Any) -> dict[str, str] | None:
    if band is None:
        return None
    upper, lower = sorted((y_of(band[0]), y_of(band[1])))
    # only the open side gets air: below the limit, half a line of ground would swallow ranks that miss it
    return {
        "y": f"{upper - 0.5:.2f}em",
        "height": f"{lower - upper + 0.5:.2f}em",
    }


def _text_y(points: Sequence[Point], index: int, y: float, y_of: Any) -> float:
    """The value stands above its point, below it where the line comes down from both sides."""
    beside = [points[place].value for place in (index - 1, index + 1) if 0 <= place < len(points)]
    ys = [y_of(value) for value in beside if value is not None]
    below = bool(ys) and all(y > other + 0.2 for other in ys)
    return y + 1.5 if below else y - 0.75


def spark(values: Sequence[Number | None]) -> list[str]:
    """The pieces of a sparkline as SVG point lists in a box of 100 × 30; a missing value cuts the line."""
    known = [float(value) for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    pieces: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            pieces.append([])
            continue
        x = 50.0 if len(values) == 1 else 2 + 96 * index / (len(values) - 1)
        y = 15.0 if low == high else 27 - 24 * (float(value) - low) / (high - low)
        pieces[-1].append(f"{x:.1f},{y:.1f}")
    # a lone point is written twice: a line of no length with round ends is a dot
    return [" ".join(piece * 2 if len(piece) == 1 else piece) for piece in pieces if piece]
