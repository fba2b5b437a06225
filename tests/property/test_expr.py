"""Random expressions against a slow reference that shares nothing with the language's own parser and evaluator.

The reference reads the text with Python's parser (the two grammars agree but for `=`, `if(` and the truth values),
walks Python's tree and says "missing" or "division" by returning a word. Nothing is ever passed to `eval`.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Literal

from hypothesis import assume, given
from hypothesis import strategies as st

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
    inputs,
    parse,
    to_text,
    walk,
)
from tamdao.analytics.expr.nodes import ArithmeticOperator, ComparisonOperator, LogicOperator

NAMES = ["a", "b", "dti_main.government", "x_1"]
Answer = Fraction | bool | Literal["missing", "division"]

ARITHMETIC: list[ArithmeticOperator] = ["+", "-", "*", "/"]
COMPARISONS: list[ComparisonOperator] = ["<", "<=", ">", ">=", "=", "!="]
WORDS: list[LogicOperator] = ["and", "or"]
# functions and how many drawn arguments they get
PARTS = {
    **dict.fromkeys(["min", "max", "sum", "mean"], (1, 3)),
    **dict.fromkeys(["abs", "round"], (1, 1)),
    **dict.fromkeys(["percent", "per"], (2, 2)),
    "coalesce": (2, 3),
}

literals = st.builds(Number, st.decimals(min_value=0, max_value=1000, places=2).map(abs))
names = st.builds(Name, st.sampled_from(NAMES))


@st.composite
def number_exprs(draw: st.DrawFn, depth: int = 3) -> Expr:
    """A number: a leaf, or one of the forms over smaller parts."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.one_of(literals, names))
    part = number_exprs(depth - 1)
    shape = draw(st.sampled_from(["negate", "arithmetic", "arithmetic", "if", *sorted(PARTS)]))
    match shape:
        case "negate":
            return Negate(draw(part))
        case "arithmetic":
            return Arithmetic(draw(st.sampled_from(ARITHMETIC)), draw(part), draw(part))
        case "if":
            return Call("if", (draw(truth_exprs(depth - 1)), draw(part), draw(part)))
    least, most = PARTS[shape]
    arguments = draw(st.lists(part, min_size=least, max_size=most))
    if shape == "round":
        arguments.append(Number(Decimal(draw(st.integers(0, 3)))))
    if shape == "per":
        arguments.append(Number(Decimal(1000)))
    return Call(shape, tuple(arguments))


@st.composite
def truth_exprs(draw: st.DrawFn, depth: int = 3) -> Expr:
    """A condition."""
    number, truth = number_exprs(max(depth - 1, 0)), truth_exprs(max(depth - 1, 0))
    leaf = draw(st.integers(0, 4 if depth else 2))
    match leaf:
        case 0:
            return Boolean(draw(st.booleans()))
        case 1:
            return Comparison(draw(st.sampled_from(COMPARISONS)), draw(number), draw(number))
        case 2:
            return Call("is_missing", (draw(number),))
        case 3:
            return Not(draw(truth))
    return Logic(draw(st.sampled_from(WORDS)), draw(truth), draw(truth))


inputs_given = st.fixed_dictionaries(
    {
        name: st.one_of(
            st.none(), st.sampled_from([Fraction(0), Fraction(1)]), st.fractions(-50, 50, max_denominator=8)
        )
        for name in NAMES
    }
)


@given(st.one_of(number_exprs(), truth_exprs()))
def test_what_is_printed_reads_back_as_the_same_tree(expr: Expr) -> None:
    assert parse(to_text(expr)) == expr


@given(number_exprs(), inputs_given)
def test_numbers_equal_the_reference(expr: Expr, values: Mapping[str, Fraction | None]) -> None:
    result = evaluate(expr, values)
    expected = reference(to_text(expr), values)
    if result.state is State.VALUE:
        assert result.value == expected
    else:
        assert result.value is None
        assert expected == {State.MISSING: "missing", State.DIVISION_BY_ZERO: "division"}[result.state]


@given(truth_exprs(), inputs_given)
def test_conditions_equal_the_reference(expr: Expr, values: Mapping[str, Fraction | None]) -> None:
    verdict = holds(expr, values)
    expected = reference(to_text(expr), values)
    if verdict.state is State.VALUE:
        assert verdict.value is expected
    else:
        assert expected == {State.MISSING: "missing", State.DIVISION_BY_ZERO: "division"}[verdict.state]


@given(number_exprs(), inputs_given, st.sampled_from(NAMES), st.fractions(-50, 50, max_denominator=8))
def test_a_value_known_without_an_input_does_not_depend_on_it(
    expr: Expr, values: dict[str, Fraction | None], name: str, filled: Fraction
) -> None:
    # `coalesce` and `is_missing` are the two forms that ask for absence on purpose.
    assume(not any(isinstance(n, Call) and n.function in ("coalesce", "is_missing") for n, _ in walk(expr)))
    without = evaluate(expr, {**values, name: None})
    if without.value is not None:
        assert evaluate(expr, {**values, name: filled}).value == without.value
    else:
        assert without.missing <= inputs(expr)


@given(number_exprs())
def test_a_formula_without_lenient_forms_misses_exactly_its_inputs(expr: Expr) -> None:
    assume(inputs(expr))
    assume(not any(isinstance(n, Call) and n.function in ("if", "coalesce") for n, _ in walk(expr)))
    result = evaluate(expr, {})
    assert (result.value, result.state, result.missing) == (None, State.MISSING, inputs(expr))


# --- the reference -------------------------------------------------------------------------------------------------


def reference(text: str, values: Mapping[str, Fraction | None]) -> Answer:
    """The value of the canonical text of an expression."""
    python = text.replace("!=", "≠").replace("<=", "≤").replace(">=", "≥").replace("=", "==")
    python = python.replace("≠", "!=").replace("≤", "<=").replace("≥", ">=").replace("if(", "if_(")
    return answer(ast.parse(python, mode="eval").body, python, values)


def answer(node: ast.expr, text: str, values: Mapping[str, Fraction | None]) -> Answer:
    def of(part: ast.expr) -> Answer:
        return answer(part, text, values)

    match node:
        case ast.Constant():
            return Fraction(ast.get_source_segment(text, node) or "")
        case ast.Name(id="true"):
            return True
        case ast.Name(id="false"):
            return False
        case ast.Name() | ast.Attribute():
            value = values[ast.unparse(node)]
            return "missing" if value is None else value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return strict([of(operand)], lambda x: -x)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return strict([of(operand)], lambda x: not x)
        case ast.BoolOp(op=word, values=parts):
            return kleene([of(part) for part in parts], decisive=isinstance(word, ast.Or))
        case ast.BinOp(left=left, op=sign, right=right):
            return arithmetic(sign, of(left), of(right))
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return strict([of(left), of(right)], COMPARE[type(sign)])
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return call(function, arguments, of)
    raise AssertionError(ast.dump(node))


def strict(parts: list[Answer], compute: Callable[..., Answer]) -> Answer:
    for absence in ("missing", "division"):
        if absence in parts:
            return absence
    return compute(*parts)


def kleene(parts: list[Answer], *, decisive: bool) -> Answer:
    if any(part is decisive for part in parts):
        return decisive
    return strict(parts, lambda *_: not decisive)


def arithmetic(sign: ast.operator, left: Answer, right: Answer) -> Answer:
    match sign:
        case ast.Add():
            return strict([left, right], lambda x, y: x + y)
        case ast.Sub():
            return strict([left, right], lambda x, y: x - y)
        case ast.Mult():
            return strict([left, right], lambda x, y: x * y)
    return strict([left, right], lambda x, y: x / y if y else "division")


def call(function: str, arguments: list[ast.expr], of: Callable[[ast.expr], Answer]) -> Answer:
    if function == "if_":
        condition, then, otherwise = arguments
        found = of(condition)
        if isinstance(found, str):
            return found
        return of(then) if found else of(otherwise)
    parts = [of(argument) for argument in arguments]
    if function == "is_missing":
        return isinstance(parts[0], str)
    if function == "coalesce":
        known = [part for part in parts if not isinstance(part, str)]
        return known[0] if known else strict(parts, lambda *_: "missing")
    return strict(parts, FUNCTIONS[function])


def rounded(value: Fraction, places: Fraction) -> Fraction:
    with localcontext() as context:
        context.prec = 200
        number = Decimal(value.numerator) / Decimal(value.denominator)
        return Fraction(number.quantize(Decimal(1).scaleb(-int(places)), rounding=ROUND_HALF_UP))


COMPARE: dict[type[ast.cmpop], Callable[[Answer, Answer], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
FUNCTIONS: dict[str, Callable[..., Answer]] = {
    "min": lambda *parts: min(parts),
    "max": lambda *parts: max(parts),
    "sum": lambda *parts: sum(parts, Fraction(0)),
    "mean": lambda *parts: sum(parts, Fraction(0)) / Fraction(len(parts)),
    "abs": lambda x: x if x > 0 else -x,
    "percent": lambda x, y: 100 * x / y if y else "division",
    "per": lambda x, base, n: x * n / base if base else "division",
    "round": rounded,
}
