"""Map conversion by example: rules, composed shares, faults in their order, checks of links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest

from tamdao.analytics import mapconv
from tamdao.analytics.mapconv import Converted, Link, Term
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

F = Fraction
HALF = F(1, 2)
MERGE = [Link("a", "n", F(1)), Link("b", "n", F(1)), Link("c", "n", F(1))]


def into(links: list[Link]) -> Callable[[str], list[Link]]:
    return lambda unit: [link for link in links if link.to_id == unit]


def out_of(links: list[Link]) -> Callable[[str], list[Link]]:
    return lambda unit: [link for link in links if link.from_id == unit]


def asked(
    unit: str,
    rule: mapconv.Rule,
    links: list[Link],
    values: Mapping[str, int | Fraction],
    weights: dict[str, int] | None = None,
) -> mapconv.Conversion:
    return mapconv.value_on_map(
        unit,
        rule,
        {key: F(value) for key, value in values.items()},
        predecessors=into(links),
        successors=out_of(links),
        weights=None if weights is None else {key: F(value) for key, value in weights.items()},
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("sum", F(6)), ("mean", F(2)), ("max", F(3)), ("weighted_mean", F(7, 3))],
)
def test_each_rule_over_a_merger(rule: mapconv.Rule, expected: Fraction) -> None:
    found = asked("n", rule, MERGE, {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 2, "c": 3})
    assert (found.state, found.value) == ("converted", expected)
    assert found.terms == (Term("a", F(1)), Term("b", F(1)), Term("c", F(1)))


def test_the_ministrys_mean_is_exact() -> None:
    found = asked("n", "mean", MERGE, {"a": F("0.7389"), "b": F("0.6650"), "c": F("0.6880")})
    assert found.value == F("2.0919") / 3


def test_a_reported_value_is_never_overwritten() -> None:
    found = asked("n", "sum", MERGE, {"n": 100, "a": 1, "b": 2, "c": 3})
    assert (found.state, found.value) == ("reported", F(100))
    assert asked("n", "none", MERGE, {"n": 100}).value == F(100)


def test_no_partial_sum() -> None:
    found = asked("n", "sum", MERGE, {"a": 1, "b": 2})
    assert (found.state, found.value, found.at) == ("missing", None, ("c",))


def test_zero_is_a_value() -> None:
    assert asked("n", "sum", MERGE, {"a": 0, "b": 0, "c": 0}).value == F(0)


def test_an_unknown_share_is_not_known_and_said_before_what_is_missing() -> None:
    links = [Link("a", "n", None), Link("b", "n", F(1))]
    assert asked("n", "sum", links, {"a": 1, "b": 2}).at == ("a",)
    assert asked("n", "sum", links, {"a": 1}).state == "not_known"
    assert asked("n", "sum", links, {}).state == "missing"


def test_a_part_takes_part_of_a_sum_but_of_no_mean_and_no_maximum() -> None:
    links = [Link("a", "n", HALF), Link("a", "m", HALF), Link("b", "n", F(1))]
    values = {"a": 10, "b": 1}
    assert asked("n", "sum", links, values).value == F(6)
    assert asked("n", "weighted_mean", links, values, {"a": 4, "b": 1}).value == F(21, 3)
    assert asked("n", "mean", links, values).state == "not_known"
    assert asked("n", "max", links, values).at == ("a",)


def test_not_convertible() -> None:
    assert asked("n", "none", MERGE, {"a": 1, "b": 2, "c": 3}).state == "not_convertible"
    # nothing entered yet: that is what is wrong first
    assert asked("n", "none", MERGE, {}).state == "missing"


def test_weights() -> None:
    values: dict[str, int | Fraction] = {"a": 1, "b": 2, "c": 3}
    assert asked("n", "weighted_mean", MERGE, values, {"a": 1}).fault == "weight_missing"
    assert asked("n", "weighted_mean", MERGE, values).at == ("a", "b", "c")
    assert asked("n", "weighted_mean", MERGE, values, {"a": 0, "b": 0, "c": 0}).fault == "weight_zero"
    assert asked("n", "weighted_mean", MERGE, values, {"a": 5, "b": -1, "c": 1}).fault == "weight_zero"
    alone = [Link("a", "n", F(1))]
    assert asked("n", "weighted_mean", alone, {"a": 7}).value == F(7)


def test_chains_are_composed_before_the_rule_is_applied_once() -> None:
    links = [Link("a", "m", F(1)), Link("b", "m", F(1)), Link("m", "n", F(1)), Link("c", "n", F(1))]
    # the mean of a, b and c, not the mean of (mean of a and b) and c
    assert asked("n", "mean", links, {"a": 1, "b": 2, "c": 6}).value == F(3)
    # where the unit in between reported, it stands for its parts
    assert asked("n", "mean", links, {"m": 4, "a": 1, "b": 2, "c": 6}).value == F(5)


def test_shares_multiply_along_a_path_and_add_up_over_paths() -> None:
    links = [
        Link("a", "x", F(2, 5)),
        Link("a", "y", F(3, 5)),
        Link("x", "n", F(1)),
        Link("y", "n", F(1, 3)),
        Link("y", "o", F(2, 3)),
    ]
    assert mapconv.terms("n", {"a"}.__contains__, into(links)) == [Term("a", F(3, 5))]
    whole = [*links[:2], Link("x", "n", F(1)), Link("y", "n", F(1))]
    assert asked("n", "mean", whole, {"a": 8}).value == F(8)


def test_never_backwards() -> None:
    found = asked("a", "sum", MERGE, {"n": 6})
    assert (found.state, found.value, found.at) == ("not_known", None, ("n",))
    far = [*MERGE, Link("n", "z", F(1))]
    assert asked("a", "sum", far, {"z": 6}).at == ("z",)
    assert asked("a", "sum", MERGE, {}).state == "missing"


def test_a_rename_is_no_succession() -> None:
    links = [Link("a", "a", F(1)), *MERGE]
    assert asked("n", "sum", links, {"a": 1, "b": 2, "c": 3}).value == F(6)
    assert asked("a", "sum", links, {"n": 6}).state == "not_known"


def test_a_unit_made_of_nothing_known_stands_for_itself() -> None:
    assert mapconv.terms("n", set[str]().__contains__, into([Link(None, "n", F(1))])) == [Term("n", F(1))]


def test_a_loop_is_refused() -> None:
    loop = [Link("a", "b", F(1)), Link("b", "a", F(1))]
    with pytest.raises(DomainError) as refused:
        mapconv.terms("a", set[str]().__contains__, into(loop))
    assert refused.value.code == "map_cycle"
    assert {problem.code for problem in mapconv.check_links(loop)} == {"cycle"}


def test_every_fault_has_a_sentence_and_a_state() -> None:
    for fault, state in mapconv.STATE_OF_FAULT.items():
        said = mapconv.explain_fault(fault, ["a", "b"], lambda unit: Message(unit.upper(), unit.upper()))
        assert said.vi.endswith(".")
        assert said.en.endswith(".")
        assert state in {"missing", "not_known", "not_convertible"}
    assert (
        "A, B"
        in mapconv.explain_fault("missing", ["a", "b"], lambda unit: Message(unit.upper(), unit.upper())).vi
    )
    assert "…" in mapconv.explain_fault("missing", list("abcdef")).vi


def test_convert_alone() -> None:
    terms = [Term("a", F(1))]
    assert mapconv.convert("sum", terms, {"a": F(3)}) == Converted(F(3))


@pytest.mark.parametrize(
    ("links", "codes"),
    [
        (MERGE, []),
        ([Link("a", "n", F(1)), Link("a", "m", F(1))], ["whole_twice"]),
        ([Link("a", "n", F(2, 3)), Link("a", "m", F(2, 3))], ["above_whole"]),
        ([Link("a", "n", F(1)), Link("a", "m", None)], ["above_whole"]),
        ([Link("a", "n", F(1, 3)), Link("a", "m", F(1, 3))], ["below_whole"]),
        ([Link("a", "n", F(1, 3)), Link("a", "m", None)], []),
        ([Link("a", "n", None), Link("a", "m", None)], []),
        ([Link("a", "n", F(0)), Link("a", "m", F(1))], ["share_out_of_range"]),
        ([Link("a", None, F(1))], []),
        ([Link("a", "a", F(1)), Link("a", "a", F(1)), Link(None, "a", None)], []),
        ([Link("a", "b", F(1)), Link("b", "c", F(1)), Link("c", "b", F(1))], ["cycle", "cycle", "cycle"]),
    ],
)
def test_check_links(links: list[Link], codes: list[str]) -> None:
    assert [problem.code for problem in mapconv.check_links(links)] == codes
    assert [problem.code for problem in mapconv.check_links(links[::-1])] == codes
