"""Figures in words: sign words, ranks, changes in their own measure, what explains a gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from tamdao.facts import dates
from tamdao.facts.queries import wording
from tamdao.facts.queries.catalogue import IndicatorView, MeasureView
from tamdao.facts.queries.memo import Memo
from tamdao.facts.render import change_dict, figure_dict
from tamdao.facts.types import Change, Figure
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

PERCENT = MeasureView("percent", Message("phần trăm", "percent"), "%", (), Decimal("0.01"), 1, False)
RANK = MeasureView("rank", Message("hạng", "rank"), "", (), Decimal(1), 0, True)
COUNT = MeasureView("count", Message("lượt", "items"), "lượt", (("item", 1),), Decimal(1), 0, False, "items")
NOTHING = Message("Chưa có số.", "None.")
UNIT = Message("Tỉnh A", "A province")


def view(measure: MeasureView, direction: str = "up") -> IndicatorView:
    name = Message("Chỉ số", "Indicator")
    return IndicatorView(
        code="i", name=name, definition=name, pillar="overall", measure=measure, direction=direction,
        frequency="year", window="", levels=("province",), owner=None, rule="sum", rule_weight=None, formula="",
        convert_result=False, decimals=measure.decimals, source_order=(),
    )  # fmt: skip


def figure(text: str | None, **more: object) -> Figure:
    made = Figure(
        "i", "u", "2024", "reported" if text else "missing", text, NOTHING, "percent",
        exact=Fraction(text) if text else None,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]  # fields of every kind


@pytest.mark.parametrize(
    ("sign", "word", "vi", "en"),
    [
        ("=", "", "12,5%", "12.5%"),
        ("~", "gần", "gần 12,5%", "nearly 12.5%"),
        ("~", "", "khoảng 12,5%", "about 12.5%"),
        (">", "trên", "trên 12,5%", "over 12.5%"),
        ("<=", "", "không quá 12,5%", "at most 12.5%"),
        (">=", "chừng", "chừng 12,5%", "at least 12.5%"),
    ],
)
def test_values_keep_the_word_of_their_source(sign: str, word: str, vi: str, en: str) -> None:
    shown = wording.value(Fraction("12.5"), PERCENT, sign=sign, word=word)
    assert (shown.vi, shown.en) == (vi, en)


def test_computed_figures_are_rounded_and_published_ones_are_not() -> None:
    assert wording.figure_value(figure("12.67"), view(PERCENT)).vi == "12,67%"
    assert wording.figure_value(figure("12.67", state="computed"), view(PERCENT)).vi == "12,7%"
    assert wording.figure_value(figure(None), view(PERCENT)).en == "No figure yet"
    assert wording.figure_value(figure("20", universe="63"), view(RANK, "down")).vi == "hạng 20 trong 63"
    assert wording.figure_value(figure("20"), view(RANK, "down")).en == "rank 20"


@pytest.mark.parametrize(
    ("measure", "difference", "vi", "en"),
    [
        (RANK, "-24", "Tăng 24 bậc so với kỳ trước.", "Up 24 places against the previous period."),
        (RANK, "26", "Giảm 26 bậc so với kỳ trước.", "Down 26 places against the previous period."),
        (
            PERCENT,
            "-1.5",
            "−1,5 điểm phần trăm so với kỳ trước.",
            "−1.5 percentage points against the previous period.",
        ),
        (COUNT, "1200", "+1.200 lượt so với kỳ trước.", "+1,200 items against the previous period."),
        (COUNT, "0", "Không đổi so với kỳ trước.", "Unchanged against the previous period."),
    ],
)
def test_changes_are_told_in_their_own_measure(
    measure: MeasureView, difference: str, vi: str, en: str
) -> None:
    change = Change("previous", "2023", figure("1"), Decimal(difference), None)
    told = wording.change_text(change, view(measure))
    assert (told.vi, told.en) == (vi, en)
    assert change_dict(change)["difference"] == difference


def test_a_change_that_is_none_says_why() -> None:
    why = Message("Khác phiên bản.", "Another edition.")
    assert wording.change_text(Change("plan", "2024", figure(None), None, None, why), view(COUNT)) is why
    assert "kế hoạch" in wording.change_text(Change("plan", "2024", figure(None), None, None), view(COUNT)).vi
    assert change_dict(Change("plan", "2024", figure(None), None, None))["difference"] is None


def test_a_gap_names_what_explains_it() -> None:
    assert wording.missing(UNIT, "2024", "year").vi == "Chưa có số liệu của Tỉnh A cho năm 2024."
    assert "theo năm" in wording.missing(UNIT, "2024-Q3", "year").vi
    assert "01/07/2025" in wording.missing(UNIT, "2026", "year", ended=date(2025, 7, 1)).en
    assert "01/07/2025" not in wording.missing(UNIT, "2025", "year", ended=date(2025, 7, 1)).en
    moment = datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert "01/01/2026" in wording.missing(UNIT, "2024", "year", as_of=moment).vi
    assert (
        wording.status("rejected", Message("Nguồn", "Source"), "").vi == "Nguồn Nguồn đã bác bỏ số liệu này."
    )
    assert wording.period_label("forever").vi == "forever"


def test_a_figure_without_a_value_has_null_and_not_zero() -> None:
    data = figure_dict(figure(None))
    assert (data["value"], data["recorded_at"], data["source"], data["explain"]) == (None, None, None, None)
    assert figure(None).value is None
    assert figure("0").value == 0


def test_moments_are_those_of_viet_nam() -> None:
    assert dates.parse_as_of("2026-11-21").isoformat() == "2026-11-21T23:59:59.999999+07:00"
    assert dates.parse_as_of("2026-11-21T10:00").isoformat() == "2026-11-21T10:00:00+07:00"
    assert (
        dates.parse_as_of("2026-11-21T10:00+00:00").utcoffset()
        == datetime(2026, 1, 1, tzinfo=UTC).utcoffset()
    )
    no_utc = ("0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "9999-12-31T23:59+00:00")
    for text in ("soon", "2026-11-21T25:00", "21/11/26", *no_utc):
        with pytest.raises(DomainError) as caught:
            dates.parse_as_of(text)
        assert caught.value.code == "date_unreadable"


def test_memory_is_bounded_and_ends_with_the_stamp() -> None:
    memo: Memo[str, int] = Memo(2)
    for number, key in enumerate("ab"):
        memo.put((1,), key, number)
    assert memo.get((1,), "a") == 0
    memo.put((1,), "c", 2)
    assert (memo.get((1,), "a"), memo.get((1,), "b"), memo.get((1,), "c")) == (0, None, 2)
    assert memo.get((2,), "a") is None
    memo.put((2,), "a", 5)
    assert (memo.get((1,), "c"), memo.get((2,), "a")) == (None, 5)


@pytest.mark.parametrize(
    ("text", "places", "vi"),
    [("0.716", 4, "0,7160%"), ("0.71604", 4, "0,71604%"), ("12", 2, "12,00%"), ("12.5", None, "12,5%")],
)
def test_published_values_get_the_decimals_of_their_indicator_and_lose_none(
    text: str, places: int | None, vi: str
) -> None:
    indicator = replace(view(PERCENT), decimals=places or 1, decimals_set=places is not None)
    assert wording.figure_value(figure(text), indicator).vi == vi


def test_notes_and_recorders_in_words() -> None:
    assert wording.note("Số tạm tính") == Message("Số tạm tính", "Số tạm tính (vi)")
    assert wording.note("") == Message("", "")
    assert wording.recorded_by("pack:vn-dti@1.0.0").vi == "gói dữ liệu vn-dti 1.0.0"
    assert wording.recorded_by("tonghop") == Message("tonghop", "tonghop")


def test_a_sample_is_never_official() -> None:
    said = wording.reported(Message("Dữ liệu mẫu", "Sample data"), "official", sample=True)
    assert "chính thức" not in said.vi
    assert "fficial" not in said.en
    assert "mẫu" in said.vi
    assert "chính thức" in wording.reported(Message("Nguồn", "Source"), "official").vi


def test_what_is_absent_is_named_by_what_is_said_of_it() -> None:
    a, b, c = (Message(f"Tỉnh {x}", f"{x} province") for x in "ABC")
    said = wording.incomplete(UNIT, [(a, "missing"), (b, "not_applicable"), (c, "missing")], "2024")
    assert "Tỉnh A, Tỉnh C chưa có số liệu; Tỉnh B ghi không áp dụng." in said.vi
    assert "A province, C province has none; B province says not applicable." in said.en
    said = wording.input_missing([(a, "rejected")], "2024")
    assert said.vi.endswith("“Tỉnh A” có số liệu đã bị bác bỏ.")
    assert wording.nowhere_applicable([a, b], "2024").vi.startswith(
        "Các đơn vị cũ đều ghi không áp dụng cho năm 2024"
    )
