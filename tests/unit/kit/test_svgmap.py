"""Server-side maps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tamdao.kit.errors import DomainError
from tamdao.kit.svgmap import MapShapes, Region, Shape, draw, load, quantile_classes

SHAPES = MapShapes(
    view_box=(0, 0, 100, 100),
    shapes={
        key: Shape(key, key.upper(), f"M{place} 0h5v5z", (place, 0, place + 5, 5))
        for place, key in enumerate("abc")
    },
    credit="nobody",
)


def test_members_become_one_region_and_the_rest_stays() -> None:
    drawn = draw(SHAPES, [Region("new", ("a", "b"), "q3", "A and B", "/new")])
    by_id = {region.id: region for region in drawn.regions}
    assert by_id["new"].paths == ["M0 0h5v5z", "M1 0h5v5z"]
    assert by_id["c"].css == "none"
    assert drawn.view_box == "0 0 100 100"


def test_the_marked_region_is_drawn_last() -> None:
    drawn = draw(SHAPES, [Region("1", ("a",), me=True), Region("2", ("b",))])
    assert drawn.regions[-1].id == "1"


def test_an_unknown_member_is_an_error() -> None:
    with pytest.raises(KeyError):
        draw(SHAPES, [Region("x", ("nowhere",))])


def test_labels_stay_in_the_picture() -> None:
    label = draw(SHAPES, [], labels={"a": "A"}).labels[0]
    assert 0 <= label.x <= 100
    assert 0 < label.y <= 100


def test_before_the_build_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        load(tmp_path / "vietnam.json")
    assert refused.value.code == "assets_not_built"


def test_classes_of_equal_size_and_ties_together() -> None:
    classes, bounds = quantile_classes({str(number): float(number) for number in range(10)})
    assert [list(classes.values()).count(group) for group in range(5)] == [2] * 5
    assert bounds[0] == (0.0, 1.0)
    tied, _ = quantile_classes(dict.fromkeys("abcdef", 1.0))
    assert set(tied.values()) == {0}
    assert quantile_classes({}) == ({}, [])
