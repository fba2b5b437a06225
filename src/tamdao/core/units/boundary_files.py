"""Reading a boundary file: GeoJSON (RFC 7946) with one feature per unit, known by its official code.

Everything wrong comes at once, with the number of the feature and the place in it. No database here.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings

from tamdao.kit import uploads
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

Position = tuple[float, float]
Ring = list[Position]
MultiPolygon = list[list[Ring]]

# Parsed coordinates take about eight times the size of the file: this stays well under 1 GB.
MAX_FILE_BYTES = 64 * 1024 * 1024
# Việt Nam with Hoàng Sa and Trường Sa, in degrees, generously.
LONGITUDES, LATITUDES = (101.0, 119.0), (6.0, 24.0)
_DEGREES = frozenset({"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"})
_MAX_SAID_PER_FEATURE = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """One feature: official code, name and code of the province it says it lies in (or ""), outline in degrees.

    A broken outline is empty: what is wrong with it stands among the problems of the file.
    """

    number: int
    code: str
    name: str
    province: str
    polygons: MultiPolygon

    @property
    def where(self) -> str:
        """How messages name the feature."""
        return f"features[{self.number}] ({self.code})"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: every feature with a code, the problems found, the credit it names, its sha256."""

    shapes: list[Shape]
    problems: list[Problem]
    credit: str
    sha256: str


def read(path: Path) -> Contents:
    """Features and problems of a file.

    Raises DomainError boundary_file_too_large, boundary_file_unreadable.
    """
    raw = _bytes(path)
    _judge(path, raw)
    document = _parsed(path, raw)
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        _refuse(
            path, "phải là GeoJSON loại FeatureCollection", "it must be GeoJSON of the type FeatureCollection"
        )
    features = document.get("features")
    if not isinstance(features, list) or not features:
        _refuse(path, "không có đối tượng nào (features)", "it has no features")
    problems = list(_of_projection(document))
    shapes: list[Shape] = []
    for number, feature in enumerate(features):
        found = _shape(number, feature, problems)
        if found is not None:
            shapes.append(found)
    credit = str(document.get("credit") or document.get("attribution") or "")
    return Contents(shapes, problems, credit, hashlib.sha256(raw).hexdigest())


def _bytes(path: Path) -> bytes:
    """The whole file, never more than the limit: a pipe or a device says nothing of its size and may have no end."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            _refuse(path, "không phải tệp thường", "it is no ordinary file")
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1) if status.st_size <= MAX_FILE_BYTES else b""
    except OSError:
        _refuse(path, "không mở được", "it can't be opened")
    size = max(status.st_size, len(raw))
    if size > MAX_FILE_BYTES:
        most = MAX_FILE_BYTES // 1024**2
        raise DomainError(
            Message(
                f"Tệp {path.name} có {size / 1024**2:.0f} MB, tối đa {most} MB. Hãy đơn giản hóa đường ranh giới "
                "(ví dụ mapshaper, tolerance 0,0005 độ) hoặc chia theo tỉnh.",
                f"The file {path.name} has {size / 1024**2:.0f} MB, the most is {most} MB. Simplify the outlines "
                "(for instance with mapshaper, tolerance 0.0005 degrees) or cut it by province.",
            ),
            code="boundary_file_too_large",
            status=413,
        )
    return raw


def _judge(path: Path, raw: bytes) -> None:
    """The file is text named .geojson or .json, and a virus scanner, where there is one, found nothing in it."""
    try:
        uploads.judge(io.BytesIO(raw), path.name, uploads.BOUNDARY, uploads.Scanner(settings.CLAMD))
    except uploads.UploadRefused as refused:
        raise DomainError(
            Message(f"Không nhận tệp ranh giới {path.name}.", f"The boundary file {path.name} is not taken."),
            code="boundary_file_unreadable",
            problems=refused.problems,
        ) from refused


def _parsed(path: Path, raw: bytes) -> Any:
    try:
        # NaN and Infinity are no JSON; as numbers that are none they are found at their feature
        return json.loads(raw.decode("utf-8-sig"), parse_constant=float)
    except UnicodeDecodeError:
        _refuse(path, "không phải UTF-8", "it is not UTF-8")
    except json.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        _refuse(path, f"không phải JSON (dòng:cột {place})", f"it is no JSON (line:column {place})")
    except RecursionError:
        _refuse(path, "lồng nhau quá sâu", "it is nested too deeply")
    except ValueError:
        # whole numbers of thousands of digits
        _refuse(path, "có số quá dài", "it has a number that is too long")


def _refuse(path: Path, vi: str, en: str) -> NoReturn:
    raise DomainError(
        Message(f"Tệp ranh giới {path.name}: {vi}.", f"The boundary file {path.name}: {en}."),
        code="boundary_file_unreadable",
    )


def _of_projection(document: dict[str, Any]) -> Iterator[Problem]:
    crs = document.get("crs")
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    if name is not None and name not in _DEGREES:
        yield Problem(
            Message(
                f"Hệ tọa độ {name}; cần WGS 84 theo độ (EPSG:4326).",
                f"The coordinates are in {name}; WGS 84 in degrees (EPSG:4326) is needed.",
            ),
            where="crs",
        )


# --- one feature ---------------------------------------------------------------------------------------------
def _shape(number: int, feature: Any, problems: list[Problem]) -> Shape | None:
    """The shape of a feature, its outline empty with problems; None without a code."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    properties = properties if isinstance(properties, dict) else {}
    code = properties.get("code")
    where = f"features[{number}]"
    if not isinstance(code, str) or not code.strip():
        message = Message(
            "Thiếu mã đơn vị: properties.code, dạng chữ như “01” hay “08707”.",
            "The code of the unit is missing: properties.code, as text like “01” or “08707”.",
        )
        problems.append(Problem(message, where=where, field="properties.code"))
        return None
    where = f"{where} ({code})"
    province, name = properties.get("province"), properties.get("name")
    polygons = _polygons(feature.get("geometry"))
    found = [Problem(message, where=where, field=field) for field, message in _faults(polygons)]
    if not found:
        found = [Problem(message, where=where, field="geometry") for message in _crossings(polygons)]
    problems.extend(found[:_MAX_SAID_PER_FEATURE])
    return Shape(
        number,
        code.strip(),
        name.strip() if isinstance(name, str) else "",
        province if isinstance(province, str) else "",
        [] if found or polygons is None else polygons,
    )


def _polygons(geometry: Any) -> Any:
    """Coordinates as those of a MultiPolygon, None for any other geometry; nothing below is checked yet."""
    if not isinstance(geometry, dict):
        return None
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Polygon":
        coordinates = [coordinates]
    elif geometry.get("type") != "MultiPolygon":
        return None
    good = (
        isinstance(coordinates, list)
        and coordinates
        and all(isinstance(part, list) and part for part in coordinates)
    )
    return coordinates if good else None


def _faults(polygons: Any) -> Iterator[tuple[str, Message]]:
    """Broken rings and impossible positions, the first of each ring."""
    if polygons is None:
        yield (
            "geometry",
            Message(
                "Hình phải là Polygon hoặc MultiPolygon.", "The geometry must be Polygon or MultiPolygon."
            ),
        )
        return
    for index, polygon in enumerate(polygons):
        for ring_index, ring in enumerate(polygon):
            message = _ring_fault(ring)
            if message is not None:
                yield f"geometry.coordinates[{index}][{ring_index}]", message


def _ring_fault(ring: Any) -> Message | None:
    if not isinstance(ring, list) or len(ring) < 4:
        return Message("Vòng cần ít nhất 4 điểm.", "A ring has at least 4 positions.")
    for place, position in enumerate(ring):
        message = _position_fault(place, position)
        if message is not None:
            return message
    if ring[0][:2] != ring[-1][:2]:
        return Message(
            "Vòng không khép kín: điểm cuối phải là điểm đầu.",
            "The ring is open: it must end where it starts.",
        )
    return None


def _position_fault(place: int, position: Any) -> Message | None:
    if (
        not isinstance(position, list)
        or len(position) < 2
        or not all(_is_number(part) for part in position[:2])
    ):
        return Message(
            f"Điểm {place} không phải [kinh độ, vĩ độ].", f"Position {place} is not [longitude, latitude]."
        )
    x, y = position[0], position[1]
    if _within(x, LONGITUDES) and _within(y, LATITUDES):
        return None
    if _within(y, LONGITUDES) and _within(x, LATITUDES):
        return Message(
            f"Điểm {place} viết vĩ độ trước; GeoJSON viết kinh độ trước.",
            f"Position {place} has the latitude first; GeoJSON puts the longitude first.",
        )
    if abs(x) > 360 or abs(y) > 360:
        return Message(
            f"Điểm {place} ({x:g}, {y:g}) tính bằng mét (VN-2000?); cần WGS 84 theo độ.",
            f"Position {place} ({x:g}, {y:g}) is in metres (VN-2000?); WGS 84 in degrees is needed.",
        )
    return Message(
        f"Điểm {place} ({x:g}, {y:g}) nằm ngoài Việt Nam.",
        f"Position {place} ({x:g}, {y:g}) lies outside Việt Nam.",
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


# How GEOS names what is wrong (IsValidOp), and what an author can do with it.
_INVALID = {
    "Self-intersection": Message("đường ranh giới tự cắt", "the outline crosses itself"),
    "Ring Self-intersection": Message("đường ranh giới tự cắt", "the outline crosses itself"),
    "Too few points in geometry component": Message(
        "vòng có quá ít điểm khác nhau", "a ring has too few different positions"
    ),
    "Hole lies outside shell": Message("lỗ nằm ngoài đường bao", "a hole lies outside its outline"),
    "Holes are nested": Message("lỗ nằm trong lỗ khác", "a hole lies in another one"),
    "Interior is disconnected": Message("các lỗ chia cắt phần bên trong", "holes cut the inside apart"),
    "Nested shells": Message("một phần nằm trong phần khác", "a part lies within another one"),
    "Duplicate Rings": Message("hai vòng trùng nhau", "a ring stands twice"),
}
_OTHERWISE = Message("hình không hợp lệ", "the shape is not valid")


def _crossings(polygons: Any) -> Iterator[Message]:
    """Rings that cross themselves or each other (simple features, as GEOS judges them), with the place."""
    import shapely

    area = shapely.MultiPolygon([(_flat(part[0]), [_flat(hole) for hole in part[1:]]) for part in polygons])
    if not shapely.is_valid(area):
        reason, _, place = shapely.is_valid_reason(area).partition("[")
        said = _INVALID.get(reason.strip(), _OTHERWISE)
        x, y = re.fullmatch(r"(\S+) (\S+)\]", place).groups()  # type: ignore[union-attr]  # GEOS always adds it
        yield Message(
            f"{said.vi[0].upper()}{said.vi[1:]} tại ({x}, {y}).",
            f"{said.en[0].upper()}{said.en[1:]} at ({x}, {y}).",
        )


def _flat(ring: list[list[float]]) -> list[list[float]]:
    """Positions without height."""
    return [position[:2] for position in ring]
