"""The plain values that `targets.judge` works on, and the reading of rough results as ranges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Self

from tamdao.kit.messages import Message
from tamdao.kit.periods import Period

Comparator = Literal[">=", ">", "<=", "<", "=", "exactly", "keep"]
Direction = Literal["up", "down", "none"]
Sign = Literal["=", "~", ">", ">=", "<", "<="]


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised. `universe` is among how many a rank was meant ("63"), "" where that is not said."""

    comparator: Comparator
    value: Decimal
    direction: Direction
    deadline: date
    universe: str = ""
    symbol: str = ""
    ordinal: bool = False
    symbol_en: str = ""


@dataclass(frozen=True, slots=True)
class Actual:
    """A result with its period, its sign and, for ranks, among how many.

    `published_later` is the day of publication where that came after the day of judgement; `sample` marks made-up data.
    """

    period: Period
    value: Decimal
    sign: Sign = "="
    sign_word: str = ""
    universe: str = ""
    sample: bool = False
    published_later: date | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """Value and day from which a target path starts."""

    value: Decimal
    date: date
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """A unit or a level that ended: name inside a sentence, first day of not existing, successor."""

    name: Message
    date: date
    successor: Message | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The values a written result may stand for. None = no bound; `_in`: whether the bound belongs to it."""

    low: Decimal | None
    high: Decimal | None
    low_in: bool = True
    high_in: bool = True

    @classmethod
    def point(cls, value: Decimal) -> Self:
        """Just `value`."""
        return cls(value, value)

    def holds(self, value: Decimal) -> bool:
        """Whether `value` lies in the range."""
        above = self.low is None or value > self.low or (value == self.low and self.low_in)
        below = self.high is None or value < self.high or (value == self.high and self.high_in)
        return above and below

    def mirrored(self) -> Range:
        """The range of the negated values."""
        return Range(
            None if self.high is None else -self.high,
            None if self.low is None else -self.low,
            self.high_in,
            self.low_in,
        )


# The word of a value made of bounds of both directions (see `facts.queries.signs`): any value may be behind it.
_EITHER_WAY = "trên hoặc dưới"


def read_range(value: Decimal, sign: Sign = "=", sign_word: str = "") -> Range:
    """What a written result may stand for; see `targets` for the table."""
    match sign:
        case "=":
            return Range.point(value)
        case ">" | ">=":
            return Range(value, None, low_in=sign == ">=")
        case "<" | "<=":
            return Range(None, value, high_in=sign == "<=")
    if sign_word.strip().casefold() == _EITHER_WAY:
        return Range(None, None)
    half = _last_written_place(value) / 2
    if sign_word.strip().casefold() == "gần":
        return Range(value - half, value, high_in=False)
    return Range(value - half, value + half)


def _last_written_place(value: Decimal) -> Decimal:
    """Size of the last digit that is not a trailing zero: 1000 for 3,000; 0.1 for 98.5."""
    digits = value.normalize()
    # The adjusted exponent belongs to the first digit; walk from there to the last one.
    return Decimal(1).scaleb(digits.adjusted() - len(digits.as_tuple().digits) + 1)
