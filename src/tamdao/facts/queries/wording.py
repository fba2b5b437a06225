"""Figures and their states in words, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from tamdao.facts.rules.withdrawal import withdrawn_by
from tamdao.facts.types import HAS_VALUE, Change, Figure, FigureState
from tamdao.kit.dates import format_date, format_datetime
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.numbers import format_change, format_number, with_symbol
from tamdao.kit.periods import Period

from .catalogue import IndicatorView, MeasureView
from .rows import ObservationView
from .signs import EITHER_WAY

_SIGN_WORDS = {
    "~": Message("khoảng", "about"),
    ">": Message("trên", "over"),
    ">=": Message("từ", "at least"),
    "<": Message("dưới", "under"),
    "<=": Message("không quá", "at most"),
}
_ENGLISH_OF = {
    "gần": "nearly", "trên": "over", "khoảng": "about", "hơn": "more than", "dưới": "under", "xấp xỉ": "approximately",
    "ít nhất": "at least", "tối thiểu": "at least", "tối đa": "at most", "không quá": "at most", "đạt trên": "over",
    EITHER_WAY: "above or below",
}  # fmt: skip
KINDS = {
    "plan": Message("kế hoạch", "plan"),
    "estimate": Message("ước tính", "estimate"),
    "preliminary": Message("sơ bộ", "preliminary"),
    "official": Message("chính thức", "official"),
    "revised": Message("điều chỉnh", "revised"),
}
FLOWS = {
    "in_period": Message("trong kỳ", "in the period"),
    "cumulative": Message("lũy kế", "cumulative"),
}
STATES = {
    "reported": Message("Số liệu công bố", "Reported"),
    "converted": Message("Quy đổi theo địa giới", "Converted to this map"),
    "computed": Message("Tính theo công thức", "Computed by formula"),
    "missing": Message("Chưa có số", "No figure yet"),
    "not_applicable": Message("Không áp dụng", "Not applicable"),
    "rejected": Message("Số liệu đã rút hoặc bị bác bỏ", "Withdrawn or rejected"),
    "not_convertible": Message("Không quy đổi được", "Not convertible"),
    "not_known": Message("Không xác định trên địa giới này", "Not known on this map"),
}
RULES = {
    "sum": Message("cộng các đơn vị cũ", "sum of the old units"),
    "mean": Message("trung bình cộng các đơn vị cũ", "plain mean of the old units"),
    "weighted_mean": Message("bình quân gia quyền các đơn vị cũ", "weighted mean of the old units"),
    "max": Message("lấy giá trị lớn nhất của các đơn vị cũ", "largest value of the old units"),
    "none": Message("không quy đổi", "not convertible"),
}


def sign_word(sign: str, word: str = "") -> Message:
    """The word before an approximate value, as its source wrote it where it did; empty for an exact one."""
    if sign == "=":
        return Message("", "")
    default = _SIGN_WORDS[sign]
    return Message(word, _ENGLISH_OF.get(word.lower(), default.en)) if word else default


def number(exact: Fraction, measure: MeasureView, decimals: int | None = None, lang: str = "vi") -> str:
    """The number with its symbol; `decimals` None shows all of them."""
    return with_symbol(format_number(exact, lang=lang, decimals=decimals), measure.shown.text(lang))


def value(
    exact: Fraction,
    measure: MeasureView,
    *,
    sign: str = "=",
    word: str = "",
    decimals: int | None = None,
    universe: str = "",
) -> Message:
    """A value as shown: sign word, number, symbol; a place as "hạng 20 trong 63"."""
    prefix = sign_word(sign, word)
    if measure.ordinal:
        among = Message(f" trong {universe}", f" of {universe}") if universe else Message("", "")
        vi, en = format_number(exact, lang="vi"), format_number(exact, lang="en")
        return Message(f"{prefix.vi} hạng {vi}{among.vi}".strip(), f"{prefix.en} rank {en}{among.en}".strip())
    return Message(
        f"{prefix.vi} {number(exact, measure, decimals, 'vi')}".strip(),
        f"{prefix.en} {number(exact, measure, decimals, 'en')}".strip(),
    )


def published_decimals(text: str, indicator: IndicatorView) -> int | None:
    """Decimals of a published value: none of its digits is cut, and "0.716" of a score stands as 0,7160.

    None (all digits) where the indicator itself names no number of decimals.
    """
    if not indicator.decimals_set or indicator.measure.ordinal:
        return None
    return max(indicator.decimals, len(text.partition(".")[2]))


def figure_decimals(figure: Figure, indicator: IndicatorView) -> int | None:
    """Decimals of a figure as shown: published digits are kept, computed and converted values are rounded."""
    if figure.state == "reported" and figure.text is not None:
        return published_decimals(figure.text, indicator)
    return indicator.decimals


def written(row: ObservationView, indicator: IndicatorView) -> Message:
    """The value as its source wrote it: sign word, all digits, of a place among how many."""
    if row.text is None:
        return STATES[row.status]
    return value(
        Fraction(row.text),
        indicator.measure,
        sign=row.sign,
        word=row.sign_word,
        decimals=published_decimals(row.text, indicator),
        universe=row.universe,
    )


def figure_value(figure: Figure, indicator: IndicatorView) -> Message:
    """A figure as shown; its state in words where it has no value."""
    if figure.state not in HAS_VALUE or figure.exact is None:
        return STATES[figure.state]
    decimals = figure_decimals(figure, indicator)
    return value(
        figure.exact,
        indicator.measure,
        sign=figure.sign,
        word=figure.sign_word,
        decimals=decimals,
        universe=figure.universe,
    )


def period_label(period: str) -> Message:
    """The period in words; a key that is no period stands for itself."""
    try:
        parsed = Period.parse(period)
    except DomainError:
        return Message(period, period)
    vi = parsed.label("vi")
    return Message(vi[:1].lower() + vi[1:], parsed.label("en"))


def missing(
    unit: Message, period: str, frequency: str, *, ended: date | None = None, as_of: datetime | None = None
) -> Message:
    """Nothing is stored; says what explains it: recorded later, the unit had ended, another kind of period."""
    label = period_label(period)
    vi, en = f"Chưa có số liệu của {unit.vi} cho {label.vi}.", f"No figure of {unit.en} for {label.en}."
    if as_of is not None:
        moment = format_datetime(as_of)
        vi, en = (
            f"Đến {moment} chưa ghi nhận số liệu của {unit.vi} cho {label.vi}.",
            f"By {moment} no figure of {unit.en} for {label.en} had been recorded.",
        )
    parsed = Period.parse(period)
    if ended is not None and ended <= parsed.start:
        day = format_date(ended)
        vi, en = f"{vi} Đơn vị này không còn từ ngày {day}.", f"{en} The unit ceased to exist on {day}."
    if parsed.kind != frequency:
        names = FREQUENCIES[frequency]
        vi, en = f"{vi} Chỉ số được tính theo {names.vi}.", f"{en} The indicator is counted by {names.en}."
    return Message(vi, en)


FREQUENCIES = {
    "year": Message("năm", "year"),
    "half": Message("nửa năm", "half-year"),
    "quarter": Message("quý", "quarter"),
    "month": Message("tháng", "month"),
    "day": Message("ngày", "day"),
}


def reported(source: Message, kind: str, *, sample: bool = False) -> Message:
    """Where a reported value comes from. A sample is never called official, whatever kind its row says."""
    if sample:
        return Message(
            f"Số mẫu để dùng thử, không phải số liệu công bố; nguồn: {source.vi}.",
            f"A sample to try things out, not a published figure; source: {source.en}.",
        )
    what = KINDS.get(kind, Message(kind, kind))
    return Message(
        f"Số liệu {what.vi}, nguồn: {source.vi}.",
        f"{what.en.capitalize()} figure, source: {source.en}.",
    )


def status(state: str, source: Message, note: str) -> Message:
    """A stored row that says there is no value, or that a pack has given its value up."""
    if pack := withdrawn_by(note):
        return Message(
            f"Gói {pack} không còn mang số liệu này (nguồn {source.vi}), nên số liệu đã được rút.",
            f"The pack {pack} no longer carries this figure (source {source.en}), so it was withdrawn.",
        )
    says = {
        "missing": Message("để trống", "has no figure"),
        "not_applicable": Message("ghi không áp dụng", "says not applicable"),
        "rejected": Message("đã bác bỏ số liệu này", "rejected this figure"),
    }[state]
    tail = f" {note}" if note else ""
    return Message(f"Nguồn {source.vi} {says.vi}.{tail}", f"Source {source.en} {says.en}.{tail}")


def converted(rule: str, names: Sequence[Message], weight: Message | None = None) -> Message:
    """How a value was carried over from old units."""
    words = RULES[rule]
    by = Message(f" theo {weight.vi}", f" by {weight.en}") if weight else Message("", "")
    listed = listing(names)
    return Message(
        f"Quy đổi theo quy tắc của chỉ số: {words.vi}{by.vi} ({listed.vi}).",
        f"Converted by the indicator's rule: {words.en}{by.en} ({listed.en}).",
    )


def not_convertible(indicator: Message, reported: Sequence[Message]) -> Message:
    """The indicator's rule forbids a conversion; `reported` are the units that have a value of their own."""
    have = listing(reported)
    return Message(
        f"Chỉ số “{indicator.vi}” không quy đổi được sang địa giới khác; số đã công bố có ở: {have.vi}.",
        f"The indicator “{indicator.en}” can't be converted to another map; reported values exist for: {have.en}.",
    )


def not_known_backwards(unit: Message, later: Sequence[Message]) -> Message:
    """Only later units reported: nothing is spread back without a stated share."""
    listed = listing(later)
    return Message(
        f"Kỳ này chỉ có số liệu trên địa giới sau ({listed.vi}); không chia ngược về {unit.vi}.",
        f"For this period only a later map has figures ({listed.en}); they are not spread back to {unit.en}.",
    )


def incomplete(unit: Message, without: Sequence[tuple[Message, FigureState]], period: str) -> Message:
    """Some of the old units have no value: a partial sum is not shown. What is said of each stands in words."""
    label, why = period_label(period), _absent([(name.vi, name.en, state) for name, state in without])
    return Message(
        f"Chưa đủ số liệu {label.vi} để quy đổi cho {unit.vi}: {why.vi}.",
        f"Not enough figures for {label.en} to convert for {unit.en}: {why.en}.",
    )


def nowhere_applicable(names: Sequence[Message], period: str, *, units: bool = True) -> Message:
    """Every old unit, or every input of a formula, says not applicable: so is what would be made of them."""
    label = period_label(period)
    what = Message("các đơn vị cũ", "the old units") if units else Message("số liệu đầu vào", "the inputs")
    listed = listing(names if units else [Message(f"“{name.vi}”", f"“{name.en}”") for name in names])
    return Message(
        f"{what.vi[:1].upper()}{what.vi[1:]} đều ghi không áp dụng cho {label.vi}: {listed.vi}.",
        f"{what.en[:1].upper()}{what.en[1:]} all say not applicable for {label.en}: {listed.en}.",
    )


_ABSENT: dict[str, Message] = {
    "not_applicable": Message("ghi không áp dụng", "says not applicable"),
    "rejected": Message("có số liệu đã bị bác bỏ", "has a rejected figure"),
    "not_convertible": Message("không quy đổi được", "can't be converted"),
    "not_known": Message("không xác định trên địa giới này", "is not known on this map"),
}
_NONE = Message("chưa có số liệu", "has none")


def _absent(given: Sequence[tuple[str, str, FigureState]]) -> Message:
    """ "A, B chưa có số liệu; C ghi không áp dụng"."""
    groups: dict[Message, list[tuple[str, str]]] = {}
    for vi, en, state in given:
        groups.setdefault(_ABSENT.get(state, _NONE), []).append((vi, en))
    return Message(
        "; ".join(f"{', '.join(vi for vi, _ in names)} {words.vi}" for words, names in groups.items()),
        "; ".join(f"{', '.join(en for _, en in names)} {words.en}" for words, names in groups.items()),
    )


def listing(names: Sequence[Message]) -> Message:
    """Names in a row."""
    return Message(", ".join(name.vi for name in names), ", ".join(name.en for name in names))


def mixed_flows() -> Message:
    """In-period and cumulative values met."""
    return Message(
        "Có số trong kỳ và số lũy kế lẫn nhau nên không tính.",
        "In-period and cumulative figures meet here, so nothing is computed.",
    )


def input_missing(inputs: Sequence[tuple[Message, FigureState]], period: str) -> Message:
    """Inputs of a formula without a value, and what is said of each."""
    label = period_label(period)
    why = _absent([(f"“{name.vi}”", f"“{name.en}”", state) for name, state in inputs])
    return Message(
        f"Thiếu số liệu đầu vào {label.vi}: {why.vi}.", f"Missing inputs for {label.en}: {why.en}."
    )


def change_text(change: Change, indicator: IndicatorView) -> Message:
    """ "tăng 24 bậc", "giảm 1,2 điểm phần trăm", or why the two are not compared."""
    against = {
        "previous": Message("kỳ trước", "the previous period"),
        "same_period_last_year": Message("cùng kỳ năm trước", "the same period last year"),
        "plan": Message("kế hoạch", "plan"),
    }[change.against]
    if change.difference is None:
        return change.note or Message(
            f"Không có số {against.vi} để so sánh.", f"No figure of {against.en} to compare."
        )
    amount = change_amount(change.difference, indicator.measure)
    return Message(f"{amount.vi} so với {against.vi}.", f"{amount.en} against {against.en}.")


def change_amount(difference: Decimal, measure: MeasureView) -> Message:
    """ "Tăng 24 bậc", "−1,2 điểm phần trăm", "Không đổi"."""
    if difference == 0:
        return Message("Không đổi", "Unchanged")
    if measure.ordinal:
        places = abs(difference)
        up = difference < 0
        return Message(
            f"{'Tăng' if up else 'Giảm'} {format_number(places)} bậc",
            f"{'Up' if up else 'Down'} {format_number(places, lang='en')} place{'' if places == 1 else 's'}",
        )
    symbol = difference_symbol(measure)
    return Message(
        format_change(difference, symbol=symbol.vi, lang="vi"),
        format_change(difference, symbol=symbol.en, lang="en"),
    )


def note(text: str) -> Message:
    """A note as it was written down: there is only the Vietnamese one, and the English page says so."""
    return Message(text, f"{text} (vi)" if text else "")


def recorded_by(by: str) -> Message:
    """Who wrote a row down: a person by name, a data pack ("pack:vn-dti@1.0.0") by what it is."""
    kind, _, name = by.partition(":")
    if kind != "pack" or not name:
        return Message(by, by)
    name = name.replace("@", " ")
    return Message(f"gói dữ liệu {name}", f"data pack {name}")


def difference_symbol(measure: MeasureView) -> Message:
    """What a difference is counted in: percentage points for percentages, places for ranks."""
    if measure.ordinal:
        return Message("bậc", "places")
    if measure.is_percent:
        return Message("điểm phần trăm", "percentage points")
    return measure.shown


def signed(difference: Fraction, symbol: str, lang: str) -> str:
    """A difference with its sign and symbol."""
    return format_change(difference, symbol=symbol, lang=lang)
