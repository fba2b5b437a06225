"""Boundaries a province loads itself: loading a file as a whole, and drawing what was loaded."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Q

from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

from .boundary_files import MultiPolygon, Shape, read
from .models import Boundary, UnitVersion

# An outline is kept with about this many steps across the whole drawing: finer than a wall of 4K pixels.
STEPS = 6000
# Above so many points the shapes are simplified before they are kept.
MANY_POINTS = 60_000
UNKNOWN_CREDIT = "không ghi nguồn (no source given)"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: units whose boundary is new, replaced; points read and kept."""

    new: int
    replaced: int
    points_read: int
    points_kept: int
    credit: str


def load(path: Path, *, credit: str, on: date, at: datetime) -> Loaded:
    """Take over the boundaries in a GeoJSON file for the units of the map of `on`; those they had are replaced.

    Raises DomainError boundary_file_too_large, boundary_file_unreadable, boundary_file_invalid (with everything wrong;
    then nothing is loaded).
    """
    shapes, problems, named = read(path)
    units = _units(shapes, on, problems)
    if problems:
        raise DomainError(
            Message(
                f"Tệp ranh giới {path.name} có {len(problems)} lỗi; chưa nạp gì.",
                f"The boundary file {path.name} has {len(problems)} faults; nothing was loaded.",
            ),
            code="boundary_file_invalid",
            problems=problems,
        )
    kept = simplified([shape.polygons for shape in shapes])
    credit = credit or named or UNKNOWN_CREDIT
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    rows = [
        Boundary(
            unit_id=units[shape.number],
            coordinates=coordinates,
            credit=credit[:400],
            file_name=path.name[:200],
            sha256=digest,
            loaded_at=at,
        )
        for shape, coordinates in zip(shapes, kept, strict=True)
    ]
    with transaction.atomic():
        replaced, _ = Boundary.objects.filter(unit__in=units.values()).delete()
        Boundary.objects.bulk_create(rows, batch_size=200)
    before = sum(map(points, (shape.polygons for shape in shapes)))
    return Loaded(len(rows) - replaced, replaced, before, sum(map(points, kept)), credit)


# --- which unit ----------------------------------------------------------------------------------------------
def _units(shapes: Sequence[Shape], on: date, problems: list[Problem]) -> dict[int, str]:
    """Unit of each feature by its number; what can't be matched is a problem."""
    versions = UnitVersion.objects.filter(from_date__lte=on).filter(Q(end_date=None) | Q(end_date__gt=on))
    codes: dict[str, list[str]] = {}
    parents: dict[str, str | None] = {}
    code_of: dict[str, str] = {}
    for unit, code, parent in versions.values_list("unit_id", "code", "parent_id"):
        codes.setdefault(code, []).append(unit)
        parents[unit], code_of[unit] = parent, code
    times = Counter(shape.code for shape in shapes)
    found: dict[int, str] = {}
    for shape in shapes:
        known = codes.get(shape.code, [])
        message = _mismatch(shape, known, times[shape.code], on)
        if message is None and shape.province and shape.province not in _above(known[0], parents, code_of):
            message = Message(
                f"Mã {shape.code} không thuộc tỉnh {shape.province} theo địa giới ngày {on}.",
                f"The code {shape.code} does not lie in the province {shape.province} on the map of {on}.",
            )
        if message is None:
            found[shape.number] = known[0]
        else:
            problems.append(Problem(message, where=shape.where, field="properties.code"))
    return found


def _mismatch(shape: Shape, known: Collection[str], times: int, on: date) -> Message | None:
    if times > 1:
        return Message(f"Mã {shape.code} có {times} lần.", f"The code {shape.code} stands {times} times.")
    if not known:
        return Message(
            f"Không có đơn vị mã {shape.code} theo địa giới ngày {on}; chọn ngày khác bằng --map.",
            f"There is no unit with the code {shape.code} on the map of {on}; choose another day with --map.",
        )
    if len(known) > 1:
        units = ", ".join(sorted(known))
        return Message(
            f"Mã {shape.code} chỉ nhiều đơn vị: {units}.", f"The code {shape.code} names several: {units}."
        )
    return None


def _above(unit: str, parents: Mapping[str, str | None], codes: Mapping[str, str]) -> set[str]:
    """Codes of the unit and of all above it."""
    found: set[str] = set()
    here: str | None = unit
    while here is not None and here in codes:
        found.add(codes[here])
        here = parents[here]
    return found


# --- shapes --------------------------------------------------------------------------------------------------
def points(polygons: MultiPolygon) -> int:
    """Number of positions."""
    return sum(len(ring) for polygon in polygons for ring in polygon)


def simplified(shapes: Sequence[MultiPolygon]) -> list[MultiPolygon]:
    """The shapes with as many points as a drawing can show; borders that two units share stay shared."""
    if sum(map(points, shapes)) <= MANY_POINTS:
        return [_without_height(polygons) for polygons in shapes]
    import shapely

    areas = [
        shapely.MultiPolygon([(part[0], part[1:]) for part in _without_height(polygons)])
        for polygons in shapes
    ]
    west, south, east, north = shapely.total_bounds(areas)
    tolerance = max(east - west, north - south) / STEPS
    return [_coordinates(area) for area in shapely.coverage_simplify(areas, tolerance)]


def _coordinates(area: Any) -> MultiPolygon:
    parts = area.geoms if area.geom_type == "MultiPolygon" else [area]
    return [
        [[(round(x, 6), round(y, 6)) for x, y in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in parts
        if not part.is_empty
    ]


def _without_height(polygons: MultiPolygon) -> MultiPolygon:
    return [[[(position[0], position[1]) for position in ring] for ring in polygon] for polygon in polygons]


# --- drawing -------------------------------------------------------------------------------------------------
def boundary_paths(unit_ids: Collection[str], width: int, height: int) -> dict[str, str]:
    """SVG path data by unit id for those that have a boundary, filling width × height (user units, y downwards).

    Equirectangular about the middle latitude: at the size of a province or of Việt Nam shapes look as on official
    maps. Holes are cut out with fill-rule evenodd. Cached until a boundary is loaded.
    """
    newest = Boundary.objects.aggregate(at=Max("loaded_at"), count=Count("pk"))
    key = (str(connection.settings_dict["NAME"]), newest["at"], newest["count"])
    return dict(_paths(key, tuple(sorted(set(unit_ids))), width, height))


def credits_of(unit_ids: Collection[str]) -> list[str]:
    """Whom a drawing of these units must credit."""
    rows = Boundary.objects.filter(unit__in=unit_ids).order_by("credit")
    return list(rows.values_list("credit", flat=True).distinct())


@lru_cache(maxsize=32)
def _paths(_key: tuple[object, ...], unit_ids: tuple[str, ...], width: int, height: int) -> Mapping[str, str]:
    shapes: dict[str, MultiPolygon] = dict(
        Boundary.objects.filter(unit__in=unit_ids).values_list("unit_id", "coordinates")
    )
    if not shapes:
        return {}
    every = [position for shape in shapes.values() for polygon in shape for position in polygon[0]]
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = min(width / ((east - west) * narrow or 1), height / ((north - south) or 1))
    left = (width - (east - west) * narrow * scale) / 2
    top = (height - (north - south) * scale) / 2
    return {
        unit: "".join(
            _ring_path([(left + (x - west) * narrow * scale, top + (north - y) * scale) for x, y in ring])
            for polygon in shape
            for ring in polygon
        )
        for unit, shape in shapes.items()
    }


def _ring_path(positions: Sequence[tuple[float, float]]) -> str:
    """One closed ring, to a tenth of a unit; points that fall together are drawn once."""
    drawn: list[str] = []
    for x, y in positions[:-1]:
        point = f"{x:.1f} {y:.1f}"
        if not drawn or drawn[-1] != point:
            drawn.append(point)
    return f"M{'L'.join(drawn)}Z"
