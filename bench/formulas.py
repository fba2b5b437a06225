"""Evaluation of formulas against the same arithmetic written in Python on Fractions.

    python bench/formulas.py

Each formula is evaluated for 20,000 rows of seeded values, some of them missing; the baseline is a Python function that
says the same by hand. Parsing is measured apart, on texts that are all different, against Python's own parser.
"""

from __future__ import annotations

import ast
import random
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction

from common import Row, best_of, parser, show

from tamdao.analytics.expr import evaluate, parse

ROWS = 20_000
TEXTS = 300
Values = Mapping[str, Fraction | None]
ByHand = Callable[[Values], Fraction | None]


def share(row: Values) -> Fraction | None:
    """By hand: percent(a, b)."""
    a, b = row["a"], row["b"]
    return None if a is None or not b else a / b * 100


def weighted(row: Values) -> Fraction | None:
    """By hand: (100 * a + 200 * b + 150 * c + 150 * d) / 600."""
    a, b, c, d = row["a"], row["b"], row["c"], row["d"]
    if a is None or b is None or c is None or d is None:
        return None
    return (100 * a + 200 * b + 150 * c + 150 * d) / 600


def chosen(row: Values) -> Fraction | None:
    """By hand: if(coalesce(a, b) > c, max(a, c), mean(b, c, d))."""
    a, b, c, d = row["a"], row["b"], row["c"], row["d"]
    first = b if a is None else a
    if first is None or c is None:
        return None
    if first > c:
        return None if a is None else max(a, c)
    return None if b is None or d is None else (b + c + d) / 3


FORMULAS: tuple[tuple[str, ByHand], ...] = (
    ("percent(a, b)", share),
    ("(100 * a + 200 * b + 150 * c + 150 * d) / 600", weighted),
    ("if(coalesce(a, b) > c, max(a, c), mean(b, c, d))", chosen),
)


def main() -> int:
    """Measure; 1 when a formula and its function give different values."""
    parser(__doc__).parse_args()
    seed = random.Random(922)
    table: list[Values] = [
        {name: None if seed.random() < 0.05 else Fraction(seed.randrange(10**6), 100) for name in "abcd"}
        for _ in range(ROWS)
    ]
    rows = []
    wrong = 0
    for text, by_hand in FORMULAS:
        tree = parse(text)
        own, results = best_of(3, lambda: [evaluate(tree, row).value for row in table])  # noqa: B023  # called at once
        hand, expected = best_of(3, lambda: [by_hand(row) for row in table])  # noqa: B023  (called at once)
        wrong += results != expected
        rows.append(Row(text, own, hand, f"{own / ROWS * 1e6:.1f} µs each"))
    show(rows, baseline=f"the same in Python on Fractions, {ROWS} rows")
    texts = [f"percent(a{n}, b) + {n} * (c - d) / max(e, {n + 1})" for n in range(TEXTS)]
    parse("1 + 1")  # the tables of the grammar are built at first use
    own, _ = best_of(1, lambda: [parse(text) for text in texts])
    python, _ = best_of(1, lambda: [ast.parse(text, mode="eval") for text in texts])
    parsing = Row(f"parse {TEXTS} formulas", own, python, f"{own / TEXTS * 1e6:.0f} µs each")
    show([parsing], baseline="ast.parse of the same texts")
    print("values differ" if wrong else "all values equal")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
