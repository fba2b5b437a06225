"""A tree as text: the one spelling of an expression, with no more parentheses than it needs."""

from __future__ import annotations

from tamdao.kit.numbers import canonical

from .nodes import Arithmetic, Boolean, Call, Comparison, Expr, Logic, Name, Negate, Not, Number

# How tightly each form binds; an operand that binds less tightly is put in parentheses.
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _NEGATE, _ATOM = range(1, 9)


def to_text(expr: Expr) -> str:
    """The text of `expr`; `parse` reads it back as an equal tree."""
    return _print(expr)[0]


def _print(expr: Expr) -> tuple[str, int]:
    match expr:
        case Number(value):
            return canonical(value), _ATOM
        case Boolean(value):
            return ("true" if value else "false"), _ATOM
        case Name(name):
            return name, _ATOM
        case Call(function, arguments):
            return f"{function}({', '.join(to_text(argument) for argument in arguments)})", _ATOM
        case Negate(operand):
            return f"-{_operand(operand, _NEGATE)}", _NEGATE
        case Not(operand):
            return f"not {_operand(operand, _NOT)}", _NOT
        case Arithmetic(operator, left, right):
            level = _SUM if operator in ("+", "-") else _PRODUCT
            return f"{_operand(left, level)} {operator} {_operand(right, level + 1)}", level
        case Comparison(operator, left, right):
            return f"{_operand(left, _SUM)} {operator} {_operand(right, _SUM)}", _COMPARISON
        case Logic(operator, left, right):
            level = _AND if operator == "and" else _OR
            return f"{_operand(left, level)} {operator} {_operand(right, level + 1)}", level


def _operand(expr: Expr, least: int) -> str:
    text, level = _print(expr)
    return text if level >= least else f"({text})"
