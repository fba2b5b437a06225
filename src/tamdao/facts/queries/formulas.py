"""Formulas of indicators: parsed once per text, evaluated exactly on the inputs of one unit and period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from tamdao.analytics import expr
from tamdao.kit.messages import Message


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula: the indicators it reads, and whether it only adds them."""

    text: str
    tree: expr.Expr
    names: tuple[str, ...]
    adds_only: bool

    def evaluate(self, values: Mapping[str, Fraction | None]) -> tuple[Fraction | None, Message | None]:
        """Exact value, or None and why (a missing input, a division by zero)."""
        result = expr.evaluate(self.tree, values)
        return result.value, result.reason

    def is_surely_zero(self, exact: Mapping[str, Fraction | None]) -> bool:
        """Whether a result of 0 stays 0 whatever the approximate inputs are; `exact` are the values of the others."""
        return _is_zero(self.tree, exact)


@lru_cache(maxsize=4096)
def formula(text: str) -> Formula:
    """The formula of a text. Raises the refusals of `analytics.expr` for a text that is none."""
    tree = expr.parse(text)
    return Formula(text, tree, tuple(sorted(expr.inputs(tree))), _adds_only(tree))


def _is_zero(tree: expr.Expr, exact: Mapping[str, Fraction | None]) -> bool:
    """Zero by an exact input alone: a product with it, a quotient of it, a sum of nothing else."""
    match tree:
        case expr.Number(value=value):
            return value == 0
        case expr.Name(name=name):
            return exact.get(name) == 0
        case expr.Negate(operand=operand):
            return _is_zero(operand, exact)
        case expr.Arithmetic(operator="*", left=left, right=right):
            return _is_zero(left, exact) or _is_zero(right, exact)
        case expr.Arithmetic(operator="/", left=left):
            return _is_zero(left, exact)
        case expr.Arithmetic(left=left, right=right):
            return _is_zero(left, exact) and _is_zero(right, exact)
        case expr.Call(function="percent" | "per", arguments=arguments):
            return _is_zero(arguments[0], exact)
        case expr.Call(function="sum" | "mean" | "min" | "max", arguments=arguments):
            return all(_is_zero(argument, exact) for argument in arguments)
        case _:
            return False


def _adds_only(tree: expr.Expr) -> bool:
    """Whether the formula is a sum of inputs and of other sums: then a lower bound of an input stays one."""
    match tree:
        case expr.Name() | expr.Number():
            return True
        case expr.Arithmetic(operator="+", left=left, right=right):
            return _adds_only(left) and _adds_only(right)
        case expr.Call(function="sum", arguments=arguments):
            return all(_adds_only(argument) for argument in arguments)
        case _:
            return False
