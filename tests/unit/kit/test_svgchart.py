"""Geometry of the small pictures."""

from __future__ import annotations

from tamdao.kit.icons import STATES, line_icon, state_icon
from tamdao.kit.svgchart import Point, bar, percent, place, segments, spark, trend

RANKS = [
    Point("2020", 55, "55"),
    Point("2021", 12, "12", break_before="922"),
    Point("2022", 18, "18"),
    Point("2023", 44, "44"),
    Point("2024", 20, "20", break_before="405"),
]


def number(length: str) -> float:
    return float(length.rstrip("%em"))


def test_lengths_are_clipped_to_the_picture() -> None:
    assert percent(0.6142) == "61.42%"
    assert percent(-1) == "0%"
    assert percent(7) == "100%"
    assert place(15, 63, 1) > place(40, 63, 1)  # ranks: small is far


def test_target_and_value_share_one_scale() -> None:
    drawn = bar(actual=61.4, target=75)
    assert drawn.end == "61.4%"
    assert drawn.goal == "75%"


def test_no_value_draws_no_bar_and_still_the_target() -> None:
    drawn = bar(actual=None, target=100)
    assert drawn.end is None
    assert drawn.goal == "100%"


def test_zero_is_a_bar_of_no_length_not_a_missing_one() -> None:
    assert bar(actual=0, target=10).end == "0%"


def test_negative_values_start_at_zero() -> None:
    drawn = bar(actual=-5, target=10)
    assert drawn.start == percent(place(0, -5, 10.5))
    assert drawn.end == "0%"


def test_segments_fill_the_bar_in_the_order_of_states() -> None:
    parts = segments({"no_data": 1, "met": 3, "behind": 0, "missed": 2})
    assert [part.state for part in parts] == ["met", "missed", "no_data"]
    assert sum(part.count for part in parts) == 6
    assert parts[-1].hatched
    assert not parts[0].hatched
    assert parts[-1].x_end == "100%"
    assert segments({}) == []


def test_the_line_is_cut_where_the_edition_changes() -> None:
    drawn = trend(RANKS, reverse=True)
    assert len(drawn.marks) == 5
    assert len(drawn.lines) == 2
    assert [mark["text"] for mark in drawn.breaks] == ["922", "405"]
    assert [mark["x"] for mark in drawn.breaks] == ["17.75%", "82.25%"]


def test_the_best_rank_stands_highest() -> None:
    heights = {mark.point.text: number(mark.y) for mark in trend(RANKS, reverse=True).marks}
    assert min(heights, key=heights.__getitem__) == "12"
    assert max(heights, key=heights.__getitem__) == "55"


def test_values_and_labels_stay_inside() -> None:
    for mark in trend(RANKS, reverse=True, height=10.5).marks:
        assert 0.9 < number(mark.text_y) < 10.5 - 1.2


def test_a_trend_with_doors_is_no_picture_that_hides_them() -> None:
    assert not trend(RANKS).linked
    assert trend([Point("a", 1), Point("b", 2, href="/b/")]).linked


def test_a_missing_value_leaves_a_gap() -> None:
    drawn = trend([Point("a", 1), Point("b", None), Point("c", 3)])
    assert len(drawn.marks) == 2
    assert drawn.lines == []
    assert drawn.summary[1] == "b: –"


def test_one_value_and_equal_values_are_drawn() -> None:
    assert len(trend([Point("a", 5)]).marks) == 1
    assert len(trend([Point("a", 5), Point("b", 5)]).lines) == 1
    assert trend([]).marks == []


def test_sparkline_pieces() -> None:
    assert len(spark([1, 2, None, 3])) == 2
    assert spark([None]) == []
    assert spark([4]) == ["50.0,15.0 50.0,15.0"]  # a dot: a line of no length


def test_every_state_has_its_own_outline() -> None:
    assert len({mark.drawing for mark in STATES.values()}) == len(STATES) == 7
    assert len({mark.word.vi for mark in STATES.values()}) == 7
    assert "<svg" in state_icon("met")
    assert line_icon("unknown name") == line_icon("dot")
