"""Conversion of one national indicator to the map of 1 July 2025, against two obvious ways to do it.

    python bench/conversion.py

A seeded value for each of the 10,040 old units (10,035 communes and the 5 island districts that became special zones)
is read on the 3,321 communes of the new map, and one for each of 63 provinces on the 34. Needs no instance: the links
are those of packs/vn-units.

Baselines, measured in the same run and compared value by value:
  scan      for each new unit all links are searched for those that lead to it; what one would write first
  one pass  the links are walked once and values added up; no chains, no reported values, nothing to explain
"""

from __future__ import annotations

import csv
import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from common import PACKS, Row, best_of, parser, show

from tamdao.analytics.mapconv import Link, Rule, value_on_map

DAY = "2025-07-01"
Values = Mapping[str, Fraction]
Result = dict[str, Fraction | None]


def links() -> list[Link]:
    """Every arrow of that day that moves land: renames and changes of parent lead from a unit to itself."""
    found = []
    for path in sorted((PACKS / "vn-units" / "unit_events").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["date"] == DAY and row["from_unit"] != row["to_unit"] and row["to_unit"]:
                    share = Fraction(row["share"]) if row["share"] else None
                    found.append(Link(row["from_unit"] or None, row["to_unit"], share, row["event"]))
    return found


def units_on(level: str, day: str) -> list[str]:
    """Ids of the units of a level on a day, from the rows of the pack."""
    found = set()
    for path in sorted((PACKS / "vn-units" / "units").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["level"] == level and row["from_date"] <= day < (row["to_date"] or "9999"):
                    found.add(row["unit"])
    return sorted(found)


def converted(rule: Rule, units: Sequence[str], values: Values, arrows: Sequence[Link]) -> Result:
    """The way of the product, its index of the links included."""
    incoming: dict[str, list[Link]] = defaultdict(list)
    outgoing: dict[str, list[Link]] = defaultdict(list)
    for link in arrows:
        incoming[link.to_id or ""].append(link)
        outgoing[link.from_id or ""].append(link)

    def before(unit: str) -> list[Link]:
        return incoming.get(unit, [])

    def after(unit: str) -> list[Link]:
        return outgoing.get(unit, [])

    return {
        unit: value_on_map(unit, rule, values, predecessors=before, successors=after).value for unit in units
    }


def scanned(rule: Rule, units: Sequence[str], values: Values, arrows: Sequence[Link]) -> Result:
    """For each unit search all links."""
    result: Result = {}
    for unit in units:
        if unit in values:
            result[unit] = values[unit]
            continue
        parts = [link for link in arrows if link.to_id == unit]
        result[unit] = _value(rule, parts, values)
    return result


def _value(rule: Rule, parts: Sequence[Link], values: Values) -> Fraction | None:
    total = Fraction(0)
    for link in parts:
        value = values.get(link.from_id or "")
        if link.share is None or value is None:
            return None
        total += link.share * value
    if not parts:
        return None
    return total / len(parts) if rule == "mean" else total


def one_pass(rule: Rule, units: Sequence[str], values: Values, arrows: Sequence[Link]) -> Result:
    """Walk the links once."""
    sums: Result = {unit: values.get(unit) for unit in units}
    count: dict[str, int] = defaultdict(int)
    unknown: set[str] = set()
    for link in arrows:
        unit, value = link.to_id or "", values.get(link.from_id or "")
        if unit not in sums or unit in values:
            continue
        if link.share is None or value is None:
            unknown.add(unit)
        else:
            sums[unit] = (sums[unit] or Fraction(0)) + link.share * value
            count[unit] += 1
    for unit in sums.keys() - values.keys():
        total = sums[unit]
        if unit in unknown or total is None:
            sums[unit] = None
        elif rule == "mean":
            sums[unit] = total / count[unit]
    return sums


def main() -> int:
    """Measure both levels; 1 when a baseline gives another value."""
    parser(__doc__).parse_args()
    seed = random.Random(20250701)
    arrows = links()
    rows: list[Row] = []
    simple: list[Row] = []
    wrong = 0
    levels: tuple[tuple[str, Rule, list[str]], ...] = (
        ("commune", "sum", units_on("commune", "2025-06-30")),
        ("province", "mean", units_on("province", "2025-06-30")),
    )
    for level, rule, ended in levels:
        new = units_on(level, DAY)
        names = set(new)
        leading = [link for link in arrows if link.to_id in names]
        # five island districts without communes became communes
        old = sorted({*ended, *(link.from_id for link in leading if link.from_id)})
        values = {unit: Fraction(seed.randrange(1, 10**6), 100) for unit in old}
        own, result = best_of(3, lambda: converted(rule, new, values, leading))  # noqa: B023  # called at once
        slow, by_scan = best_of(1, lambda: scanned(rule, new, values, leading))  # noqa: B023  (called at once)
        quick, by_pass = best_of(3, lambda: one_pass(rule, new, values, leading))  # noqa: B023  (called at once)
        wrong += result != by_scan
        wrong += result != by_pass
        with_value = sum(value is not None for value in result.values())
        what = f"{level}: {len(old)} to {len(new)}, {rule}"
        rows.append(Row(what, own, slow, f"{with_value} with a value, the rest not known"))
        simple.append(Row(what, own, quick))
    show(rows, baseline="scan of all links for each unit")
    show(simple, baseline="one pass over the links, without chains and reasons")
    print("values differ from a baseline" if wrong else "all values equal to both baselines")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
