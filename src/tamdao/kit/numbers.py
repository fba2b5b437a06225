"""Exact numbers as people write them: reading, canonical text, rounding, display.

A value is a `Decimal` or `Fraction`, never a float. Its canonical text ("12.67": no exponent, no trailing
zeros, no "-0") is what is stored, hashed and exchanged; what people see is formatted from it, "1.234,5" in
Vietnamese and "1,234.5" in English. Nothing here depends on the precision of the current decimal context.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from .errors import DomainError
from .messages import Message

Style = Literal["vi", "en", "auto"]
Value = Decimal | Fraction | int

MINUS = "\u2212"
MAX_DIGITS = 60
"""Longest number read or written, in digits: beyond any amount of money, and a guard against abuse."""

_UNWRITABLE = 10 ** (3 * MAX_DIGITS)

_CANONICAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
_SHAPE = re.compile(r"(?P<sign>[+\-\u2212]?)(?P<body>[0-9](?:[0-9., ]*[0-9])?)")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})

# Symbols that are written against the number; everything else stands after a space.
_TIGHT_SYMBOLS = frozenset({"%", "‰", "°"})

_MAGNITUDES = (
    (6, Message("triệu", "million")),
    (9, Message("tỷ", "billion")),
    (12, Message("nghìn tỷ", "trillion")),
    (15, Message("triệu tỷ", "quadrillion")),
)


def parse_decimal(text: str, *, style: Style = "auto") -> Decimal:
    """The number that `text` stands for.

    `vi`: "1.234,5" (point groups thousands, comma starts the decimals); `en`: "1,234.5"; a space may group in
    both. `auto` takes either where only one reading is possible and refuses the rest: "1.234" alone is one
    thousand two hundred and thirty-four to one writer and one and a bit to the other. Digits are ASCII; no
    exponent, no unit. Raises `DomainError` (number_empty, number_malformed, number_ambiguous,
    number_too_long).
    """
    plain = text.translate(_SPACES).strip()
    if not plain:
        raise _refuse("number_empty", "Ô số đang trống.", "The number is empty.")
    shape = _SHAPE.fullmatch(plain)
    if shape is None:
        raise _malformed(text)
    if len(plain) > 3 * MAX_DIGITS:
        raise _too_long()
    body, sign = shape["body"], "-" if shape["sign"] in ("-", MINUS) else ""
    if style == "auto":
        style = _only_style(body, sign, text)
    group, point = (".", ",") if style == "vi" else (",", ".")
    digits = _join(body, group, point)
    if digits is None:
        raise _malformed(text, style)
    return to_decimal(canonical(Decimal(sign + digits)))


def _only_style(body: str, sign: str, text: str) -> Literal["vi", "en"]:
    """The one style in which `body` can be read, either where both give the same; refuses two readings."""
    vietnamese, english = _join(body, ".", ","), _join(body, ",", ".")
    if vietnamese is not None and english is not None and Decimal(vietnamese) != Decimal(english):
        raise _ambiguous(text, Decimal(sign + vietnamese), Decimal(sign + english))
    if vietnamese is not None:
        return "vi"
    if english is not None:
        return "en"
    raise _malformed(text)


def _join(body: str, group: str, point: str) -> str | None:
    """`body` as plain digits with a decimal point; None when it is not written in this style."""
    whole, has_point, decimals = body.partition(point)
    if has_point and not re.fullmatch(r"[0-9]+", decimals):
        return None
    mark = " " if " " in whole else group
    if mark in whole and not re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+", whole):
        return None
    whole = whole.replace(mark, "")
    return f"{whole}.{decimals}" if has_point else whole


def canonical(value: Decimal | int) -> str:
    """The one text of a value: "12.67", no exponent, no trailing zeros, "-0" → "0".

    Raises `DomainError` for NaN and infinity (number_malformed) and for more than `MAX_DIGITS` digits on
    either side of the point (number_too_long).
    """
    number = Decimal(value)
    if not number.is_finite():
        raise _malformed(str(value))
    if not number:
        return "0"
    if not -MAX_DIGITS <= number.adjusted() < MAX_DIGITS:
        raise _too_long()
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if len(text.partition(".")[2]) > MAX_DIGITS:
        raise _too_long()
    return text


def to_decimal(text: str) -> Decimal:
    """The value of a canonical text. Raises `DomainError` (number_malformed) for any other spelling."""
    if text == "-0" or not _CANONICAL.fullmatch(text):
        raise _malformed(text)
    return Decimal(text)


def round_half_up(value: Value, decimals: int) -> Decimal:
    """`value` with exactly `decimals` places, halves away from zero, as published tables round.

    Raises `DomainError` (number_too_long) beyond any number worth writing down.
    """
    if decimals < 0:
        raise ValueError("decimals must not be negative")
    scaled = abs(Fraction(value)) * 10**decimals
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    if units >= _UNWRITABLE:
        raise _too_long()
    sign = 1 if value < 0 and units else 0
    # The tuple constructor is exact; arithmetic would round to the context's precision.
    return Decimal((sign, tuple(int(digit) for digit in str(units)), -decimals))


def fraction_to_decimal(value: Fraction, max_digits: int = 12) -> Decimal:
    """`value` exactly where its decimals end, otherwise rounded half-up to `max_digits` places.

    No trailing zeros. Decimals that end only after `MAX_DIGITS` places count as endless.
    """
    places = _terminating_places(value)
    number = round_half_up(value, max_digits if places is None or places > MAX_DIGITS else places)
    return _without_trailing_zeros(number)


def _terminating_places(value: Fraction) -> int | None:
    """How many decimals write `value` exactly; None when they never end."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _without_trailing_zeros(number: Decimal) -> Decimal:
    sign, digits, exponent = number.as_tuple()
    places = -int(exponent)
    while places > 0 and digits[-1] == 0 and len(digits) > 1:
        digits, places = digits[:-1], places - 1
    if not any(digits):
        return Decimal(0)
    return Decimal((sign, digits, -places))


def format_number(
    value: Value, *, lang: str = "vi", decimals: int | None = None, grouping: bool = True
) -> str:
    """`value` for people: "1.234,5" in Vietnamese, "1,234.5" in English, a real minus sign (U+2212).

    `decimals` places, rounded half-up; None shows all of them (of an endless fraction, 12). A value that
    rounds to zero has no sign.
    """
    if decimals is not None:
        number = round_half_up(value, decimals)
    elif isinstance(value, Fraction):
        number = fraction_to_decimal(value)
    else:
        number = _without_trailing_zeros(Decimal(value))
    whole, _, rest = format(number.copy_abs(), "f").partition(".")
    english = lang.lower().startswith("en")
    if grouping:
        whole = f"{int(whole):,}" if english else f"{int(whole):,}".replace(",", ".")
    point = "." if english else ","
    return f"{MINUS if number < 0 else ''}{whole}{point + rest if rest else ''}"


def format_compact(value: Value, *, lang: str = "vi", decimals: int = 1) -> str:
    """`value` with a word for its size: "1,1 nghìn tỷ"; below a million as `format_number` does.

    Rounded half-up to `decimals` places (of that word), trailing zeros dropped ("11 triệu").
    """
    size = abs(Fraction(value))
    fitting = [index for index, (power, _) in enumerate(_MAGNITUDES) if size >= 10**power]
    if not fitting:
        small = round_half_up(value, 0 if size.denominator == 1 else decimals)
        return format_number(_without_trailing_zeros(small), lang=lang)
    index = fitting[-1]
    if index + 1 < len(_MAGNITUDES) and round_half_up(size / 10 ** _MAGNITUDES[index][0], decimals) >= 1000:
        index += 1  # 999,96 triệu rounds to 1 tỷ, not to 1.000 triệu
    power, word = _MAGNITUDES[index]
    number = _without_trailing_zeros(round_half_up(Fraction(value) / 10**power, decimals))
    return f"{format_number(number, lang=lang)} {word.text(lang)}"


def with_symbol(number: str, symbol: str) -> str:
    """A formatted number with its symbol: "12,67%", "19 nhiệm vụ", "5" where the symbol is empty."""
    if not symbol:
        return number
    return f"{number}{symbol}" if symbol in _TIGHT_SYMBOLS else f"{number} {symbol}"


def format_change(delta: Value, *, symbol: str, lang: str = "vi", decimals: int | None = None) -> str:
    """A change with its sign: "+1,2 điểm phần trăm", "−3 bậc"; no sign where it rounds to zero.

    `symbol` names what the difference is counted in: for percentages that is percentage points, not "%".
    """
    number = format_number(delta, lang=lang, decimals=decimals)
    positive = delta > 0 and any(char in "123456789" for char in number)
    return with_symbol(f"+{number}" if positive else number, symbol)


def _ambiguous(text: str, vietnamese: Decimal, english: Decimal) -> DomainError:
    """Both readings, and for each a spelling that has no other."""
    point_groups = "." in text
    thousands, decimals = (vietnamese, english) if point_groups else (english, vietnamese)
    places = -int(decimals.as_tuple().exponent)

    def written(lang: str) -> tuple[str, str, str]:
        part = format_number(decimals, lang=lang, grouping=False)
        clear = format_number(decimals, lang=lang, decimals=places + 1, grouping=False)
        return format_number(thousands, lang=lang, grouping=False), part, clear

    vi, en = written("vi"), written("en")
    mark = Message("dấu chấm", "point") if point_groups else Message("dấu phẩy", "comma")
    return _refuse(
        "number_ambiguous",
        f"“{_shown(text)}” đọc được hai cách: {vi[0]} ({mark.vi} ngăn hàng nghìn) hoặc {vi[1]} "
        f"({mark.vi} ngăn phần thập phân). Hãy ghi {vi[0]} hoặc {vi[2]}.",
        f"“{_shown(text)}” has two readings: {en[0]} (the {mark.en} groups thousands) or {en[1]} "
        f"(the {mark.en} starts the decimals). Write {en[0]} or {en[2]}.",
    )


def _shown(text: str) -> str:
    """At most 40 characters of what was typed, for an error message."""
    return text if len(text) <= 40 else f"{text[:40]}…"


def _malformed(text: str, style: str = "") -> DomainError:
    if style == "vi":
        hint = Message(
            "Dấu chấm ngăn từng nhóm ba chữ số, dấu phẩy ngăn phần thập phân: 1.234,5.",
            "A point separates groups of three digits, a comma the decimals: 1.234,5.",
        )
    elif style == "en":
        hint = Message(
            "Dấu phẩy ngăn từng nhóm ba chữ số, dấu chấm ngăn phần thập phân: 1,234.5.",
            "A comma separates groups of three digits, a point the decimals: 1,234.5.",
        )
    else:
        hint = Message("Ví dụ số đúng: 1234,5.", "A good number looks like 1234.5.")
    return _refuse(
        "number_malformed",
        f"“{_shown(text)}” không phải là số đọc được. {hint.vi}",
        f"“{_shown(text)}” is not a number that can be read. {hint.en}",
    )


def _too_long() -> DomainError:
    return _refuse(
        "number_too_long",
        f"Số dài quá {MAX_DIGITS} chữ số.",
        f"The number has more than {MAX_DIGITS} digits.",
    )


def _refuse(code: str, vi: str, en: str) -> DomainError:
    return DomainError(Message(vi, en), code=code, status=422)
