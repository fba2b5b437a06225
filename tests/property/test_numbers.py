"""Reading, writing and rounding numbers, compared with slower obvious ways of doing the same."""

from __future__ import annotations

from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tamdao.kit.errors import DomainError
from tamdao.kit.numbers import (
    canonical,
    format_number,
    fraction_to_decimal,
    parse_decimal,
    round_half_up,
    to_decimal,
)

decimals = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=12
)
fractions = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)


@given(decimals)
def test_canonical_text_is_exact_and_unique(value: Decimal) -> None:
    text = canonical(value)
    assert to_decimal(text) == value
    assert canonical(to_decimal(text)) == text


@given(decimals, st.sampled_from(["vi", "en"]), st.booleans())
def test_what_is_written_can_be_read(value: Decimal, lang: str, grouping: bool) -> None:
    text = format_number(value, lang=lang, grouping=grouping)
    assert parse_decimal(text, style="en" if lang == "en" else "vi") == value


@given(st.text(alphabet="0123456789.,- ", max_size=14))
def test_auto_never_chooses_between_two_readings(text: str) -> None:
    readings = set()
    for style in ("vi", "en"):
        with suppress(DomainError):
            readings.add(parse_decimal(text, style="vi" if style == "vi" else "en"))
    try:
        read = parse_decimal(text)
    except DomainError:
        assert len(readings) != 1
    else:
        assert readings == {read}


@given(fractions, st.integers(0, 6))
def test_rounding_equals_decimal_rounding(value: Fraction, places: int) -> None:
    with localcontext() as context:
        context.prec = 80
        slow = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
            Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP
        )
    fast = round_half_up(value, places)
    assert fast == slow
    assert fast.as_tuple().exponent == -places


@given(fractions)
def test_fraction_is_exact_when_its_decimals_end(value: Fraction) -> None:
    number = fraction_to_decimal(value)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        assert Fraction(number) == value
    else:
        assert abs(Fraction(number) - value) <= Fraction(1, 2 * 10**12)
