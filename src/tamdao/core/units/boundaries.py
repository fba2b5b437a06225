"""Boundaries a province loads itself: loading a file as a whole, and drawing what was loaded."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Q, QuerySet

from tamdao.kit.dates import format_date
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message
from tamdao.kit.text import fold

from .boundary_files import MultiPolygon, Shape, read
from .models import Boundary, Level, UnitVersion

# An outline is kept with about this many steps across the whole drawing: finer than a wall of 4K pixels.
STEPS = 6000
# Above so many points the shapes are simplified before they are kept.
MANY_POINTS = 60_000
# Units named in a note.
_SHOWN = 8
UNKNOWN_CREDIT = "không ghi nguồn (no source given)"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: units whose boundary is new, replaced; points read and kept; what the map still lacks."""

    new: int
    replaced: int
    points_read: int
    points_kept: int
    credit: str
    notes: tuple[Message, ...] = ()


def load(path: Path, *, credit: str, on: date, at: datetime) -> Loaded:
    """Take over the boundaries in a GeoJSON file for the units of the map of `on`; those they had are replaced.

    A level that is covered in part only is noted: its other units have no outline, or one from an earlier file.
    Raises DomainError boundary_file_too_large, boundary_file_unreadable, boundary_file_invalid (with everything wrong;
    then nothing is loaded).
    """
    file = read(path)
    shapes, problems = file.shapes, file.problems
    units = _units(shapes, on, problems)
    if problems:
        problems.sort(key=_feature_of)
        raise DomainError(
            Message(
                f"Tệp ranh giới {path.name} có {len(problems)} lỗi; chưa nạp gì.",
                f"The boundary file {path.name} has {len(problems)} faults; nothing was loaded.",
            ),
            code="boundary_file_invalid",
            problems=problems,
        )
    kept = simplified([shape.polygons for shape in shapes])
    credit = credit or file.credit or UNKNOWN_CREDIT
    rows = [
        Boundary(
            unit_id=units[shape.number],
            coordinates=coordinates,
            credit=credit[:400],
            file_name=path.name[:200],
            sha256=file.sha256,
            loaded_at=at,
        )
        for shape, coordinates in zip(shapes, kept, strict=True)
    ]
    with transaction.atomic():
        replaced, _ = Boundary.objects.filter(unit__in=units.values()).delete()
        Boundary.objects.bulk_create(rows, batch_size=200)
    before = sum(map(points, (shape.polygons for shape in shapes)))
    notes = tuple(_lacking(units.values(), on))
    return Loaded(len(rows) - replaced, replaced, before, sum(map(points, kept)), credit, notes)


def _feature_of(problem: Problem) -> int:
    """Number of the feature a problem stands in; what concerns the whole file comes first."""
    found = re.match(r"features\[([0-9]+)\]", problem.where)
    return int(found[1]) if found else -1


# --- which unit ----------------------------------------------------------------------------------------------
def _versions(on: date) -> QuerySet[UnitVersion]:
    return UnitVersion.objects.filter(from_date__lte=on).filter(Q(end_date=None) | Q(end_date__gt=on))


def _units(shapes: Sequence[Shape], on: date, problems: list[Problem]) -> dict[int, str]:
    """Unit of each feature by its number; what can't be matched is a problem."""
    codes: dict[str, list[str]] = {}
    parents: dict[str, str | None] = {}
    code_of: dict[str, str] = {}
    for unit, code, parent in _versions(on).values_list("unit_id", "code", "parent_id"):
        codes.setdefault(code, []).append(unit)
        parents[unit], code_of[unit] = parent, code
    names = _names(unit for shape in shapes for unit in codes.get(shape.code, []))
    times = Counter(shape.code for shape in shapes)
    found: dict[int, str] = {}
    for shape in shapes:
        known = codes.get(shape.code, [])
        field = "properties.code"
        message = _mismatch(shape, known, times[shape.code], on)
        if message is None and shape.province and shape.province not in _above(known[0], parents, code_of):
            message = Message(
                f"Mã {shape.code} không thuộc tỉnh {shape.province} theo địa giới ngày {format_date(on)}.",
                f"The code {shape.code} does not lie in the province {shape.province} on the map of "
                f"{format_date(on)}.",
            )
        if message is None and (message := _other_name(shape, names[known[0]], on)) is not None:
            field = "properties.name"
        if message is None:
            found[shape.number] = known[0]
        else:
            problems.append(Problem(message, where=shape.where, field=field))
    return found


def _names(unit_ids: Iterable[str]) -> dict[str, list[str]]:
    """Every name each unit has borne, the newest first, each also after its type and in English."""
    rows = UnitVersion.objects.filter(unit__in=set(unit_ids)).order_by("-from_date")
    names: dict[str, list[str]] = {}
    for unit, vietnamese, kind, english in rows.values_list("unit_id", "name_vi", "type_vi", "name_en"):
        names.setdefault(unit, []).extend([vietnamese, f"{kind} {vietnamese}", english])
    return names


def _other_name(shape: Shape, names: Sequence[str], on: date) -> Message | None:
    """A code that names one unit and a name of another: the file was made for another map.

    Spelling (Hoà, Hòa), marks and a name the unit bore on another day don't matter: its extent is the same.
    """
    if not shape.name or _plain(shape.name) in map(_plain, names):
        return None
    day = format_date(on)
    return Message(
        f"Mã {shape.code} theo địa giới ngày {day} là {names[0]}, trong tệp là {shape.name}: tệp của địa giới khác? "
        "Chọn ngày bằng --map, hoặc sửa mã hay tên.",
        f"The code {shape.code} is {names[0]} on the map of {day}, in the file it is {shape.name}: is the file of "
        "another map? Choose the day with --map, or mend code or name.",
    )


def _plain(name: str) -> str:
    """Letters and digits alone, without diacritics."""
    return re.sub(r"[^a-z0-9]", "", fold(name))


def _lacking(loaded: Collection[str], on: date) -> Iterator[Message]:
    """Where units beside the loaded ones, of the same level and parent, have no boundary."""
    rows = list(_versions(on).values_list("unit_id", "name_vi", "parent_id", "unit__level_id"))
    within = {(parent, level) for unit, _, parent, level in rows if unit in set(loaded)}
    drawn = set(Boundary.objects.values_list("unit_id", flat=True))
    names = {unit: name for unit, name, _, _ in rows}
    levels = {level.code: level for level in Level.objects.all()}
    for parent, code in sorted(within, key=str):
        beside = [unit for unit, _, above, level in rows if (above, level) == (parent, code)]
        missing = [unit for unit in beside if unit not in drawn]
        if not missing:
            continue
        shown = ", ".join(names[unit] for unit in missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else "")
        done, day, level = len(beside) - len(missing), format_date(on), levels[code]
        place = f" ({names[parent]})" if parent in names else ""
        yield Message(
            f"{level.name_vi}{place}: mới có {done} trong {len(beside)} ranh giới theo địa giới ngày {day}; "
            f"còn thiếu {shown}.",
            f"{level.name_en}{place}: {done} of {len(beside)} boundaries on the map of {day}; missing: {shown}.",
        )


def _mismatch(shape: Shape, known: Collection[str], times: int, on: date) -> Message | None:
    if times > 1:
        return Message(f"Mã {shape.code} có {times} lần.", f"The code {shape.code} stands {times} times.")
    if not known:
        return Message(
            f"Không có đơn vị mã {shape.code} theo địa giới ngày {format_date(on)}; chọn ngày khác bằng --map.",
            f"There is no unit with the code {shape.code} on the map of {format_date(on)}; choose another day with "
            "--map.",
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
