"""The functions of the language: one table for the checks, the evaluator, the docs and every compiler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tamdao.kit.messages import Message

MOST_PLACES = 12
"""The largest second argument of `round`."""


@dataclass(frozen=True, slots=True)
class Function:
    """How a function is written, how many arguments it takes (`most` None: any number), what it gives."""

    name: str
    signature: str
    least: int
    most: int | None
    meaning: Message


_ALL = (
    Function(
        "if",
        "if(condition, a, b)",
        3,
        3,
        Message("a khi điều kiện đúng, b khi sai", "a where the condition holds, else b"),
    ),
    Function(
        "min",
        "min(a, …)",
        1,
        None,
        Message("số nhỏ nhất", "the smallest number"),
    ),
    Function(
        "max",
        "max(a, …)",
        1,
        None,
        Message("số lớn nhất", "the largest number"),
    ),
    Function(
        "sum",
        "sum(a, …)",
        1,
        None,
        Message("tổng", "the sum"),
    ),
    Function(
        "mean",
        "mean(a, …)",
        1,
        None,
        Message("trung bình cộng", "the plain mean"),
    ),
    Function(
        "abs",
        "abs(x)",
        1,
        1,
        Message("giá trị tuyệt đối", "the absolute value"),
    ),
    Function(
        "round",
        "round(x, n)",
        2,
        2,
        Message(
            f"làm tròn đến n chữ số thập phân (0 đến {MOST_PLACES}), nửa đơn vị làm tròn ra xa số 0",
            f"rounded to n places (0 to {MOST_PLACES}), halves away from zero",
        ),
    ),
    Function(
        "percent",
        "percent(a, b)",
        2,
        2,
        Message("a chiếm bao nhiêu phần trăm của b (a / b * 100)", "a as a percentage of b (a / b * 100)"),
    ),
    Function(
        "per",
        "per(x, base, n)",
        3,
        3,
        Message("x tính trên n đơn vị của base (x / base * n)", "x for every n of base (x / base * n)"),
    ),
    Function(
        "coalesce",
        "coalesce(a, b, …)",
        2,
        None,
        Message("giá trị đầu tiên có số liệu", "the first one that has a value"),
    ),
    Function(
        "is_missing",
        "is_missing(x)",
        1,
        1,
        Message("đúng khi x không có giá trị", "true where x has no value"),
    ),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({function.name: function for function in _ALL})
