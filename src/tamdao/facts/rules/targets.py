"""Judging a target at a date: state, reason, progress, gap.

Order of the questions; the first that is answered decides:

1. Did the unit, or the level the target speaks of, end by `at` and before the deadline?   awaiting_decision
2. Is there a comparable result at all?                                                    no_data
3. The deadline has passed:
   the result is for the period of the deadline and meets the value                        met
   … and does not meet it                                                                  missed
   there is no result for that period, or it is too rough to tell                          no_result_yet
4. The deadline is still ahead:
   the latest result meets the value (`keep`: is still kept)                               met
   it is at or beyond the straight line from base to target                                on_course
   otherwise, also where no base is stated                                                 behind

`=` means reach: at or beyond the value in the indicator's direction (without direction: equal). A rank among
63 is not judged by a rank among 34, nor by one that does not say among how many.

Rough results are read as ranges, and a target is called met or missed only where the whole range agrees:

    =  12,5        just 12.5
    >  1.200.000   anything above; >= < <= accordingly
    ~  86          85.5 to 86.5: half a unit of the last written digit (of 3.000, half a thousand)
    ~  gần 3.000   the lower half of that range, 3,000 itself excluded
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from tamdao.facts.types import TargetState
from tamdao.kit.messages import Message
from tamdao.kit.numbers import round_half_up
from tamdao.kit.periods import Period

from . import target_words as words
from .target_values import Actual, Base, Ending, Promise, Range, read_range

__all__ = ["Actual", "Base", "Ending", "Judgement", "Promise", "judge", "satisfies"]

Goal = Literal["up", "down", "point"]
PROGRESS_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Judgement:
    """What `judge` says. Progress: part of the way from base to target (1 = there); gap: in the measure."""

    state: TargetState
    reason: Message
    progress: Decimal | None = None
    gap: Decimal | None = None


def judge(
    promise: Promise,
    *,
    at: date,
    actual: Actual | None,
    base: Base | None = None,
    unit_end: Ending | None = None,
    level_end: Ending | None = None,
    measured: bool = True,
) -> Judgement:
    """State of `promise` on the day `at`; see the module docstring.

    `actual` is the result to judge by: once the deadline has passed that of the deadline's period if there is
    one, otherwise the latest whose period ended by `at` (see `choose_actual`). `measured` False says that no
    indicator is linked to the target.
    """
    for ending in (unit_end, level_end):
        if ending is not None and ending.date <= at and ending.date <= promise.deadline:
            return Judgement("awaiting_decision", words.awaiting_decision(promise, ending))
    if actual is None:
        return Judgement("no_data", words.no_data(promise) if measured else words.not_measured())
    if promise.universe and actual.universe != promise.universe:
        return Judgement("no_data", words.other_universe(promise, actual))
    verdict = satisfies(promise, read_range(actual.value, actual.sign, actual.sign_word))
    progress, gap = _progress(promise, base, actual.value, verdict), _gap(promise, actual.value, verdict)
    if at > promise.deadline:
        state, reason = _after_deadline(promise, actual, verdict, gap)
    else:
        state, reason = _before_deadline(promise, actual, base, verdict)
    return Judgement(state, reason, progress, gap)


def choose_actual(periods: list[Period], *, deadline: date, at: date) -> Period | None:
    """The period to judge by: once the deadline has passed the longest that holds it, else the latest before.

    Of periods that end on one day the longest is taken: the year before its last quarter.
    """
    ended = [period for period in periods if period.end <= at]
    due = [period for period in ended if period.start <= deadline <= period.end]
    if at > deadline and due:
        return min(due, key=lambda period: period.start)
    # Results of later periods say nothing about a deadline that lies before them.
    candidates = [period for period in ended if period.start <= deadline] or ended
    return max(candidates, key=lambda period: (period.end, -period.start.toordinal()), default=None)


def satisfies(promise: Promise, result: Range) -> bool | None:
    """Whether every value of `result` meets the target; None when some would and some would not."""
    threshold = promise.value
    goal, strict = _goal(promise), promise.comparator in {">", "<"}
    if goal == "point":
        if result.low == result.high == threshold:
            return True
        return None if result.holds(threshold) else False
    if goal == "down":
        result, threshold = result.mirrored(), -threshold
    if result.low is not None and (
        result.low > threshold or (result.low == threshold and not (strict and result.low_in))
    ):
        return True
    if result.high is not None and (
        result.high < threshold or (result.high == threshold and (strict or not result.high_in))
    ):
        return False
    return None


def _goal(promise: Promise) -> Goal:
    """Where better lies: the comparator says it, for `=` and `keep` the indicator's direction."""
    if promise.comparator in {">=", ">"}:
        return "up"
    if promise.comparator in {"<=", "<"}:
        return "down"
    if promise.comparator == "exactly" or promise.direction == "none":
        return "point"
    return promise.direction


def _after_deadline(
    promise: Promise, actual: Actual, verdict: bool | None, gap: Decimal | None
) -> tuple[TargetState, Message]:
    if not actual.period.start <= promise.deadline <= actual.period.end:
        return "no_result_yet", words.no_result_yet(promise, actual)
    if verdict is None:
        return "no_result_yet", words.too_rough_after(promise, actual)
    if verdict:
        return "met", words.met(promise, actual)
    return "missed", words.missed(promise, actual, gap)


def _before_deadline(
    promise: Promise, actual: Actual, base: Base | None, verdict: bool | None
) -> tuple[TargetState, Message]:
    if verdict:
        tell = words.kept_so_far if promise.comparator == "keep" else words.met
        return "met", tell(promise, actual)
    rough = verdict is None
    if base is None:
        return "behind", words.behind_without_base(promise, actual, rough=rough)
    expected = _expected(promise, base, actual.period.end)
    if expected is None:
        return "behind", words.behind_without_path(promise, actual, base, rough=rough)
    if _at_or_beyond(promise, Fraction(actual.value), expected):
        return "on_course", words.on_course(promise, actual, base, expected, rough=rough)
    return "behind", words.behind(promise, actual, base, expected, rough=rough)


def _expected(promise: Promise, base: Base, day: date) -> Fraction | None:
    """Value on the straight line from base to target at `day`; None when the base is not before the end."""
    whole = (promise.deadline - base.date).days
    if whole <= 0:
        return None
    gone = min(max((day - base.date).days, 0), whole)
    start = Fraction(base.value)
    return start + (Fraction(promise.value) - start) * Fraction(gone, whole)


def _at_or_beyond(promise: Promise, value: Fraction, expected: Fraction) -> bool:
    goal = _goal(promise)
    if goal == "point":
        target = Fraction(promise.value)
        return abs(target - value) <= abs(target - expected)
    return value >= expected if goal == "up" else value <= expected


def _gap(promise: Promise, value: Decimal, verdict: bool | None) -> Decimal | None:
    """What is missing to the value, never negative; 0 when met, None when the result is too rough to say."""
    if verdict is None:
        return None
    missing = promise.value - value
    goal = _goal(promise)
    if verdict:
        return Decimal(0)
    if goal == "point":
        return abs(missing)
    # A strict comparator can be missed with nothing missing; a bound can lie beyond and still not meet it.
    return max(missing if goal == "up" else -missing, Decimal(0))


def _progress(promise: Promise, base: Base | None, value: Decimal, verdict: bool | None) -> Decimal | None:
    """Part of the way gone. Without a way (base at or beyond the target) it is all or nothing."""
    if base is None:
        return Decimal(1) if verdict else None
    way = Fraction(promise.value) - Fraction(base.value)
    if way == 0 or satisfies(promise, Range.point(base.value)):
        return Decimal(1) if verdict else Decimal(0)
    if _goal(promise) == "point":
        part = 1 - abs(Fraction(promise.value) - Fraction(value)) / abs(way)
    else:
        part = (Fraction(value) - Fraction(base.value)) / way
    return round_half_up(part, PROGRESS_DECIMALS)
