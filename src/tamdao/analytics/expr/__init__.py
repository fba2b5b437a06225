"""The one expression language: formulas, form checks, filters and alert rules are written in it.

Purpose, grammar and rules: README.md beside this file. What is listed in `__all__` is the promise.
"""

from .check import check
from .evaluate import InputValue, Result, State, Verdict, evaluate, holds
from .functions import FUNCTIONS, Function
from .graph import evaluation_order, find_cycle
from .measures import Measure
from .nodes import (
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
    Span,
    children,
    inputs,
    walk,
)
from .parser import parse
from .printer import to_text
from .program import Program, to_program

__all__ = [
    "FUNCTIONS",
    "Arithmetic",
    "Boolean",
    "Call",
    "Comparison",
    "Expr",
    "Function",
    "InputValue",
    "Logic",
    "Measure",
    "Name",
    "Negate",
    "Not",
    "Number",
    "Program",
    "Result",
    "Span",
    "State",
    "Verdict",
    "check",
    "children",
    "evaluate",
    "evaluation_order",
    "find_cycle",
    "holds",
    "inputs",
    "parse",
    "to_program",
    "to_text",
    "walk",
]
