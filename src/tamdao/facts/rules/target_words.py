"""The sentences of `targets.judge`: one plain sentence with its figures, in Vietnamese and in English."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tamdao.kit.dates import format_date
from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_number, round_half_up, with_symbol
from tamdao.kit.periods import Period

from .target_values import Actual, Base, Ending, Promise

_SIGNS = {
    "=": Message("", ""),
    "~": Message("khoảng ", "about "),
    ">": Message("trên ", "over "),
    ">=": Message("từ ", "at least "),
    "<": Message("dưới ", "under "),
    "<=": Message("không quá ", "at most "),
}
_DEMANDS = {
    ">=": Message("từ {} trở lên", "{} or more"),
    ">": Message("trên {}", "above {}"),
    "<=": Message("không quá {}", "{} or less"),
    "<": Message("dưới {}", "below {}"),
    "=": Message("đạt {}", "reach {}"),
    "exactly": Message("đúng {}", "exactly {}"),
    "keep": Message("giữ {}", "keep {}"),
}
_SIGN_WORDS_EN = {"gần": "nearly", "khoảng": "about", "trên": "over", "hơn": "over", "dưới": "under"}
_SIGN_WORDS_EN["trên hoặc dưới"] = "above or below"
_ROUGH = Message(
    " (số liệu xấp xỉ, chưa đủ căn cứ kết luận đã đạt)", " (an approximate figure, not enough to call it met)"
)
_NOTHING = Message("", "")
_SAMPLE = Message("dữ liệu mẫu", "sample data")


def shown(promise: Promise, value: Decimal | Fraction) -> Message:
    """A value in the target's measure: "12,5 %", "hạng 20" / "12.5%", "place 20"."""
    if promise.ordinal:
        return _each(lambda lang: ("place " if lang == "en" else "hạng ") + format_number(value, lang=lang))
    symbol = Message(promise.symbol, promise.symbol_en or promise.symbol)
    return _each(lambda lang: with_symbol(format_number(value, lang=lang), symbol.text(lang)))


def demand(promise: Promise) -> Message:
    """The promised value with its comparator, ready to stand in a sentence."""
    value = shown(promise, promise.value)
    number = format_number(promise.value)
    if promise.ordinal and promise.comparator == "<=":
        return Message(f"trong {number} hạng đầu", f"among the first {number}")
    words = _DEMANDS[promise.comparator]
    return Message(words.vi.format(value.vi), words.en.format(value.en))


def result(promise: Promise, actual: Actual) -> Message:
    """The result as it was written, with its sign word."""
    value, sign = shown(promise, actual.value), _SIGNS[actual.sign]
    word = actual.sign_word.strip()
    if word and actual.sign != "=":
        sign = Message(f"{word} ", f"{_SIGN_WORDS_EN.get(word.casefold(), sign.en.strip())} ")
    return Message(sign.vi + value.vi, sign.en + value.en)


def marks(actual: Actual) -> list[Message]:
    """What a reader has to know of a result beside its value: made up, published after the day of judgement."""
    found = [_SAMPLE] if actual.sample else []
    if actual.published_later is not None:
        day = format_date(actual.published_later)
        found.append(
            Message(f"công bố {day}, sau ngày đánh giá", f"published {day}, after the date of judgement")
        )
    return found


def marked_result(promise: Promise, actual: Actual, *before: Message) -> Message:
    """The result, with `before` and its marks in parentheses."""
    value, noted = result(promise, actual), [*before, *marks(actual)]
    if not noted:
        return value
    vi, en = "; ".join(one.vi for one in noted), "; ".join(one.en for one in noted)
    return Message(f"{value.vi} ({vi})", f"{value.en} ({en})")


def awaiting_decision(promise: Promise, ending: Ending) -> Message:
    last, deadline = format_date(ending.date), format_date(promise.deadline)
    into = (
        Message(f", nay thuộc {ending.successor.vi}", f", now part of {ending.successor.en}")
        if ending.successor
        else _NOTHING
    )
    return Message(
        f"{_capital(ending.name.vi)} không còn từ ngày {last}{into.vi}, trước hạn {deadline}; "
        "chờ cấp có thẩm quyền quyết định về chỉ tiêu này.",
        f"{_capital(ending.name.en)} ceased to exist on {last}{into.en}, before the deadline {deadline}; "
        "a decision on this target is awaited.",
    )


def not_measured() -> Message:
    return Message(
        "Chưa có chỉ số nào được gắn để đo chỉ tiêu này.",
        "No indicator has been linked to measure this target.",
    )


def no_data(promise: Promise) -> Message:
    asked, deadline = demand(promise), format_date(promise.deadline)
    return Message(
        f"Chưa có số liệu để so với yêu cầu {asked.vi}, hạn {deadline}.",
        f"No data yet to compare with the demand ({asked.en} by {deadline}).",
    )


def other_universe(promise: Promise, actual: Actual) -> Message:
    got, (vi, en) = marked_result(promise, actual), _period(actual.period)
    among = (
        Message(f"xếp trong {actual.universe} đơn vị", f"is among {actual.universe} units")
        if actual.universe
        else Message("không ghi xếp trong bao nhiêu đơn vị", "does not say among how many units")
    )
    return Message(
        f"Kết quả {vi} là {got.vi}, {among.vi}, chỉ tiêu đặt ra trong {promise.universe} đơn vị; "
        "không so sánh được.",
        f"The result of {en}, {got.en}, {among.en}; the target was set among {promise.universe}; "
        "the two can't be compared.",
    )


def met(promise: Promise, actual: Actual) -> Message:
    got, asked, (vi, en) = marked_result(promise, actual), demand(promise), _period(actual.period)
    return Message(
        f"Kết quả {vi} là {got.vi}, đáp ứng yêu cầu {asked.vi}.",
        f"The result of {en} is {got.en}, which meets the demand ({asked.en}).",
    )


def kept_so_far(promise: Promise, actual: Actual) -> Message:
    got, asked, (vi, en) = marked_result(promise, actual), demand(promise), _period(actual.period)
    deadline = format_date(promise.deadline)
    return Message(
        f"Kết quả {vi} là {got.vi}, đến nay vẫn bảo đảm yêu cầu {asked.vi} đến hết ngày {deadline}.",
        f"The result of {en} is {got.en}; so far the demand ({asked.en} until {deadline}) is kept.",
    )


def missed(promise: Promise, actual: Actual, gap: Decimal | None) -> Message:
    got, asked, (vi, en) = marked_result(promise, actual), demand(promise), _period(actual.period)
    deadline = format_date(promise.deadline)
    short = _short_of(promise, gap)
    return Message(
        f"Kết quả {vi} là {got.vi}, không đạt yêu cầu {asked.vi} vào hạn {deadline}{short.vi}.",
        f"The result of {en} is {got.en}, which misses the demand ({asked.en} by {deadline}){short.en}.",
    )


def no_result_yet(promise: Promise, actual: Actual) -> Message:
    asked, got = demand(promise), marked_result(promise, actual, Message(*_period(actual.period)))
    deadline = format_date(promise.deadline)
    return Message(
        f"Đã qua hạn {deadline} nhưng chưa có kết quả của kỳ đến hạn để so với yêu cầu {asked.vi}; "
        f"kết quả gần nhất là {got.vi}.",
        f"The deadline {deadline} has passed without a result for its period to compare with the demand "
        f"({asked.en}); the last result is {got.en}.",
    )


def too_rough_after(promise: Promise, actual: Actual) -> Message:
    got, asked, (vi, en) = marked_result(promise, actual), demand(promise), _period(actual.period)
    deadline = format_date(promise.deadline)
    return Message(
        f"Đã qua hạn {deadline}; kết quả {vi} là {got.vi}, số liệu xấp xỉ nên chưa kết luận được "
        f"có đáp ứng yêu cầu {asked.vi} hay không.",
        f"The deadline {deadline} has passed; the result of {en} is {got.en}, too approximate to tell "
        f"whether the demand ({asked.en}) is met.",
    )


def behind_without_base(promise: Promise, actual: Actual, *, rough: bool) -> Message:
    so_far = _not_yet(promise, actual, rough=rough)
    return Message(
        f"{so_far.vi}; chưa có giá trị gốc nên không xác định được lộ trình.",
        f"{so_far.en}; no base value is stated, so the path is not known.",
    )


def behind_without_path(promise: Promise, actual: Actual, base: Base, *, rough: bool) -> Message:
    so_far, day = _not_yet(promise, actual, rough=rough), format_date(base.date)
    return Message(
        f"{so_far.vi}; ngày gốc {day} không trước hạn nên không xác định được lộ trình.",
        f"{so_far.en}; the base date {day} is not before the deadline, so the path is not known.",
    )


def on_course(promise: Promise, actual: Actual, base: Base, expected: Fraction, *, rough: bool) -> Message:
    so_far, path = _not_yet(promise, actual, rough=rough), _path(promise, base, expected, actual.period.end)
    return Message(f"{so_far.vi}; đúng lộ trình: {path.vi}.", f"{so_far.en}; on course: {path.en}.")


def behind(promise: Promise, actual: Actual, base: Base, expected: Fraction, *, rough: bool) -> Message:
    so_far, path = _not_yet(promise, actual, rough=rough), _path(promise, base, expected, actual.period.end)
    vi, en = f"{so_far.vi}; chậm so với lộ trình: {path.vi}.", f"{so_far.en}; behind the path: {path.en}."
    return Message(vi, en)


def _not_yet(promise: Promise, actual: Actual, *, rough: bool) -> Message:
    """Opening of the sentences before the deadline, without a full stop."""
    got, asked, (vi, en) = marked_result(promise, actual), demand(promise), _period(actual.period)
    deadline, doubt = format_date(promise.deadline), _ROUGH if rough else _NOTHING
    return Message(
        f"Kết quả {vi} là {got.vi}{doubt.vi}, yêu cầu {asked.vi} vào hạn {deadline}",
        f"The result of {en} is {got.en}{doubt.en}, the demand is {asked.en} by {deadline}",
    )


def _path(promise: Promise, base: Base, expected: Fraction, day: date) -> Message:
    """Where the straight line stands at `day`; two decimals are enough to be read."""
    start, there = shown(promise, base.value), shown(promise, _readable(promise, base, expected))
    base_day, end = format_date(base.date), format_date(day)
    mark = Message(f", {_SAMPLE.vi}", f", {_SAMPLE.en}") if base.sample else _NOTHING
    return Message(
        f"từ {start.vi} ({base_day}{mark.vi}) theo đường thẳng, đến {end} cần {there.vi}",
        f"on a straight line from {start.en} ({base_day}{mark.en}), {there.en} was due on {end}",
    )


def _readable(promise: Promise, base: Base, value: Fraction) -> Decimal:
    """Two decimals at most, none where they are zeros; of a rank the nearest place that is on the path."""
    if promise.ordinal:
        return Decimal(math.floor(value) if promise.value < base.value else math.ceil(value))
    rounded = round_half_up(value, 2)
    whole = rounded.to_integral_value()
    return whole if rounded == whole else rounded


def _short_of(promise: Promise, gap: Decimal | None) -> Message:
    if not gap:
        return _NOTHING
    if promise.ordinal:
        number = format_number(gap)
        return Message(f", còn cách {number} bậc", f", {number} places away")
    if promise.symbol == "%":
        return _each(
            lambda lang: (
                f", {format_number(gap, lang=lang)} percentage points away"
                if lang == "en"
                else f", còn cách {format_number(gap, lang=lang)} điểm phần trăm"
            )
        )
    away = shown(promise, gap)
    return Message(f", còn cách {away.vi}", f", {away.en} away")


def _period(period: Period) -> tuple[str, str]:
    """Names of a period inside a sentence: ("năm 2024", "2024")."""
    vi = period.label("vi")
    return vi[:1].lower() + vi[1:], period.label("en")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _each(render: Callable[[str], str]) -> Message:
    return Message(render("vi"), render("en"))
