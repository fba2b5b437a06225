"""What a figure is compared with: the previous period, the same period last year, the plan.

Percentages differ in percentage points, ranks in places. Two figures are not subtracted where they count different
things: another universe (15th of 63, 15th of 34), another flow, or a break that an upper layer knows of (an index
whose edition changed) and has registered here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from tamdao.facts.types import HAS_VALUE, Change, Figure
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.numbers import fraction_to_decimal
from tamdao.kit.periods import Period

from . import wording
from .catalogue import IndicatorView, catalogue
from .derive import Asked
from .figures import derive_all
from .rows import Key
from .stamp import reading

Against = Literal["previous", "same_period_last_year", "plan"]
# (indicator, unit id, period of the figure, period it is compared with) → why they are not comparable, or None
Comparability = Callable[[str, str, str, str], Message | None]

_checks: list[Comparability] = []


def register_comparability(check: Comparability) -> Comparability:
    """Let an upper layer say which periods must not be compared. Usable as a decorator; registering twice is once."""
    if check not in _checks:
        _checks.append(check)
    return check


def comparability_break(indicator: str, unit_id: str, period: str, other: str) -> Message | None:
    """The first registered reason why two periods are not comparable."""
    for check in _checks:
        reason = check(indicator, unit_id, period, other)
        if reason is not None:
            return reason
    return None


@dataclass(frozen=True, slots=True)
class _Wanted:
    against: Against
    key: Key


def changes(figure: Figure, *, as_of: datetime | None = None, sample: bool | None = None) -> list[Change]:
    """Changes of one figure; a yearly one has no separate "same period last year"."""
    return changes_of([figure], as_of=as_of, sample=sample)[0]


@reading
def changes_of(
    figures: Iterable[Figure], *, as_of: datetime | None = None, sample: bool | None = None
) -> list[list[Change]]:
    """Changes of many figures in their order, with the queries of one. `sample` None: as the figures themselves.

    All figures must be of the same dimensions (those of the first).
    """
    given = list(figures)
    if not given:
        return []
    with_sample = any(figure.sample for figure in given) if sample is None else sample
    asked = Asked(sample=with_sample, as_of=as_of, dims=given[0].dims)
    wanted = [_wanted(figure) for figure in given]
    keys = {one.key for group in wanted for one in group} | {_key(figure) for figure in given}
    made = derive_all(sorted(keys), asked)
    known = catalogue()
    result: list[list[Change]] = []
    for figure, group in zip(given, wanted, strict=True):
        indicator = known.indicators[figure.indicator]
        found = [_compare(figure, one.against, made[one.key].figure, indicator) for one in group]
        plan = made[_key(figure)].choice.plan
        if plan is not None and plan.text is not None:
            found.append(
                _compare(figure, "plan", _plan_figure(figure, plan.text, plan.sign, plan.id), indicator)
            )
        result.append(found)
    return result


def _key(figure: Figure) -> Key:
    return (figure.indicator, figure.unit_id, figure.period)


def _wanted(figure: Figure) -> list[_Wanted]:
    try:
        period = Period.parse(figure.period)
    except DomainError:
        return []
    previous, last_year = period.previous().key, period.same_last_year().key
    wanted = [_Wanted("previous", (figure.indicator, figure.unit_id, previous))]
    if last_year != previous:
        wanted.append(_Wanted("same_period_last_year", (figure.indicator, figure.unit_id, last_year)))
    return wanted


def _plan_figure(figure: Figure, text: str, sign: str, observation: int) -> Figure:
    return Figure(
        *_key(figure),
        state="reported",
        text=text,
        reason=Message("Số kế hoạch.", "The planned figure."),
        measure=figure.measure,
        sign=sign,
        kind="plan",
        flow=figure.flow,
        universe=figure.universe,
        observation_id=observation,
        dims=figure.dims,
        exact=Fraction(text),
    )


def _compare(figure: Figure, against: Against, other: Figure, indicator: IndicatorView) -> Change:
    note = _obstacle(figure, other, indicator)
    if note is not None or figure.exact is None or other.exact is None:
        return Change(against, other.period, other, None, None, note)
    difference = fraction_to_decimal(figure.exact - other.exact)
    note = _approximate(figure, other)
    return Change(against, other.period, other, difference, _better(difference, indicator), note)


def _obstacle(figure: Figure, other: Figure, indicator: IndicatorView) -> Message | None:
    """Why the two are not subtracted, None when they are."""
    if figure.state not in HAS_VALUE:
        return figure.reason
    if other.state not in HAS_VALUE:
        return other.reason
    # a place depends on how many stood in the row, a score does not
    if indicator.measure.ordinal and figure.universe != other.universe:
        return Message(
            f"Không so sánh: một bên xếp trong {figure.universe or '?'}, một bên trong {other.universe or '?'} đơn vị.",
            f"Not compared: one is among {figure.universe or '?'} units, the other among {other.universe or '?'}.",
        )
    if figure.flow and other.flow and figure.flow != other.flow:
        mine, theirs = wording.FLOWS[figure.flow], wording.FLOWS[other.flow]
        return Message(
            f"Không so sánh số {mine.vi} với số {theirs.vi}.",
            f"Not compared: {mine.en} and {theirs.en} figures.",
        )
    if figure.period == other.period:
        return None
    return comparability_break(figure.indicator, figure.unit_id, figure.period, other.period)


def _approximate(figure: Figure, other: Figure) -> Message | None:
    if figure.sign == other.sign == "=":
        return None
    return Message(
        "Có số gần đúng nên mức thay đổi là gần đúng.", "One of the two is approximate, so is the change."
    )


def _better(difference: Decimal, indicator: IndicatorView) -> bool | None:
    if difference == 0 or indicator.direction == "none":
        return None
    return (difference > 0) == (indicator.direction == "up")
