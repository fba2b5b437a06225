"""The expression language in the page against the one on the server: random programs, the same answers.

The two share no code; one process answers for the page, for all programs.
"""

from __future__ import annotations

import os
import random
from decimal import Decimal
from typing import Any

from tamdao.analytics.expr import (
    Arithmetic,
    Boolean,
    Call,
    Comparison,
    Expr,
    Logic,
    Name,
    Negate,
    Not,
    Number,
    State,
    evaluate,
    holds,
    to_program,
    to_text,
)
from tamdao.analytics.expr.evaluate import Result, Verdict
from tamdao.analytics.expr.nodes import ArithmeticOperator, ComparisonOperator, LogicOperator
from tamdao.kit.numbers import canonical
from tests.support import answers_of_page

PROGRAMS = 60_000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 12_000
NAMES = ("a", "b", "t1.r2.c3", "x_1")
SIGNS: tuple[ArithmeticOperator, ...] = ("+", "-", "*", "/")
COMPARED: tuple[ComparisonOperator, ...] = ("<", "<=", ">", ">=", "=", "!=")
WORDS: tuple[LogicOperator, ...] = ("and", "or")


def number(chance: random.Random, depth: int) -> Expr:
    kind = chance.random() if depth else 1.0
    if kind < 0.4:
        return Arithmetic(chance.choice(SIGNS), number(chance, depth - 1), number(chance, depth - 1))
    if kind < 0.5:
        return Negate(number(chance, depth - 1))
    if kind < 0.85:
        return _call(chance, depth - 1)
    if chance.random() < 0.6:
        return Name(chance.choice(NAMES))
    return Number(abs(_value(chance)))


def _call(chance: random.Random, depth: int) -> Expr:
    name = chance.choice(("min", "max", "sum", "mean", "abs", "round", "percent", "per", "coalesce", "if"))
    parts = {"abs": 1, "round": 1, "percent": 2, "per": 3, "if": 2}.get(name, chance.randint(2, 3))
    arguments = [number(chance, depth) for _ in range(parts)]
    if name == "round":
        arguments.append(Number(Decimal(chance.randint(0, 6))))
    if name == "if":
        arguments.insert(0, truth(chance, depth))
    return Call(name, tuple(arguments))


def truth(chance: random.Random, depth: int) -> Expr:
    kind = chance.random() if depth else 0.0
    if kind < 0.5:
        return Comparison(chance.choice(COMPARED), number(chance, depth), number(chance, depth))
    if kind < 0.75:
        return Logic(chance.choice(WORDS), truth(chance, depth - 1), truth(chance, depth - 1))
    if kind < 0.85:
        return Not(truth(chance, depth - 1))
    if kind < 0.95:
        return Call("is_missing", (number(chance, depth),))
    return Boolean(chance.random() < 0.5)


def _value(chance: random.Random) -> Decimal:
    """Small whole numbers that meet, halves that round, and numbers no float holds."""
    return chance.choice(
        (
            Decimal(chance.randint(-3, 3)),
            Decimal(chance.randint(-20, 20)) / 8,
            Decimal(chance.randint(-(10**6), 10**6)) / 1000,
            Decimal(chance.randint(-(10**24), 10**24)),
        )
    )


def said(answer: Result | Verdict) -> Any:
    """The answer of the server in the words of the page. It names lacking inputs before zero divisors."""
    if answer.value is None:
        return (answer.state, sorted(answer.missing))
    if isinstance(answer, Verdict):
        return answer.value
    assert answer.value is not None
    return f"{answer.value.numerator}/{answer.value.denominator}"


def heard(answer: Any) -> Any:
    if not isinstance(answer, dict):
        return answer
    if "top" in answer:
        return f"{answer['top']}/{answer['bottom']}"
    state = State.MISSING if answer["names"] else State.DIVISION_BY_ZERO
    assert answer["names"] or answer["divisors"]
    return (state, answer["names"])


def test_page_and_server_agree_on_every_program() -> None:
    chance = random.Random(20261127)
    calls, expected, texts = [], [], []
    for place in range(PROGRAMS):
        is_number = place % 2 == 0
        expr = number(chance, 4) if is_number else truth(chance, 3)
        values = {name: _value(chance) for name in NAMES if chance.random() < 0.8}
        inputs = {name: canonical(value) for name, value in values.items()}
        calls.append([to_program(expr), inputs])
        expected.append(said(evaluate(expr, values) if is_number else holds(expr, values)))
        texts.append(f"{to_text(expr)} with {inputs}")
    answers = answers_of_page("expr", "evaluate", calls)
    wrong = [
        f"{text}: page {heard(answer)}, server {wanted}"
        for text, answer, wanted in zip(texts, answers, expected, strict=True)
        if heard(answer) != wanted
    ]
    assert not wrong, wrong[:5]
    # the programs are worth comparing: every kind of answer is there
    absent = [wanted for wanted in expected if isinstance(wanted, tuple)]
    assert PROGRAMS * 0.2 < len(absent) < PROGRAMS * 0.8
    assert {state for state, _ in absent} == {State.MISSING, State.DIVISION_BY_ZERO}
    assert expected.count(True) > PROGRAMS / 20
    assert expected.count(False) > PROGRAMS / 20
