"""Do the names exist, and do the units of measure fit together?

The rules, for values that are each in their own unit (12.67 % is the number 12.67):

- `+`, `-`, comparisons, `min`, `max`, `sum`, `mean`, `coalesce` and the branches of `if` want one unit on all
  sides: same dimension and same scale. Percent and count don't add up, nor do đồng and billions of đồng.
- `*` and `/` combine dimensions and scales.
- A literal takes the unit of what it stands beside in a sum or comparison (`share - 5`). As a factor it may also
  change the unit: `a / b * 100` may be declared percent, `amount / 1000000000` billions (see `Quantity`).
- `percent(a, b)` wants one unit for both and gives percent, nothing else. `per(x, base, n)` gives x per n of
  base.
- Ordinals (ranks) may be compared and chosen from (`min`, `max`, `if`, `coalesce`), never computed with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, assert_never

from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_number, fraction_to_decimal

from .evaluate import evaluate
from .kinds import kind_of
from .measures import PURE, Measure, Quantity
from .nodes import Arithmetic, Boolean, Call, Comparison, Expr, Logic, Name, Negate, Not, Number, Span
from .problems import problem, suggestion

_MOST_READINGS = 64
"""More scales than this in one part mean a chain of six literal factors: nobody can check such a formula."""

PERCENT = Quantity(frozenset(), frozenset({Fraction(1, 100)}), Message("phần trăm", "percent"))

Literally = Literal["literal"]
Unit = Quantity | Literally | None
"""The unit of a part: a quantity; a literal, which fits any; None for conditions and what was reported."""


def check(expr: Expr, env: Mapping[str, Measure], result: Measure | None) -> list[Problem]:
    """Everything wrong with the names and units in `expr`, in reading order; empty when it can be computed.

    `env` gives the measure of each name that may be used; `result` is the measure the value is declared to
    have, None when `expr` is to be a condition.
    """
    wanted = "truth" if result is None else "number"
    if kind_of(expr) != wanted:
        if result is None:
            return [
                problem(
                    expr.at, "cần một điều kiện, không phải một số", "a condition is needed, not a number"
                )
            ]
        return [
            problem(expr.at, "cần một số, không phải một điều kiện", "a number is needed, not a condition")
        ]
    checker = _Checker(env)
    unit = checker.unit(expr)
    if result is not None and isinstance(unit, Quantity):
        checker.check_result(expr, unit, result)
    return checker.problems


@dataclass(frozen=True, slots=True)
class _Part:
    expr: Expr
    unit: Unit


class _Checker:
    """One walk over one expression; collects problems."""

    def __init__(self, env: Mapping[str, Measure]) -> None:
        self.env = env
        self.problems: list[Problem] = []
        self._unknown: set[str] = set()

    def unit(self, expr: Expr) -> Unit:
        """The unit of `expr`, after checking all its parts."""
        found = self._unit(expr)
        if isinstance(found, Quantity) and len(found.scales) > _MOST_READINGS:
            self._report(
                expr.at,
                "quá nhiều hệ số trong một phép tính; hãy tách công thức",
                "too many literal factors in one term; split the formula",
            )
            return None
        return found

    def _unit(self, expr: Expr) -> Unit:
        match expr:
            case Number():
                return "literal"
            case Boolean():
                return None
            case Name():
                return self._name(expr)
            case Negate(operand):
                return self._cardinal(self._part(operand)).unit
            case Not(operand):
                self.unit(operand)
                return None
            case Logic(_, left, right):
                self.unit(left)
                self.unit(right)
                return None
            case Comparison(_, left, right):
                self._same(expr.at, [self._part(left), self._part(right)])
                return None
            case Arithmetic("+" | "-", left, right):
                return self._same(expr.at, [self._cardinal(self._part(side)) for side in (left, right)])
            case Arithmetic(operator, left, right):
                parts = [self._cardinal(self._part(side)) for side in (left, right)]
                return (
                    self._product(parts[0], parts[1])
                    if operator == "*"
                    else self._quotient(parts[0], parts[1])
                )
            case Call():
                return self._call(expr)
            case _:
                assert_never(expr)

    def _part(self, expr: Expr) -> _Part:
        return _Part(expr, self.unit(expr))

    def _name(self, name: Name) -> Unit:
        measure = self.env.get(name.name)
        if measure is not None:
            return Quantity.of(measure)
        if name.name not in self._unknown:
            self._unknown.add(name.name)
            near = suggestion(name.name, self.env)
            self._report(
                name.at,
                f"không có chỉ số nào tên {name.name}{near.vi}",
                f"unknown name {name.name}{near.en}",
            )
        return None

    def _call(self, call: Call) -> Unit:
        match call.function:
            case "if":
                self.unit(call.arguments[0])
                return self._same(call.at, [self._part(branch) for branch in call.arguments[1:]])
            case "is_missing":
                self.unit(call.arguments[0])
                return None
            case "min" | "max" | "coalesce":
                return self._same(call.at, [self._part(argument) for argument in call.arguments])
        parts = [self._cardinal(self._part(argument)) for argument in call.arguments]
        match call.function:
            case "abs" | "round":
                return parts[0].unit
            case "percent":
                self._check_divisor(parts[1])
                unit = self._same(call.at, parts)
                return None if unit is None else PERCENT
            case "per":
                return self._per(parts)
            case _:
                return self._same(call.at, parts)

    def _product(self, left: _Part, right: _Part) -> Unit:
        match left.unit, right.unit:
            case Quantity() as one, Quantity() as two:
                return one.times(two)
            case Quantity() as one, "literal":
                return one.multiplied(_constant(right.expr))
            case "literal", Quantity() as two:
                return two.multiplied(_constant(left.expr))
            case "literal", "literal":
                return "literal"
        return None

    def _quotient(self, left: _Part, right: _Part) -> Unit:
        self._check_divisor(right)
        match left.unit, right.unit:
            case Quantity() as one, Quantity() as two:
                return one.over(two)
            case Quantity() as one, "literal":
                divisor = _constant(right.expr)
                return one.multiplied(1 / divisor if divisor else None)
            case "literal", Quantity() as two:
                return PURE.over(two).multiplied(_constant(left.expr))
            case "literal", "literal":
                return "literal"
        return None

    def _per(self, parts: Sequence[_Part]) -> Unit:
        amount, base, count = parts
        self._check_divisor(base)
        factor = _constant(count.expr) or Fraction(1)
        match amount.unit, base.unit:
            case Quantity() | "literal", Quantity() | "literal":
                one = amount.unit if isinstance(amount.unit, Quantity) else PURE
                two = base.unit if isinstance(base.unit, Quantity) else PURE
                ratio = one.over(two)
                return replace(ratio, scales=frozenset(scale / factor for scale in ratio.scales))
        return None

    def _check_divisor(self, divisor: _Part) -> None:
        if divisor.unit == "literal" and _constant(divisor.expr) == 0:
            self._report(divisor.expr.at, "chia cho 0", "division by zero")

    def _cardinal(self, part: _Part) -> _Part:
        """`part`, refused where it is a rank: the distance between two places means nothing."""
        if isinstance(part.unit, Quantity) and part.unit.ordinal:
            label = part.unit.label
            self._report(
                part.expr.at,
                f"{label.vi} là thứ hạng, chỉ so sánh được chứ không tính toán được",
                f"{label.en} is a rank: it can be compared, not computed with",
            )
            return _Part(part.expr, None)
        return part

    def _same(self, at: Span, parts: Sequence[_Part]) -> Unit:
        """The one unit of all `parts`; reports the first part that has another."""
        quantities = [part.unit for part in parts if isinstance(part.unit, Quantity)]
        if not quantities:
            return None if any(part.unit is None for part in parts) else "literal"
        common = quantities[0]
        for other in quantities[1:]:
            scales = common.scales & other.scales
            alike = (common.dimension, common.ordinal) == (other.dimension, other.ordinal)
            if not (alike and scales):
                # Between pure numbers (a share, a count) a conversion would hardly be what was meant.
                vi, en = _ratio_hint(common, min(other.scales)) if alike and common.dimension else ("", "")
                self._report(
                    at,
                    f"hai đơn vị đo khác nhau: {_shown(common).vi} và {_shown(other).vi}{vi}",
                    f"two units of measure: {_shown(common).en} and {_shown(other).en}{en}",
                )
                return None
            common = replace(common, scales=scales)
        return common

    def check_result(self, expr: Expr, unit: Quantity, result: Measure) -> None:
        """Whether the value may be declared as `result`."""
        wanted = Quantity.of(result)
        given, declared = _shown(unit), _shown(wanted)
        if (unit.dimension, unit.ordinal) != (wanted.dimension, wanted.ordinal):
            self._report(
                expr.at,
                f"biểu thức cho đơn vị {given.vi}, không phải {declared.vi} như đã khai",
                f"the expression gives {given.en}, not {declared.en} as declared",
            )
        elif not unit.scales & wanted.scales:
            vi, en = _ratio_hint(unit, min(wanted.scales))
            self._report(
                expr.at,
                f"biểu thức cho {given.vi}, khác cỡ đơn vị với {declared.vi} đã khai{vi}",
                f"the expression gives {given.en}, another size of unit than the declared {declared.en}{en}",
            )

    def _report(self, at: Span, vi: str, en: str) -> None:
        self.problems.append(problem(at, vi, en))


def _constant(expr: Expr) -> Fraction | None:
    """The value of a part that needs no inputs; None when it has none or depends on some."""
    return evaluate(expr, {}).value


def _shown(unit: Quantity) -> Message:
    """The unit for an error message: what it was made of, and what that comes to where it is told by codes."""
    powers = "·".join(base if power == 1 else f"{base}^{power}" for base, power in sorted(unit.dimension))
    by_code = unit.label.vi == unit.label.en

    def text(label: str) -> str:
        short = label if len(label) <= 40 else f"{label[:40]}…"
        return f"{short} ({powers})" if by_code and powers not in {"", label} else short

    return Message(text(unit.label.vi), text(unit.label.en))


def _ratio_hint(unit: Quantity, wanted: Fraction) -> tuple[str, str]:
    """How to bring `unit` to the scale `wanted`, where that is one number with few decimals."""
    factor = min(unit.scales) / wanted
    size = factor if factor >= 1 else 1 / factor
    number = fraction_to_decimal(size)
    if len(unit.scales) != 1 or Fraction(number) != size:
        return "", ""
    vi, en = ("nhân với", "multiplied") if factor >= 1 else ("chia cho", "divided")
    label = _shown(unit)
    return (
        f"; đổi {label.vi} bằng cách {vi} {format_number(number, grouping=False)}",
        f"; {label.en} fits when {en} by {format_number(number, lang='en', grouping=False)}",
    )
