"""Units of measure of values, as formulas see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from tamdao.kit.messages import Message


@dataclass(frozen=True, slots=True)
class Measure:
    """What a value is counted in.

    `dimension`: base → exponent, empty for a pure number; enterprises per person are {"enterprise": 1,
    "person": -1}. `scale`: how much of the base one unit is; percent is a pure number with 0.01, billions of
    đồng {"VND": 1} with 1000000000. `ordinal`: a place in an order (a rank), on which no arithmetic makes
    sense. Two measures with another `code` but the same dimension, scale and order are the same to a formula.
    `name` is what a refusal calls it; without one it is called by its code.
    """

    code: str
    dimension: Mapping[str, int] = field(default_factory=dict)
    scale: Decimal = Decimal(1)
    ordinal: bool = False
    name: Message | None = None

    def __post_init__(self) -> None:
        if not self.scale.is_finite() or self.scale <= 0:
            raise ValueError(f"measure {self.code}: scale must be a number greater than 0")


Dimension = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Quantity:
    """The unit of a part of a formula: its dimension and every scale in which its number may be read.

    Why several: a number multiplied by a literal k is either k times as much in the same unit, or the same
    amount in a unit k times smaller. `online / total * 100` is a hundredfold ratio or a percentage; both
    readings are carried along until a sum, a comparison or the declared result picks one.
    """

    dimension: Dimension
    scales: frozenset[Fraction]
    label: Message
    ordinal: bool = False

    @classmethod
    def of(cls, measure: Measure) -> Quantity:
        dimension = frozenset((base, power) for base, power in measure.dimension.items() if power)
        label = measure.name or Message(measure.code, measure.code)
        return cls(dimension, frozenset({Fraction(measure.scale)}), label, measure.ordinal)

    def times(self, other: Quantity) -> Quantity:
        return Quantity(
            _combined(self.dimension, other.dimension, 1),
            frozenset(one * two for one in self.scales for two in other.scales),
            Message(f"{self.label.vi}·{other.label.vi}", f"{self.label.en}·{other.label.en}"),
        )

    def over(self, other: Quantity) -> Quantity:
        return Quantity(
            _combined(self.dimension, other.dimension, -1),
            frozenset(one / two for one in self.scales for two in other.scales),
            Message(f"{self.label.vi}/{other.label.vi}", f"{self.label.en}/{other.label.en}"),
        )

    def multiplied(self, factor: Fraction | None) -> Quantity:
        """After multiplication by a literal; None or a factor that is not positive changes no unit."""
        if factor is None or factor <= 0:
            return self
        scales = self.scales | {scale / factor for scale in self.scales}
        return Quantity(self.dimension, scales, self.label, self.ordinal)


PURE = Quantity(frozenset(), frozenset({Fraction(1)}), Message("1", "1"))


def _combined(left: Dimension, right: Dimension, sign: int) -> Dimension:
    powers = dict(left)
    for base, power in right:
        powers[base] = powers.get(base, 0) + sign * power
    return frozenset((base, power) for base, power in powers.items() if power)
