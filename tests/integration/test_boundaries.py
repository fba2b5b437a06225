"""Boundary files: sound ones are taken whole, broken ones not at all, with everything wrong said at once."""

from __future__ import annotations

import copy
import json
import os
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tamdao.config.cli import run
from tamdao.core.packs import api
from tamdao.core.units import boundaries, boundary_files
from tamdao.core.units.models import Boundary
from tamdao.kit.errors import DomainError
from tests.integration.pack_samples import SMALL, write
from tests.support import INSTALLED_AT

pytestmark = pytest.mark.django_db

ON = date(2025, 7, 1)
Json = dict[str, Any]


def square(west: float, south: float, size: float = 1.0) -> list[list[float]]:
    """A closed square, counter-clockwise."""
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: str, *rings: list[list[float]], **properties: str) -> Json:
    """One feature with a Polygon."""
    geometry = {"type": "Polygon", "coordinates": list(rings)}
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": geometry}


GOOD: Json = {
    "type": "FeatureCollection",
    "features": [
        feature("25", square(105, 21), square(105.4, 21.4, 0.2), province="25"),
        feature("46", square(107, 16)),
    ],
}


@pytest.fixture(autouse=True)
def _units(tmp_path: Path) -> None:
    api.install(write(tmp_path / "small", SMALL), by="test", at=INSTALLED_AT)


def load(folder: Path, document: Json | str | bytes, credit: str = "Sở") -> boundaries.Loaded:
    """Load a document on the map of 1 July 2025."""
    path = folder / "map.geojson"
    if isinstance(document, dict):
        document = json.dumps(document)
    path.write_bytes(document.encode() if isinstance(document, str) else document)
    return boundaries.load(path, credit=credit, on=ON, at=INSTALLED_AT)


def test_a_file_is_loaded_and_loading_again_replaces(tmp_path: Path) -> None:
    first = load(tmp_path, GOOD)
    assert (first.new, first.replaced, first.points_kept) == (2, 0, 15)
    assert set(Boundary.objects.values_list("unit", flat=True)) == {"25@2025-07-01", "46@2020-01-01"}
    moved = copy.deepcopy(GOOD)
    moved["features"] = [feature("25", square(106, 21))]
    second = load(tmp_path, moved, credit="")
    assert (second.new, second.replaced, second.credit) == (0, 1, boundaries.UNKNOWN_CREDIT)
    assert Boundary.objects.get(unit="25@2025-07-01").coordinates[0][0][0] == [106, 21]
    assert Boundary.objects.count() == 2


def _set(*path: Any, to: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        here: Any = document
        for part in path[:-1]:
            here = here[part]
        here[path[-1]] = to

    return change


RING = ("features", 1, "geometry", "coordinates", 0)
BOW_TIE = [[107, 16], [108, 17], [108, 16], [107, 17], [107, 16]]
FAULTS: dict[str, tuple[Callable[[Json], None], str, str, str]] = {
    "open ring": (_set(*RING, 4, to=[107.2, 16]), "features[1] (46)", "geometry.coordinates[0][0]", "is open"),
    "three points": (_set(*RING, to=square(107, 16)[:3]), "features[1] (46)", "geometry.coordinates[0][0]", "at least 4"),
    "crosses itself": (_set(*RING, to=BOW_TIE), "features[1] (46)", "geometry", "crosses itself"),
    "no area": (_set(*RING, to=[[107, 16]] * 5), "features[1] (46)", "geometry", "too few different positions"),
    "hole outside": (_set("features", 0, "geometry", "coordinates", 1, to=square(110, 12)), "features[0] (25)", "geometry", "lies outside its outline at (110, 12)"),
    "latitude first": (_set(*RING, to=[[y, x] for x, y in square(107, 16)]), "features[1] (46)", "geometry.coordinates[0][0]", "longitude first"),
    "metres": (_set(*RING, 1, to=[586000.5, 2326000.1]), "features[1] (46)", "geometry.coordinates[0][0]", "in metres"),
    "another country": (_set(*RING, to=square(2, 48)), "features[1] (46)", "geometry.coordinates[0][0]", "outside"),
    "no number": (_set(*RING, 1, to=["107", "16"]), "features[1] (46)", "geometry.coordinates[0][0]", "not [longitude"),
    "a truth value": (_set(*RING, 1, to=[True, 16]), "features[1] (46)", "geometry.coordinates[0][0]", "not [longitude"),
    "no ring": (_set(*RING, to=None), "features[1] (46)", "geometry.coordinates[0][0]", "at least 4"),
    "no geometry": (_set("features", 1, "geometry", to=None), "features[1] (46)", "geometry", "Polygon"),
    "a point": (_set("features", 1, "geometry", "type", to="Point"), "features[1] (46)", "geometry", "Polygon"),
    "unknown code": (_set("features", 1, "properties", "code", to="99"), "features[1] (99)", "properties.code", "no unit"),
    "code of the old map": (_set("features", 1, "properties", "code", to="26"), "features[1] (26)", "properties.code", "01/07/2025"),
    "code as number": (_set("features", 1, "properties", "code", to=46), "features[1]", "properties.code", "as text"),
    "no properties": (_set("features", 1, "properties", to=None), "features[1]", "properties.code", "missing"),
    "no feature": (_set("features", 1, to="Huế"), "features[1]", "properties.code", "missing"),
    "code twice": (_set("features", 1, "properties", "code", to="25"), "features[1] (25)", "properties.code", "2 times"),
    "other province": (_set("features", 1, "properties", "province", to="25"), "features[1] (46)", "properties.code", "does not lie in"),
    "name of another unit": (_set("features", 1, "properties", "name", to="Quảng Trị"), "features[1] (46)", "properties.name", "is Huế on the map of 01/07/2025, in the file it is Quảng Trị"),
    "not a number": (_set(*RING, 2, to=[float("nan"), 16]), "features[1] (46)", "geometry.coordinates[0][0]", "Position 2 is not [longitude"),
    "no number after all": (_set("features", 1, to=float("nan")), "features[1]", "properties.code", "missing"),
    "projected": (_set("crs", to={"type": "name", "properties": {"name": "EPSG:3405"}}), "crs", "", "EPSG:4326"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_said_at_its_place_and_nothing_is_loaded(fault: str, tmp_path: Path) -> None:
    change, where, field, words = FAULTS[fault]
    document = copy.deepcopy(GOOD)
    change(document)
    with pytest.raises(DomainError) as refusal:
        load(tmp_path, document)
    assert refusal.value.code == "boundary_file_invalid"
    found = [(problem.where, problem.field, problem.message.en) for problem in refusal.value.problems]
    assert any(place == where and name == field and words in said for place, name, said in found), found
    assert not Boundary.objects.exists()


def test_everything_wrong_comes_at_once(tmp_path: Path) -> None:
    document = {**GOOD, "features": [feature("99", square(105, 21)), feature("25", square(107, 16)[:4])]}
    with pytest.raises(DomainError) as refusal:
        load(tmp_path, document)
    assert {problem.where for problem in refusal.value.problems} == {"features[0] (99)", "features[1] (25)"}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"type": "FeatureCollection", "features": []}', b"\xff\xfe", "[" * 100_000,
     '{"type": "FeatureCollection", "features": [' + "1" * 5000 + "]}", '{"type": "Feature"}'],
)  # fmt: skip
def test_a_file_that_is_no_geojson(text: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refusal:
        load(tmp_path, text)
    assert refusal.value.code == "boundary_file_unreadable"


def test_a_file_of_200_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.geojson"
    with path.open("wb") as file:
        file.truncate(200 * 1024**2)
    with pytest.raises(DomainError, match="200 MB, tối đa 64 MB") as refusal:
        boundaries.load(path, credit="", on=ON, at=INSTALLED_AT)
    assert refusal.value.code == "boundary_file_too_large"


def test_what_is_no_file_is_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(DomainError, match="không phải tệp thường") as refusal:
            boundaries.load(path, credit="", on=ON, at=INSTALLED_AT)
        assert refusal.value.code == "boundary_file_unreadable"


def test_no_more_than_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # a file may grow after its size was asked
    monkeypatch.setattr(boundary_files, "MAX_FILE_BYTES", 100)
    monkeypatch.setattr(Path, "stat", lambda _path: os.stat_result((stat.S_IFREG, *[0] * 9)))
    (tmp_path / "map.geojson").write_bytes(b" " * 1000)
    with pytest.raises(DomainError) as refusal:
        boundary_files.read(tmp_path / "map.geojson")
    assert refusal.value.code == "boundary_file_too_large"


def test_faults_come_in_the_order_of_the_features_also_codes_of_broken_outlines(tmp_path: Path) -> None:
    broken = feature("46", square(107, 16)[:4])
    document = {**GOOD, "features": [feature("99", square(105, 21)), broken, feature("46", square(107, 16))]}
    with pytest.raises(DomainError) as refusal:
        load(tmp_path, document)
    places = [(problem.where, problem.field) for problem in refusal.value.problems]
    assert places == [
        ("features[0] (99)", "properties.code"),
        ("features[1] (46)", "geometry.coordinates[0][0]"),
        ("features[1] (46)", "properties.code"),
        ("features[2] (46)", "properties.code"),
    ]


@pytest.mark.parametrize("name", ["Huế", "THANH PHO HUE", "Thành phố Huế", "Thừa Thiên - Huế", ""])
def test_spelling_and_former_names_of_the_same_unit_do_not_matter(name: str, tmp_path: Path) -> None:
    document = {**GOOD, "features": [feature("46", square(107, 16), name=name)]}
    assert load(tmp_path, document).new == 1


def test_a_level_covered_in_part_is_said(tmp_path: Path) -> None:
    [note] = load(tmp_path, {**GOOD, "features": [feature("25", square(105, 21))]}).notes
    assert (
        note.vi == "Tỉnh (Việt Nam): mới có 1 trong 2 ranh giới theo địa giới ngày 01/07/2025; còn thiếu Huế."
    )
    assert "1 of 2 boundaries on the map of 01/07/2025; missing: Huế" in note.en
    # the other one is there from another file
    assert load(tmp_path, {**GOOD, "features": [feature("46", square(107, 16))]}).notes == ()


def test_sentences_hold_nothing_of_the_library(tmp_path: Path) -> None:
    document = copy.deepcopy(GOOD)
    _set(*RING, to=BOW_TIE)(document)
    with pytest.raises(DomainError) as refusal:
        load(tmp_path, document)
    assert refusal.value.problems[0].message.vi == "Đường ranh giới tự cắt tại (107.5, 16.5)."


def test_many_points_are_simplified_and_neighbours_still_touch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boundaries, "MANY_POINTS", 50)
    border = [[106 + (step % 2) * 0.0000001, 21 + step / 100] for step in range(101)]
    left: list[list[float]] = [[105, 21], *border, [105, 22], [105, 21]]
    right: list[list[float]] = [[107, 21], [107, 22], *reversed(border), [107, 21]]
    done = load(tmp_path, {**GOOD, "features": [feature("25", left), feature("46", right)]})
    assert done.points_kept < 20 < done.points_read
    kept = {
        boundary.unit_id: {tuple(point) for point in boundary.coordinates[0][0]}
        for boundary in Boundary.objects.all()
    }
    assert {(106.0, 21.0), (106.0, 22.0)} <= kept["25@2025-07-01"] & kept["46@2020-01-01"]


def test_paths_fill_the_drawing_and_are_read_once(
    tmp_path: Path, django_assert_num_queries: Callable[[int], Any]
) -> None:
    load(tmp_path, {**GOOD, "features": [feature("25", square(105, 21), square(105.4, 21.4, 0.2))]})
    with django_assert_num_queries(2):
        paths = boundaries.boundary_paths(["25@2025-07-01", "46@2020-01-01"], 200, 100)
    with django_assert_num_queries(1):
        assert boundaries.boundary_paths(["46@2020-01-01", "25@2025-07-01"], 200, 100) == paths
    [(unit, path)] = paths.items()
    assert unit == "25@2025-07-01"
    # one degree of longitude is cos(21.5°) of one of latitude: 93 wide in the middle of 200, 100 high, the hole cut out
    assert path == "M53.5 100.0L146.5 100.0L146.5 0.0L53.5 0.0ZM90.7 60.0L109.3 60.0L109.3 40.0L90.7 40.0Z"
    assert boundaries.credits_of(paths) == ["Sở"]


def test_nothing_loaded_draws_nothing() -> None:
    assert boundaries.boundary_paths(["25@2025-07-01"], 100, 100) == {}


def test_points_that_fall_together_are_drawn_once() -> None:
    assert (
        boundaries._ring_path([(0, 0), (0.01, 0.01), (1, 0), (1, 1), (0, 0)]) == "M0.0 0.0L1.0 0.0L1.0 1.0Z"
    )


def test_height_is_left_out(tmp_path: Path) -> None:
    high = [[*position, 12.5] for position in square(107, 16)]
    load(tmp_path, {**GOOD, "features": [feature("46", high)]})
    assert Boundary.objects.get().coordinates[0][0][0] == [107, 16]
    assert boundary_files.MAX_FILE_BYTES < 200 * 1024**2


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps({**GOOD, "credit": "Sở Nông nghiệp và Môi trường"}), encoding="utf-8")
    assert run(["boundaries", "load", str(path), "--map", "01/07/2025"]) == 0
    assert "2 new, 0 replaced (15 → 15 điểm · points). Nguồn · credit: Sở Nông" in capsys.readouterr().out
    assert run(["boundaries", "load", str(path), "--map", "2019-01-01"]) == 1
    assert "features[0] (25): properties.code: Không có đơn vị mã 25" in capsys.readouterr().err
    assert run(["boundaries", "load", str(path), "--map", "soon"]) == 2
    assert run(["boundaries", "load", str(tmp_path / "nowhere")]) == 2
    assert run(["boundaries", "load", "--help"]) == 0
    assert "example" in capsys.readouterr().out


def test_a_map_date_that_cannot_be_read_is_a_command_not_understood(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "any.geojson"
    file.write_text("{}", encoding="utf-8")
    assert run(["boundaries", "load", str(file), "--map", "soon"]) == 2
    assert "không phải là một ngày" in capsys.readouterr().err
