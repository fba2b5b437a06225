"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Literal

import pytest

from tamdao.kit.errors import DomainError
from tamdao.kit.numbers import (
    canonical,
    format_change,
    format_compact,
    format_number,
    fraction_to_decimal,
    parse_decimal,
    round_half_up,
    to_decimal,
    with_symbol,
)


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("1.234,5", "vi", "1234.5"),
        ("1,234.5", "en", "1234.5"),
        ("1.234", "vi", "1234"),
        ("1.234", "en", "1.234"),
        ("1,234", "vi", "1.234"),
        ("1,234", "en", "1234"),
        ("1 234,5", "vi", "1234.5"),
        ("1\u00a0234\u00a0567", "vi", "1234567"),
        ("+5", "vi", "5"),
        ("\u22123,20", "vi", "-3.2"),
        ("007", "vi", "7"),
        ("-0,0", "vi", "0"),
        ("1.234,5", "auto", "1234.5"),
        ("1,234.5", "auto", "1234.5"),
        ("1.234.567", "auto", "1234567"),
        ("1,234,567", "auto", "1234567"),
        ("12,67", "auto", "12.67"),
        ("12.67", "auto", "12.67"),
        ("0.634", "auto", "0.634"),
        ("0,634", "auto", "0.634"),
        ("1234.567", "auto", "1234.567"),
        ("1.2345", "auto", "1.2345"),
        ("1440", "auto", "1440"),
        ("1 234.567", "auto", "1234.567"),
        (" 42 ", "auto", "42"),
    ],
)
def test_parse(text: str, style: Literal["vi", "en", "auto"], value: str) -> None:
    assert canonical(parse_decimal(text, style=style)) == value


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345", "999,000", "-1.234"])
def test_auto_refuses_two_readings_and_names_both(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_decimal(text)
    assert refused.value.code == "number_ambiguous"
    sign = "\u2212" if text.startswith("-") else ""
    digits = text.strip("-").replace(".", "").replace(",", "")
    assert sign + digits in refused.value.message.vi
    assert sign + text.strip("-").replace(".", ",") in refused.value.message.vi
    assert sign + text.strip("-").replace(",", ".") in refused.value.message.en


def test_the_spellings_offered_for_an_ambiguous_number_are_not_ambiguous() -> None:
    assert [parse_decimal(text) for text in ("1234", "1,2340", "1.2340")] == [
        Decimal(1234),
        Decimal("1.234"),
        Decimal("1.234"),
    ]


@pytest.mark.parametrize("text", ["", "   ", "\u00a0"])
def test_empty(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_decimal(text)
    assert refused.value.code == "number_empty"


@pytest.mark.parametrize("style", ["vi", "en", "auto"])
@pytest.mark.parametrize(
    "text",
    [
        *(
            "NaN",
            "Infinity",
            "-inf",
            "1e5",
            "1_000",
            "0x10",
            "12%",
            "abc",
            "--1",
            "1-2",
            "\uff11\uff12",
            "\u0661",
        ),
        *(
            ".5",
            "5.",
            ",5",
            "5,",
            "1..2",
            "1,,2",
            "1.23.456,7",
            "1,23,456.7",
            "12 34",
            "1.234 567",
            "0.123.456",
        ),
    ],
)
def test_malformed(text: str, style: Literal["vi", "en", "auto"]) -> None:
    with pytest.raises(DomainError) as refused:
        parse_decimal(text, style=style)
    assert refused.value.code == "number_malformed"
    assert refused.value.status == 422


@pytest.mark.parametrize(("text", "style"), [("12.5", "vi"), ("12,5", "en"), ("1.2,5", "vi")])
def test_the_other_style_is_not_guessed(text: str, style: Literal["vi", "en"]) -> None:
    with pytest.raises(DomainError) as refused:
        parse_decimal(text, style=style)
    assert ("1.234,5" if style == "vi" else "1,234.5") in refused.value.message.en


@pytest.mark.parametrize("text", ["9" * 61, "0," + "1" * 61, "1" * 10_000])
def test_too_long(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_decimal(text, style="vi")
    assert refused.value.code == "number_too_long"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.670"), "12.67"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.1E12"), "1100000000000"),
        (Decimal("-0"), "0"),
        (Decimal("0.000"), "0"),
        (Decimal("-0.50"), "-0.5"),
        (Decimal("1E-7"), "0.0000001"),
        (100, "100"),
    ],
)
def test_canonical(value: Decimal | int, text: str) -> None:
    assert canonical(value) == text
    assert to_decimal(text) == value


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+60"), Decimal("1E-61")])
def test_no_canonical_text(value: Decimal) -> None:
    with pytest.raises(DomainError):
        canonical(value)


@pytest.mark.parametrize(
    "text", ["", "-0", "01", "1.", "1.0", ".5", "+1", "1e3", "NaN", " 1", "1,5", "\uff11"]
)
def test_only_canonical_text_is_a_stored_value(text: str) -> None:
    with pytest.raises(DomainError):
        to_decimal(text)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal("0.5"), 0, "1"),
        (Decimal("-0.5"), 0, "-1"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("0.63405"), 4, "0.6341"),
        (Decimal("0.63404999"), 4, "0.6340"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(-1, 3), 2, "-0.33"),
        (Decimal("-0.004"), 2, "0.00"),
        (7, 2, "7.00"),
    ],
)
def test_round_half_up(value: Decimal | Fraction | int, decimals: int, text: str) -> None:
    assert str(round_half_up(value, decimals)) == text


def test_rounding_ignores_the_context_precision() -> None:
    with localcontext() as context:
        context.prec = 3
        assert str(round_half_up(Decimal("123456789.125"), 2)) == "123456789.13"
        assert format_number(Decimal("123456789.125")) == "123.456.789,125"


def test_negative_decimals_are_a_programming_error() -> None:
    with pytest.raises(ValueError, match="decimals"):
        round_half_up(1, -1)


def test_nobody_rounds_an_astronomic_number() -> None:
    with pytest.raises(DomainError):
        round_half_up(Fraction(10**400), 2)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 8), "0.125"),
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(-2, 3), "-0.666666666667"),
        (Fraction(7, 1), "7"),
        (Fraction(100), "100"),
        (Fraction(1, 2**20), "0.00000095367431640625"),
        (Fraction(1, 2**100), "0"),
        (Fraction(0), "0"),
    ],
)
def test_fraction_to_decimal(value: Fraction, text: str) -> None:
    assert canonical(fraction_to_decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (Decimal("1234.5"), "1.234,5", "1,234.5"),
        (Decimal("-1234.50"), "\u22121.234,5", "\u22121,234.5"),
        (1440, "1.440", "1,440"),
        (Decimal("12.67"), "12,67", "12.67"),
        (Fraction(1, 3), "0,333333333333", "0.333333333333"),
        (Decimal("1E3"), "1.000", "1,000"),
        (0, "0", "0"),
    ],
)
def test_format_number(value: Decimal | Fraction | int, vi: str, en: str) -> None:
    assert format_number(value) == vi
    assert format_number(value, lang="en") == en


def test_format_number_rounds_and_pads() -> None:
    assert format_number(Decimal("0.634"), decimals=4) == "0,6340"
    assert format_number(Decimal("2.345"), decimals=2) == "2,35"
    assert format_number(Decimal("-0.04"), decimals=1) == "0,0"
    assert format_number(1234567, grouping=False) == "1234567"


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1_100_000_000_000, "1,1 nghìn tỷ", "1.1 trillion"),
        (11_000_000, "11 triệu", "11 million"),
        (Decimal(2500000000), "2,5 tỷ", "2.5 billion"),
        (-3_200_000, "\u22123,2 triệu", "\u22123.2 million"),
        (999_960_000, "1 tỷ", "1 billion"),
        (999_940_000, "999,9 triệu", "999.9 million"),
        (10**18, "1.000 triệu tỷ", "1,000 quadrillion"),
        (225_500, "225.500", "225,500"),
        (Decimal("12.67"), "12,7", "12.7"),
        (0, "0", "0"),
    ],
)
def test_format_compact(value: Decimal | int, vi: str, en: str) -> None:
    assert format_compact(value) == vi
    assert format_compact(value, lang="en") == en


def test_a_change_carries_its_sign_and_its_symbol() -> None:
    assert format_change(Decimal("1.2"), symbol="điểm phần trăm") == "+1,2 điểm phần trăm"
    assert format_change(Decimal(-3), symbol="bậc") == "\u22123 bậc"
    assert (
        format_change(Decimal("1.25"), symbol="percentage points", lang="en", decimals=1)
        == "+1.3 percentage points"
    )
    assert format_change(Decimal("0.04"), symbol="%", decimals=1) == "0,0%"
    assert format_change(Decimal(0), symbol="%") == "0%"


def test_symbols_that_stand_against_the_number() -> None:
    assert with_symbol("12,67", "%") == "12,67%"
    assert with_symbol("19", "nhiệm vụ") == "19 nhiệm vụ"
    assert with_symbol("0,634", "") == "0,634"
