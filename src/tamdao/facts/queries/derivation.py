"""What a figure is asked with and what it was made of: plain values between the reader and the explanation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tamdao.facts.types import HAS_VALUE, Figure

from .selection import NOTHING, Choice


@dataclass(frozen=True, slots=True)
class TermUsed:
    """One old unit in a conversion: what part of it counts, its figure, and its weight in a weighted mean."""

    share: Fraction | None
    derivation: Derivation
    weight: Derivation | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """A figure and what it was made of."""

    figure: Figure
    choice: Choice = NOTHING
    formula: str = ""
    inputs: tuple[Derivation, ...] = ()
    rule: str = ""
    terms: tuple[TermUsed, ...] = ()
    # the formula's own result beside a reported value
    computed: Derivation | None = None

    @property
    def has_value(self) -> bool:
        """The figure has a value."""
        return self.figure.state in HAS_VALUE


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for beside indicator, unit and period."""

    sample: bool = False
    dims: str = ""
    as_of: datetime | None = None
    only_source: str | None = None
    flow: str | None = None
