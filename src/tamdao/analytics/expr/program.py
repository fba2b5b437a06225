"""A tree as nested lists of JSON, which the pages evaluate (frontend/islands/expr.ts): one rule, two engines.

    ["num", "12.67"] · ["name", "dti"] · ["bool", true] · ["neg", x] · ["not", x]
    ["+", x, y] and so on · ["/", x, y, "y"] · ["<=", x, y] and so on · ["and", x, y]
    ["call", "if", x, y, z] · ["call", "percent", x, y] …

A division carries the text of its divisor, for the sentence that names it. Nothing is ever compiled to script text: the
pages forbid `eval`.
"""

from __future__ import annotations

from typing import assert_never

from tamdao.kit.numbers import canonical

from .nodes import Arithmetic, Boolean, Call, Comparison, Expr, Logic, Name, Negate, Not, Number
from .printer import to_text

Program = list["str | bool | Program"]


def to_program(expr: Expr) -> Program:
    """`expr` as nested lists, ready for `json.dumps`."""
    match expr:
        case Number(value):
            return ["num", canonical(value)]
        case Boolean(value):
            return ["bool", value]
        case Name(name):
            return ["name", name]
        case Negate(operand):
            return ["neg", to_program(operand)]
        case Not(operand):
            return ["not", to_program(operand)]
        case Arithmetic("/", left, right):
            return ["/", to_program(left), to_program(right), to_text(right)]
        case Arithmetic(operator, left, right) | Comparison(operator, left, right):
            return [operator, to_program(left), to_program(right)]
        case Logic(operator, left, right):
            return [operator, to_program(left), to_program(right)]
        case Call(function, arguments):
            divisor = [to_text(arguments[1])] if function in {"percent", "per"} else []
            return ["call", function, *map(to_program, arguments), *divisor]
        case _:
            assert_never(expr)
