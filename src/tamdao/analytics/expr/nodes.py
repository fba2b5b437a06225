"""The syntax tree: frozen nodes that know where they stood in the text.

Two trees are equal when they mean the same text, wherever it stood: positions don't take part in comparison.
A visitor is a function with one `match` over the nine classes; mypy tells when one is forgotten
(`assert_never`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

ArithmeticOperator = Literal["+", "-", "*", "/"]
ComparisonOperator = Literal["<", "<=", ">", ">=", "=", "!="]
LogicOperator = Literal["and", "or"]


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stood: offsets into the text, first included, last excluded."""

    start: int
    end: int

    @property
    def character(self) -> int:
        """The position as people count, from 1."""
        return self.start + 1


NOWHERE = Span(0, 0)
"""The position of a node that was made by a program, not read from a text."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal, not negative."""

    value: Decimal
    at: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool
    at: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """An input: the code of an indicator, a field of a form."""

    name: str
    at: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Negate:
    """`-x`."""

    operand: Expr
    at: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`not x`."""

    operand: Expr
    at: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`x + y` and so on."""

    operator: ArithmeticOperator
    left: Expr
    right: Expr
    at: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`x <= y` and so on, of two numbers."""

    operator: ComparisonOperator
    left: Expr
    right: Expr
    at: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`x and y`, `x or y`."""

    operator: LogicOperator
    left: Expr
    right: Expr
    at: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`function(argument, …)`."""

    function: str
    arguments: tuple[Expr, ...]
    at: Span = field(default=NOWHERE, compare=False)


Expr = Number | Boolean | Name | Negate | Not | Arithmetic | Comparison | Logic | Call


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of a node, left to right."""
    match expr:
        case Number() | Boolean() | Name():
            return ()
        case Negate(operand) | Not(operand):
            return (operand,)
        case Call(_, arguments):
            return arguments
        case Arithmetic(_, left, right) | Comparison(_, left, right) | Logic(_, left, right):
            return (left, right)


def walk(expr: Expr) -> Iterator[tuple[Expr, int]]:
    """Every node with its depth (the whole is 1), parents first, left to right; needs no recursion."""
    waiting = [(expr, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in reversed(children(node)))


def inputs(expr: Expr) -> frozenset[str]:
    """The names of everything the expression reads."""
    return frozenset(node.name for node, _ in walk(expr) if isinstance(node, Name))
