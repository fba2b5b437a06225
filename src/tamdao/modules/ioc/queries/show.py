"""Figures as pages show them: one small view of a figure with its number in words, its source and its age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tamdao.facts.api import IndicatorView, MeasureView
from tamdao.facts.queries import wording
from tamdao.facts.types import HAS_VALUE, Figure
from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_number

from ..rules.words import FIGURE_STATES, SOURCE_KINDS, word

NO_FIGURE = Message("chưa có số", "no data")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure ready for a page. `number` is empty where there is no value: then `state_words` says why."""

    indicator: str
    unit_id: str
    period: str
    name: Message
    value: str | None
    decimals: int | None
    number: Message
    symbol: Message
    sign_word: Message
    has_value: bool
    state: str
    state_words: Message
    period_words: Message
    source: str
    source_kind: str
    source_words: Message
    published: date | None
    sample: bool
    universe: str
    conflicts: int
    # How many stood in the row with a place; empty for a score, which is not "of" anything.
    of: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Key of the page that explains it."""
        return (self.indicator, self.unit_id, self.period)

    @property
    def text(self) -> Message:
        """Number with sign word and symbol on one line."""
        if not self.has_value:
            return self.state_words
        gap = "" if self.symbol.vi in ("%", "") else " "
        return Message(
            f"{self.sign_word.vi} {self.number.vi}{gap}{self.symbol.vi}".strip(),
            f"{self.sign_word.en} {self.number.en}{gap}{self.symbol.en}".strip(),
        )


def shown_value(text: str, measure: MeasureView, *, sign: str = "=", word: str = "") -> Message:
    """Canonical decimal text as people write it, with sign word and symbol."""
    return wording.value(Fraction(Decimal(text)), measure, sign=sign, word=word)


def shown(figure: Figure, indicator: IndicatorView) -> Shown:
    """The view of `figure`, with the digits that `wording.figure_decimals` gives it."""
    has_value = figure.state in HAS_VALUE and figure.text is not None
    number = Message("", "")
    decimals = wording.figure_decimals(figure, indicator)
    if has_value:
        exact = figure.exact if figure.exact is not None else Fraction(figure.value or 0)
        number = Message(
            format_number(exact, lang="vi", decimals=decimals),
            format_number(exact, lang="en", decimals=decimals),
        )
    return Shown(
        indicator=figure.indicator,
        unit_id=figure.unit_id,
        period=figure.period,
        name=indicator.name,
        value=figure.text if has_value else None,
        decimals=decimals,
        number=number,
        symbol=indicator.measure.shown,
        sign_word=wording.sign_word(figure.sign, figure.sign_word) if has_value else Message("", ""),
        has_value=has_value,
        state=figure.state,
        state_words=NO_FIGURE if figure.state == "missing" else word(FIGURE_STATES, figure.state),
        period_words=wording.period_label(figure.period),
        source=figure.source,
        source_kind=figure.source_kind,
        source_words=word(SOURCE_KINDS, figure.source_kind),
        published=figure.published_date,
        sample=figure.sample,
        universe=figure.universe,
        conflicts=len(figure.conflicts),
        of=figure.universe if indicator.measure.ordinal else "",
    )
