"""Figures of formula indicators against a slow obvious reference: random formulas, maps and gaps.

The reference knows nothing of the reader: it walks the generated trees with plain fractions, converts the inputs of a
unit first and computes afterwards, and gives None wherever anything needed is absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from tamdao.analytics.mapconv import Link
from tamdao.facts.queries import units
from tamdao.facts.queries.catalogue import Catalogue, IndicatorView, MeasureView, SourceView
from tamdao.facts.queries.derive import Asked, Reader
from tamdao.facts.queries.rows import Key, ObservationView
from tamdao.kit.messages import Message

BASES = ("b0", "b1", "b2")
FORMULAS = ("f0", "f1", "f2")
OLD, NEW = ("o0", "o1", "o2"), ("n0", "n1")
PERIOD = "2024"
COUNT = MeasureView("count", Message("lượt", "count"), "", (), Decimal(1), 0, False)
SOURCES = {"office": SourceView("office", Message("Thống kê", "Statistics"), "document", 1, False)}

Tree = tuple[Any, ...]


@dataclass(frozen=True)
class World:
    """Formulas as trees, arrows with shares, values by (indicator, unit)."""

    formulas: dict[str, Tree]
    links: tuple[Link, ...]
    values: dict[tuple[str, str], int]


@st.composite
def trees(draw: st.DrawFn, names: tuple[str, ...], depth: int = 3) -> Tree:
    """An expression over `names` as a nested tuple."""
    if depth == 0 or draw(st.booleans()):
        leaf = draw(st.one_of(st.sampled_from(names), st.integers(0, 5)))
        return ("name", leaf) if isinstance(leaf, str) else ("number", leaf)
    kind = draw(st.sampled_from(["+", "-", "*", "/", "percent", "coalesce", "sum", "max"]))
    return (kind, draw(trees(names, depth - 1)), draw(trees(names, depth - 1)))


def text_of(tree: Tree) -> str:
    """The tree in the expression language."""
    kind, *parts = tree
    if kind in {"name", "number"}:
        return str(parts[0])
    left, right = text_of(parts[0]), text_of(parts[1])
    return f"({left} {kind} {right})" if kind in "+-*/" else f"{kind}({left}, {right})"


@st.composite
def worlds(draw: st.DrawFn) -> World:
    formulas: dict[str, Tree] = {}
    for name in FORMULAS:
        formulas[name] = draw(trees((*BASES, *formulas)))
    links: list[Link] = []
    for old in OLD:
        half = draw(st.sampled_from(["whole", "split", "unknown"]))
        if half == "whole":
            links.append(Link(old, draw(st.sampled_from(NEW)), Fraction(1), "e"))
        else:
            share = Fraction(draw(st.integers(1, 9)), 10) if half == "split" else None
            links += [
                Link(old, NEW[0], share, "e"),
                Link(old, NEW[1], None if share is None else 1 - share, "e"),
            ]
    places = [(code, unit) for code in (*BASES, *FORMULAS) for unit in (*OLD, *NEW)]
    # values of new units and of formulas are rare, or conversion and computation would hardly ever be asked for
    wanted = {
        (code, unit): draw(st.integers(0, 9))
        for code, unit in places
        if draw(st.integers(0, 9)) < (9 if code in BASES and unit in OLD else 1)
    }
    return World(formulas, tuple(links), wanted)


def reference(world: World, code: str, unit: str) -> Fraction | None:
    """What the figure must be."""
    if (code, unit) in world.values:
        return Fraction(world.values[(code, unit)])
    if code in world.formulas:
        return calculate(world, world.formulas[code], unit)
    incoming = [link for link in world.links if link.to_id == unit]
    if not incoming:
        return None
    total = Fraction(0)
    for link in incoming:
        value = reference(world, code, str(link.from_id))
        if value is None or link.share is None:
            return None
        total += link.share * value
    return total


def calculate(world: World, tree: Tree, unit: str) -> Fraction | None:
    kind, *parts = tree
    if kind == "name":
        return reference(world, parts[0], unit)
    if kind == "number":
        return Fraction(parts[0])
    left, right = (calculate(world, part, unit) for part in parts)
    if kind == "coalesce":
        return right if left is None else left
    if left is None or right is None:
        return None
    match kind:
        case "+" | "sum":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "max":
            return max(left, right)
        case _:
            return None if right == 0 else left / right * (100 if kind == "percent" else 1)


def indicator(code: str, formula: str) -> IndicatorView:
    name = Message(code, code)
    return IndicatorView(
        code=code, name=name, definition=name, pillar="overall", measure=COUNT, direction="up", frequency="year",
        window="", levels=("province",), owner=None, rule="sum", rule_weight=None, formula=formula,
        convert_result=False, decimals=0, source_order=(),
    )  # fmt: skip


def row(number: int, code: str, unit: str, value: int) -> ObservationView:
    return ObservationView(
        number, code, unit, PERIOD, date(2024, 1, 1), date(2024, 12, 31), "", "office", "official", "in_period",
        "value", str(value), "=", "", "", 1, "paper", "", None, "", datetime(2025, 1, 1, tzinfo=UTC), "tester",
    )  # fmt: skip


def reader(world: World) -> Reader:
    views = {code: indicator(code, "") for code in BASES}
    views |= {code: indicator(code, text_of(tree)) for code, tree in world.formulas.items()}
    rows: dict[Key, list[ObservationView]] = {
        (code, unit, PERIOD): [row(number, code, unit, value)]
        for number, ((code, unit), value) in enumerate(world.values.items())
    }
    return Reader(Catalogue((), views, {"count": COUNT}, SOURCES, {}), rows, Asked())


@contextmanager
def on_map(world: World) -> Iterator[None]:
    """The unit store replaced by the links of the world."""
    with (
        mock.patch.object(
            units, "links_in", lambda unit: [link for link in world.links if link.to_id == unit]
        ),
        mock.patch.object(
            units, "links_out", lambda unit: [link for link in world.links if link.from_id == unit]
        ),
        mock.patch.object(units, "named", lambda unit, on=None: Message(unit, unit)),
        mock.patch.object(units, "inside", lambda unit, on=None: Message(unit, unit)),
        mock.patch.object(units, "find_row", return_value=None),
    ):
        yield


@given(worlds())
def test_every_figure_is_what_the_reference_says(world: World) -> None:
    made = reader(world)
    with on_map(world):
        for code in (*BASES, *FORMULAS):
            for unit in (*OLD, *NEW):
                figure = made.derive((code, unit, PERIOD)).figure
                expected = reference(world, code, unit)
                assert figure.exact == expected, (code, unit, figure.state, figure.reason.en)
                assert (figure.text is None) == (expected is None)
                assert (figure.state in {"reported", "computed", "converted"}) == (expected is not None)


@given(worlds())
def test_known_shares_conserve_the_total_of_a_sum(world: World) -> None:
    if any(link.share is None for link in world.links):
        return
    values = {
        (code, unit): value for (code, unit), value in world.values.items() if unit in OLD and code in BASES
    }
    closed = World(world.formulas, world.links, values)
    made = reader(closed)
    with on_map(closed):
        for code in BASES:
            old = [made.derive((code, unit, PERIOD)).figure.exact for unit in OLD]
            fed = {link.to_id for link in world.links}
            new = [made.derive((code, unit, PERIOD)).figure.exact for unit in NEW if unit in fed]
            if all(value is not None for value in (*old, *new)):
                assert sum(filter(None, new), Fraction(0)) == sum(filter(None, old), Fraction(0))


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_asking_does_not_matter(world: World, random: Any) -> None:
    keys = [(code, unit, PERIOD) for code in (*BASES, *FORMULAS) for unit in (*OLD, *NEW)]
    shuffled = list(keys)
    random.shuffle(shuffled)
    one, other = reader(world), reader(world)
    with on_map(world):
        first = {key: one.derive(key).figure for key in keys}
        assert {key: other.derive(key).figure for key in shuffled} == first
