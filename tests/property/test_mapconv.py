"""Random chains of map events: totals are conserved, nothing goes backwards, order does not matter.

Beside the fast way (compose shares, apply the rule once) stands a slow obvious one: follow every single path.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tamdao.analytics import mapconv
from tamdao.analytics.mapconv import Link

KINDS = ("merge", "split", "split_unknown", "transfer", "rename")


@dataclass
class World:
    """Maps in order of time, all links, the first map's reported values."""

    maps: list[list[str]]
    links: list[Link] = field(default_factory=list)

    def into(self, unit: str) -> list[Link]:
        return [link for link in self.links if link.to_id == unit]

    def out_of(self, unit: str) -> list[Link]:
        return [link for link in self.links if link.from_id == unit]


@st.composite
def worlds(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS) -> World:
    """Two to five units and up to five events, each on the map the one before left."""
    world = World([[f"u{number}" for number in range(draw(st.integers(2, 5)))]])
    for step in range(draw(st.integers(1, 5))):
        units = list(world.maps[-1])
        kind = draw(st.sampled_from(kinds))
        chosen = draw(st.permutations(units))
        share = Fraction(draw(st.integers(1, 9)), 10)
        made = _apply(kind, chosen, share, step)
        gone = {link.from_id for link in made if link.from_id != link.to_id}
        born = [link.to_id for link in made if link.to_id and link.from_id != link.to_id]
        world.links += made
        world.maps.append([unit for unit in units if unit not in gone] + list(dict.fromkeys(born)))
    return world


def _apply(kind: str, units: list[str], share: Fraction, step: int) -> list[Link]:
    """The links of one event, by hand."""
    first, event = units[0], f"e{step}"
    one, two = f"n{step}a", f"n{step}b"
    if kind == "merge" and len(units) > 1:
        return [Link(unit, one, Fraction(1), event) for unit in units[: 2 + step % 2]]
    if kind == "split":
        return [Link(first, one, share, event), Link(first, two, 1 - share, event)]
    if kind == "split_unknown":
        return [Link(first, one, None, event), Link(first, two, None, event)]
    if kind == "transfer" and len(units) > 1:
        second = units[1]
        parts = [Link(first, one, share, event), Link(first, two, 1 - share, event)]
        return [*parts, Link(second, two, Fraction(1), event)]
    return [Link(first, first, Fraction(1), event)]


def values_of(units: list[str]) -> st.SearchStrategy[dict[str, Fraction]]:
    number = st.integers(-1000, 1000).map(lambda value: Fraction(value, 100))
    return st.fixed_dictionaries(dict.fromkeys(units, number))


def ask(
    world: World,
    unit: str,
    rule: mapconv.Rule,
    values: dict[str, Fraction],
    weights: dict[str, Fraction] | None = None,
) -> mapconv.Conversion:
    return mapconv.value_on_map(
        unit, rule, values, predecessors=world.into, successors=world.out_of, weights=weights
    )


# --- the slow obvious way --------------------------------------------------------------------------------------


def paths(
    world: World, unit: str, values: dict[str, Fraction]
) -> Iterator[tuple[str, list[Fraction | None]]]:
    """Every path from `unit` back to a unit that reported (or to the end of the records), with its shares."""
    before = [link for link in world.into(unit) if link.from_id not in {None, unit}]
    if unit in values or not before:
        yield unit, []
        return
    for link in before:
        assert link.from_id is not None
        for leaf, shares in paths(world, link.from_id, values):
            yield leaf, [link.share, *shares]


def slow(
    world: World, unit: str, rule: str, values: dict[str, Fraction], weights: dict[str, Fraction]
) -> Fraction | None:
    """The value by adding up path after path; None for whatever reason there is none."""
    amounts: dict[str, Fraction] = {}
    for leaf, shares in paths(world, unit, values):
        part = Fraction(1)
        for share in shares:
            if share is None:
                return None
            part *= share
        amounts[leaf] = amounts.get(leaf, Fraction(0)) + part
    if any(leaf not in values for leaf in amounts):
        return None
    if rule == "sum":
        return sum((values[leaf] * amounts[leaf] for leaf in amounts), Fraction(0))
    if rule == "weighted_mean":
        if len(amounts) == 1:
            return values[next(iter(amounts))]
        total = sum((amounts[leaf] * weights[leaf] for leaf in amounts), Fraction(0))
        if total == 0:
            return None
        return sum((amounts[leaf] * weights[leaf] * values[leaf] for leaf in amounts), Fraction(0)) / total
    if any(amount != 1 for amount in amounts.values()):
        return None
    return (
        max(values[leaf] for leaf in amounts)
        if rule == "max"
        else sum((values[leaf] for leaf in amounts), Fraction(0)) / len(amounts)
    )


# --- properties ------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_totals_are_conserved_on_every_map(data: st.DataObject) -> None:
    world = data.draw(worlds(tuple(kind for kind in KINDS if kind != "split_unknown")))
    values = data.draw(values_of(world.maps[0]))
    assert mapconv.check_links(world.links) == []
    total = sum(values.values(), Fraction(0))
    for units in world.maps:
        found = [ask(world, unit, "sum", values).value for unit in units]
        assert None not in found
        assert sum((value for value in found if value is not None), Fraction(0)) == total


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_fast_way_agrees_with_every_path_followed(data: st.DataObject) -> None:
    world = data.draw(worlds())
    every = sorted({unit for units in world.maps for unit in units})
    values = data.draw(values_of(every))
    for silent in data.draw(st.sets(st.sampled_from(every))):
        del values[silent]
    weights = {unit: abs(value) for unit, value in data.draw(values_of(every)).items()}
    rule: mapconv.Rule = data.draw(st.sampled_from(["sum", "mean", "weighted_mean", "max"]))
    for unit in every:
        found = ask(world, unit, rule, values, weights)
        assert found.value == slow(world, unit, rule, values, weights)
        assert (found.value is None) == (found.state not in {"reported", "converted"})


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_back_conversion_gives_the_reported_value_or_says_not_known(data: st.DataObject) -> None:
    world = data.draw(worlds())
    old, new = world.maps[0], world.maps[-1]
    values = data.draw(values_of(new))
    reported = data.draw(st.sets(st.sampled_from(old)))
    values |= {unit: Fraction(index) for index, unit in enumerate(sorted(reported))}
    for unit in old:
        found = ask(world, unit, "sum", values)
        if unit in values:
            assert (found.state, found.value) == ("reported", values[unit])
        else:
            assert (found.state, found.value) == ("not_known", None)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_order_of_links_does_not_matter(data: st.DataObject) -> None:
    world = data.draw(worlds())
    values = data.draw(values_of(world.maps[0]))
    shuffled = World(world.maps, data.draw(st.permutations(world.links)))
    rule: mapconv.Rule = data.draw(st.sampled_from(mapconv.RULES))
    for unit in world.maps[-1]:
        assert ask(world, unit, rule, values, values) == ask(shuffled, unit, rule, values, values)
    assert mapconv.check_links(world.links) == mapconv.check_links(shuffled.links)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_mean_lies_between_the_values_it_is_made_of(data: st.DataObject) -> None:
    world = data.draw(worlds(("merge", "rename")))
    values = data.draw(values_of(world.maps[0]))
    weights = {unit: abs(value) + 1 for unit, value in values.items()}
    for unit in world.maps[-1]:
        rules: tuple[mapconv.Rule, ...] = ("mean", "weighted_mean", "max")
        for rule in rules:
            found = ask(world, unit, rule, values, weights)
            used = [values[term.unit] for term in found.terms]
            assert found.value is not None
            assert min(used) <= found.value <= max(used)
