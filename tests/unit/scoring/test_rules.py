"""Points, totals and pillars by the published figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamdao.modules.scoring import rules
from tamdao.modules.scoring.rules import Main, Points, Scheme

F = Fraction
FOUNDATION = ("awareness", "institutions", "infrastructure", "human_resources", "security")


def scheme(foundation: tuple[int, ...], activities: tuple[int, int, int], total: int | None = None) -> Scheme:
    mains = [Main(key, F(points)) for key, points in zip(FOUNDATION, foundation, strict=True)]
    mains += [
        Main(pillar, F(points), pillar) for pillar, points in zip(rules.PILLARS, activities, strict=True)
    ]
    return Scheme(tuple(mains), F(total if total is not None else sum(foundation) + sum(activities)))


OF_922 = scheme((100, 100, 100, 100, 100), (200, 150, 150))
OF_405 = scheme((50, 50, 140, 100, 100), (200, 150, 150))
OF_1726 = Scheme((), F(1000))
TRA_VINH_2022 = {
    "DTI": F("0.6077"), "infrastructure": F("0.6540"),
    "government": F("0.6350"), "economy": F("0.6083"), "society": F("0.3240"),
}  # fmt: skip


def test_the_pillars_of_tra_vinh_2022() -> None:
    found = [rules.pillar_points(OF_922, TRA_VINH_2022, pillar) for pillar in rules.PILLARS]
    assert [rules.displayed(points.score) for points in found if points] == [
        Decimal("0.6684"), Decimal("0.6648"), Decimal("0.5992"),
    ]  # fmt: skip
    assert [points.maximum for points in found if points] == [700, 650, 650]
    assert all(points.derived for points in found if points)


def test_maxima_of_2024() -> None:
    scores = {main.key: F(1) for main in OF_405.mains}
    assert [rules.pillar_points(OF_405, scores, pillar) for pillar in rules.PILLARS] == [
        Points(F(640), F(640)), Points(F(590), F(590)), Points(F(590), F(590)),
    ]  # fmt: skip


def test_points_won() -> None:
    main = Main("infrastructure", F(140))
    assert rules.points_won(main, {"infrastructure": F("0.8211")}) == F("114.954")
    assert rules.points_won(main, {}) is None
    assert rules.points_won(Main("x", None), {"x": F(1)}) is None
    assert rules.points_won(main, {"infrastructure": F(0)}) == 0


def test_a_published_total_goes_before_an_added_one() -> None:
    scores = {main.key: F(1, 2) for main in OF_922.mains}
    assert rules.total_points(OF_922, scores) == Points(F(500), F(1000), derived=True)
    assert rules.total_points(OF_922, scores | {"DTI": F(3, 5)}) == Points(F(600), F(1000))
    del scores["security"]
    assert rules.total_points(OF_922, scores) is None
    # without the points assessed in all, the published total says nothing about points
    assert rules.total_points(Scheme(OF_922.mains, None), {"DTI": F(1)}) is None
    assert rules.total_points(OF_1726, {"DTI": F(1, 2)}) == Points(F(500), F(1000))
    assert rules.total_points(OF_1726, {}) is None


def test_foundation_points_added_or_derived() -> None:
    every = {main.key: F(1, 2) for main in OF_922.mains} | {"DTI": F(1, 2)}
    assert rules.foundation_points(OF_922, every) == Points(F(250), F(500))
    some = {key: score for key, score in every.items() if key != "security"}
    assert rules.foundation_points(OF_922, some) == Points(F(250), F(500), derived=True)


@pytest.mark.parametrize("absent", ["DTI", "government", "economy", "society"])
def test_unknown_parts_stay_unknown(absent: str) -> None:
    scores = {key: score for key, score in TRA_VINH_2022.items() if key != absent}
    assert rules.foundation_points(OF_922, scores) is None
    assert all(rules.pillar_points(OF_922, scores, pillar) is None for pillar in rules.PILLARS)


def test_an_activity_without_its_own_score() -> None:
    scores = {main.key: F(1) for main in OF_922.mains if main.key != "economy"}
    assert rules.pillar_points(OF_922, scores, "economy") is None
    assert rules.pillar_points(OF_922, scores, "society") == Points(F(650), F(650))
    unweighed = Scheme((*OF_922.mains[:5], Main("government", None, "government")), F(1000))
    assert rules.pillar_points(unweighed, {main.key: F(1) for main in unweighed.mains}, "government") is None


def test_pillars_of_2020_were_parts_of_the_total() -> None:
    assert not rules.composes_pillars(OF_1726)
    assert rules.composes_pillars(OF_922)
    assert rules.foundation_points(OF_1726, {"DTI": F(1)}) is None
    assert rules.pillar_points(OF_1726, {"DTI": F(1)}, "economy") is None
    twice = Scheme((*OF_922.mains, Main("other", F(10), "economy")), F(1010))
    assert not rules.composes_pillars(twice)


def test_a_foundation_without_points_gives_none() -> None:
    odd = scheme((0, 0, 0, 0, 0), (200, 150, 150))
    scores = {"DTI": F(1, 2), "government": F(1, 2), "economy": F(1, 2), "society": F(1, 2)}
    assert rules.foundation_points(odd, scores) is None


def test_keys_of_tables() -> None:
    assert [rules.index_key(pillar) for pillar in rules.PILLARS] == [
        "pillar:Chính quyền số", "pillar:Kinh tế số", "pillar:Xã hội số",
    ]  # fmt: skip


def test_four_decimals_half_up() -> None:
    assert rules.displayed(F("0.69725")) == Decimal("0.6973")
    assert rules.displayed(F(2, 3)) == Decimal("0.6667")
    assert str(rules.displayed(F(1, 2))) == "0.5000"


scores_of_main = st.fixed_dictionaries(
    {main.key: st.integers(0, 10000).map(lambda n: F(n, 10000)) for main in OF_405.mains}
)


@given(scores_of_main)
def test_derived_foundation_equals_the_added_one(scores: dict[str, Fraction]) -> None:
    """With the exact total nothing is lost by deriving; rounding of the published total is all that can differ."""
    total = rules.total_points(OF_405, scores)
    assert total is not None
    added = rules.foundation_points(OF_405, scores)
    hidden = {key: score for key, score in scores.items() if key not in FOUNDATION} | {"DTI": total.score}
    derived = rules.foundation_points(OF_405, hidden)
    assert added is not None
    assert derived is not None
    assert (derived.won, derived.maximum) == (added.won, added.maximum)
    assert (added.derived, derived.derived) == (False, True)


@given(st.lists(scores_of_main, min_size=2, max_size=4))
def test_pillars_of_the_mean_are_the_mean_of_the_pillars(many: list[dict[str, Fraction]]) -> None:
    """Converting first or last is the same for plain means: the ministry's new provinces may be checked either way."""
    mean = {key: sum((one[key] for one in many), F(0)) / len(many) for key in many[0]}
    for pillar in rules.PILLARS:
        single = [rules.pillar_points(OF_405, one, pillar) for one in many]
        merged = rules.pillar_points(OF_405, mean, pillar)
        assert merged is not None
        assert merged.score == sum((points.score for points in single if points), F(0)) / len(many)
