"""The value of an expression, exactly.

Missing is never zero: whatever is computed from a missing input is missing, and says which inputs it lacks.
Division by zero is a missing value with its own name. Four forms don't need all their parts: `if` reads only
the branch taken, `coalesce` takes the first value there is, `is_missing` asks, and `and`/`or` are settled by
one side where it alone decides (`false and …`, `true or …`), in whichever order they stand (Kleene's logic,
that of SQL).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import assert_never, cast

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.numbers import round_half_up

from .kinds import Kind, kind_of
from .nodes import Arithmetic, Boolean, Call, Comparison, Expr, Logic, Name, Negate, Not, Number
from .printer import to_text

InputValue = Fraction | Decimal | int | None


class State(StrEnum):
    """Why there is a value, or none."""

    VALUE = "value"
    MISSING = "missing"
    DIVISION_BY_ZERO = "division_by_zero"


@dataclass(frozen=True, slots=True)
class Result:
    """A number, or the reason why there is none. `missing` names the inputs that were lacking."""

    value: Fraction | None
    state: State = State.VALUE
    reason: Message | None = None
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """True or false, or the reason why neither can be said."""

    value: bool | None
    state: State = State.VALUE
    reason: Message | None = None
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Absent:
    """No value: the inputs that lack and the divisors that were zero, as far as they mattered."""

    names: frozenset[str] = frozenset()
    divisors: frozenset[str] = frozenset()


_Value = Fraction | bool | _Absent

_ARITHMETIC: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_COMPARISONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_FUNCTIONS: Mapping[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "min": min,
    "max": max,
    "sum": lambda numbers: sum(numbers, Fraction(0)),
    "mean": lambda numbers: sum(numbers, Fraction(0)) / len(numbers),
    "abs": lambda numbers: abs(numbers[0]),
    "round": lambda numbers: Fraction(round_half_up(numbers[0], int(numbers[1]))),
    "percent": lambda numbers: numbers[0] / numbers[1] * 100,
    "per": lambda numbers: numbers[0] / numbers[1] * numbers[2],
}


def evaluate(expr: Expr, values: Mapping[str, InputValue]) -> Result:
    """The number `expr` gives for these inputs, each in its own unit of measure; absent or None is missing.

    Raises `DomainError` (expression_kind) where `expr` is a condition, `TypeError` for floats and truth
    values.
    """
    value = _outcome(expr, values, "number")
    if isinstance(value, _Absent):
        return Result(None, *_why(value))
    return Result(cast("Fraction", value))


def holds(expr: Expr, values: Mapping[str, InputValue]) -> Verdict:
    """Whether the condition `expr` holds for these inputs; as `evaluate` otherwise."""
    value = _outcome(expr, values, "truth")
    if isinstance(value, _Absent):
        return Verdict(None, *_why(value))
    return Verdict(cast("bool", value))


def _outcome(expr: Expr, values: Mapping[str, InputValue], kind: Kind) -> _Value:
    if kind_of(expr) != kind:
        raise DomainError(
            Message(
                f"Biểu thức “{to_text(expr)}” không cho {'một số' if kind == 'number' else 'một điều kiện'}.",
                f"The expression “{to_text(expr)}” gives no {'number' if kind == 'number' else 'condition'}.",
            ),
            code="expression_kind",
            status=422,
        )
    return _value(expr, values)


def _why(absent: _Absent) -> tuple[State, Message, frozenset[str]]:
    """A lacking input is named before a zero divisor: with it, the division might look different."""
    if absent.names:
        names = ", ".join(sorted(absent.names))
        return State.MISSING, Message(f"Thiếu số liệu: {names}.", f"No figure for: {names}."), absent.names
    divisors = ", ".join(sorted(absent.divisors))
    return (
        State.DIVISION_BY_ZERO,
        Message(f"Không chia được: {divisors} bằng 0.", f"Cannot divide: {divisors} is 0."),
        frozenset(),
    )


def _value(expr: Expr, values: Mapping[str, InputValue]) -> _Value:
    match expr:
        case Number(value):
            return Fraction(value)
        case Boolean(value):
            return value
        case Name(name):
            return _input(name, values.get(name))
        case Negate(operand):
            number = _value(operand, values)
            return number if isinstance(number, _Absent) else -cast("Fraction", number)
        case Not(operand):
            truth = _value(operand, values)
            return truth if isinstance(truth, _Absent) else not truth
        case Logic(word, left, right):
            return _logic(word == "or", [_value(left, values), _value(right, values)])
        case Call(function, arguments) if function in ("if", "coalesce", "is_missing"):
            return _lenient_call(function, arguments, values)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return _strict(expr, [left, right], values)
        case Call(_, arguments):
            return _strict(expr, arguments, values)
        case _:
            assert_never(expr)


def _input(name: str, value: InputValue) -> Fraction | _Absent:
    if value is None:
        return _Absent(names=frozenset({name}))
    if isinstance(value, bool) or not isinstance(value, (Fraction, Decimal, int)):
        raise TypeError(f"{name}: an exact number is needed, not {type(value).__name__}")
    return Fraction(value)


def _logic(decisive: bool, sides: list[_Value]) -> bool | _Absent:
    """`or` (decided by a true side) or `and` (decided by a false one)."""
    if decisive in (side for side in sides if not isinstance(side, _Absent)):
        return decisive
    absent = _merged(sides)
    return (not decisive) if absent is None else absent


def _lenient_call(function: str, arguments: Sequence[Expr], values: Mapping[str, InputValue]) -> _Value:
    first = _value(arguments[0], values)
    if function == "is_missing":
        return isinstance(first, _Absent)
    if function == "if":
        if isinstance(first, _Absent):
            return first
        return _value(arguments[1 if first else 2], values)
    seen = [first]
    for argument in arguments[1:]:
        if not isinstance(seen[-1], _Absent):
            break
        seen.append(_value(argument, values))
    return _merged(seen) or _Absent() if isinstance(seen[-1], _Absent) else seen[-1]


def _merged(parts: Sequence[_Value]) -> _Absent | None:
    """All that lacks in `parts`; None when nothing does."""
    absent = [part for part in parts if isinstance(part, _Absent)]
    if not absent:
        return None
    return _Absent(
        frozenset().union(*(part.names for part in absent)),
        frozenset().union(*(part.divisors for part in absent)),
    )


def _strict(
    expr: Arithmetic | Comparison | Call, operands: Sequence[Expr], values: Mapping[str, InputValue]
) -> _Value:
    """Operations that need every operand."""
    parts = [_value(operand, values) for operand in operands]
    absent = _merged(parts)
    if absent is not None:
        return absent
    numbers = cast("list[Fraction]", parts)
    match expr:
        case Comparison(sign):
            return _COMPARISONS[sign](numbers[0], numbers[1])
        case Arithmetic("/") | Call("percent" | "per") if numbers[1] == 0:
            return _Absent(divisors=frozenset({to_text(operands[1])}))
        case Arithmetic(sign):
            return _ARITHMETIC[sign](numbers[0], numbers[1])
        case Call(function):
            return _FUNCTIONS[function](numbers)
