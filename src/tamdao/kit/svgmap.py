"""Choropleth maps drawn on the server as inline SVG: no JavaScript, no inline style, one class per region.

A `MapShapes` is a set of outlines with ids: the built-in one (`vietnam()`, from the built `vietnam.json`) or one made
from a boundary file. `draw` joins shapes into regions (three provinces that became one are one region with no borders
inside) and hands the `choropleth` tag what it draws:

    shapes = svgmap.vietnam()
    regions = [Region(id="25@2025-07-01", members=("phutho", "vinhphuc", "hoabinh"), css="q3", title="Phú Thọ: 0,70")]
    {% choropleth drawing legend %}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .errors import DomainError
from .messages import Message

_LABEL_SIZE = 34  # units of the view box; the style sheet draws labels at this size
BUILT = Path(__file__).parent / "static" / "kit" / "build" / "vietnam.json"


@dataclass(frozen=True, slots=True)
class Shape:
    """One outline: SVG path data and its box (left, top, right, bottom) in the units of the view box."""

    id: str
    name: str
    d: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class MapShapes:
    """Outlines by id, the box they are drawn in, and whom to credit."""

    view_box: tuple[float, float, float, float]
    shapes: Mapping[str, Shape]
    credit: str


@dataclass(frozen=True, slots=True)
class Region:
    """What is filled as one: `members` are shape ids, `css` one of q0…q4 or none, `me` outlines it."""

    id: str
    members: Sequence[str]
    css: str = "none"
    title: Message | str = ""
    href: str = ""
    me: bool = False


@dataclass(frozen=True, slots=True)
class DrawnRegion:
    """A region ready for the template."""

    id: str
    css: str
    title: Message | str
    href: str
    me: bool
    paths: Sequence[str]


@dataclass(frozen=True, slots=True)
class Label:
    """A word on the map."""

    x: int
    y: int
    text: Message | str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole map for the `choropleth` tag."""

    view_box: str
    regions: Sequence[DrawnRegion]
    labels: Sequence[Label]
    credit: str


@lru_cache(maxsize=4)
def load(path: Path) -> MapShapes:
    """Reads a built map. Raises `DomainError` (assets_not_built) when the front end was not built yet."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DomainError(
            Message(
                "Chưa có tệp bản đồ: phần giao diện chưa được dựng. Chạy “make setup”.",
                "The map file is missing: the front end was not built. Run “make setup”.",
            ),
            code="assets_not_built",
            status=503,
        ) from None
    left, top, width, height = raw["view_box"]
    return MapShapes(
        view_box=(left, top, width, height),
        shapes={
            item["id"]: Shape(id=item["id"], name=item["name"], d=item["d"], box=tuple(item["box"]))
            for item in raw["shapes"]
        },
        credit=raw["credit"],
    )


def vietnam() -> MapShapes:
    """The 63 provinces with Hoàng Sa and Trường Sa as shapes of their own."""
    return load(BUILT)


def draw(
    shapes: MapShapes,
    regions: Iterable[Region],
    *,
    labels: Mapping[str, Message | str] | None = None,
    css_of_rest: str = "none",
) -> Drawing:
    """Joins shapes into regions. Shapes named by no region are drawn as well, in `css_of_rest`: nothing goes missing.

    `labels` puts words under shapes. Regions marked `me` are drawn last, so their outline is not covered. Raises
    KeyError for a member that is no shape: a region that is silently left out would be a wrong map.
    """
    regions = list(regions)
    used = {member for region in regions for member in region.members}
    rest = [Region(id=key, members=(key,), css=css_of_rest) for key in shapes.shapes if key not in used]
    drawn = [
        DrawnRegion(
            id=region.id,
            css=region.css,
            title=region.title,
            href=region.href,
            me=region.me,
            paths=[shapes.shapes[member].d for member in region.members],
        )
        for region in sorted([*rest, *regions], key=lambda region: region.me)
    ]
    return Drawing(
        view_box=" ".join(f"{value:g}" for value in shapes.view_box),
        regions=drawn,
        labels=[_label(shapes.shapes[key], text, shapes.view_box) for key, text in (labels or {}).items()],
        credit=shapes.credit,
    )


def _label(shape: Shape, text: Message | str, view_box: tuple[float, float, float, float]) -> Label:
    """Below the shape, or above it where the picture ends."""
    left, top, right, bottom = shape.box
    below = bottom + _LABEL_SIZE * 1.2
    fits = below <= view_box[1] + view_box[3]
    half = len(str(text)) * _LABEL_SIZE * 0.28
    middle = min(max((left + right) / 2, view_box[0] + half), view_box[0] + view_box[2] - half)
    return Label(x=round(middle), y=round(below if fits else top - _LABEL_SIZE * 0.6), text=text)


def quantile_classes(
    values: Mapping[str, float], classes: int = 5
) -> tuple[dict[str, int], list[tuple[float, float]]]:
    """Classes of (nearly) equal size by rank; equal values always share a class.

    Returns the class number of every key, 0 lowest, and for every class that has members its (lowest, highest) value.
    """
    ordered = sorted(values.values())
    count = len(ordered)
    first_place = {value: place for place, value in reversed(list(enumerate(ordered)))}
    found = {key: first_place[value] * classes // count for key, value in values.items()} if count else {}
    bounds = []
    for number in range(classes):
        members = [values[key] for key, group in found.items() if group == number]
        if members:
            bounds.append((min(members), max(members)))
    return found, bounds
