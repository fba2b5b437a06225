"""Is every part what its place needs: a number or a truth value, a known function with the right arguments?

Names are numbers, so this needs no knowledge of the indicators and is part of parsing.
"""

from __future__ import annotations

from typing import Literal, assert_never

from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .functions import FUNCTIONS, MOST_PLACES
from .nodes import Arithmetic, Boolean, Call, Comparison, Expr, Logic, Name, Negate, Not, Number
from .problems import problem, suggestion

Kind = Literal["number", "truth"]

_WORDS: dict[Kind, Message] = {
    "number": Message("một số", "a number"),
    "truth": Message("một điều kiện (đúng hoặc sai)", "a condition (true or false)"),
}


def kind_of(expr: Expr) -> Kind:
    """What a well-formed expression gives."""
    match expr:
        case Number() | Name() | Negate() | Arithmetic():
            return "number"
        case Boolean() | Not() | Comparison() | Logic():
            return "truth"
        case Call("is_missing"):
            return "truth"
        case Call("if", (_, first, *_)) | Call("coalesce", (first, *_)):
            return kind_of(first)
        case Call():
            return "number"
        case _:
            assert_never(expr)


def check_kinds(expr: Expr) -> list[Problem]:
    """Everything wrong with the kinds and the calls in `expr`, in reading order."""
    problems: list[Problem] = []
    _check(expr, problems)
    return problems


def _check(expr: Expr, problems: list[Problem]) -> None:
    match expr:
        case Number() | Boolean() | Name():
            pass
        case Negate(operand):
            _need("number", operand, problems)
        case Not(operand):
            _need("truth", operand, problems)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            _need("number", left, problems)
            _need("number", right, problems)
        case Logic(_, left, right):
            _need("truth", left, problems)
            _need("truth", right, problems)
        case Call():
            _check_call(expr, problems)
        case _:
            assert_never(expr)


def _need(kind: Kind, expr: Expr, problems: list[Problem]) -> None:
    found = kind_of(expr)
    if found != kind:
        vi, en = _WORDS[kind], _WORDS[found]
        problems.append(
            problem(expr.at, f"ở đây cần {vi.vi}, không phải {en.vi}", f"{vi.en} is needed here, not {en.en}")
        )
    _check(expr, problems)


def _check_call(call: Call, problems: list[Problem]) -> None:
    function = FUNCTIONS.get(call.function)
    if function is None:
        near = suggestion(call.function, FUNCTIONS)
        problems.append(
            problem(
                call.at,
                f"không có hàm {call.function}{near.vi}",
                f"there is no function {call.function}{near.en}",
            )
        )
    elif len(call.arguments) < function.least or len(call.arguments) > (function.most or len(call.arguments)):
        problems.append(
            problem(
                call.at,
                f"{function.name} nhận {_count(function.least, function.most, 'tham số', 'trở lên')}, "
                f"ở đây có {len(call.arguments)}: {function.signature}",
                f"{function.name} takes {_count(function.least, function.most, 'argument(s)', 'or more')}, "
                f"here are {len(call.arguments)}: {function.signature}",
            )
        )
    else:
        _check_arguments(call, problems)
        return
    for argument in call.arguments:
        _check(argument, problems)


def _check_arguments(call: Call, problems: list[Problem]) -> None:
    first, *rest = call.arguments
    match call.function:
        case "if":
            _need("truth", first, problems)
            _check(rest[0], problems)
            _need(kind_of(rest[0]), rest[1], problems)
        case "coalesce":
            _check(first, problems)
            for argument in rest:
                _need(kind_of(first), argument, problems)
        case "is_missing":
            _check(first, problems)
        case _:
            for argument in call.arguments:
                _need("number", argument, problems)
    last = call.arguments[-1]
    if call.function == "round" and not (
        isinstance(last, Number) and last.value == int(last.value) and last.value <= MOST_PLACES
    ):
        problems.append(
            problem(
                last.at,
                f"số chữ số thập phân phải ghi thẳng, từ 0 đến {MOST_PLACES}",
                f"the number of places is written out, from 0 to {MOST_PLACES}",
            )
        )
    if call.function == "per" and not (isinstance(last, Number) and last.value > 0):
        problems.append(
            problem(last.at, "n phải ghi thẳng một số lớn hơn 0", "n is written out, a number greater than 0")
        )


def _count(least: int, most: int | None, noun: str, open_end: str) -> str:
    return f"{least} {noun}" if most == least else f"{least} {noun} {open_end}"
