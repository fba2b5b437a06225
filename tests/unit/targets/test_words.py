"""The sentences about targets: comparators, ranks, signs, gaps in the measure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tamdao.facts.rules import target_words as words
from tamdao.facts.rules.target_values import Actual, Base, Comparator, Promise, Range, Sign, read_range
from tamdao.kit.messages import Message
from tamdao.kit.periods import Period

D = Decimal
DEADLINE = date(2025, 12, 31)


def rank(comparator: Comparator, value: int = 15) -> Promise:
    return Promise(comparator, D(value), "down", DEADLINE, "63", ordinal=True)


@pytest.mark.parametrize(
    ("comparator", "vi", "en"),
    [
        (">=", "từ 1.000,5 tỷ đồng trở lên", "1,000.5 tỷ đồng or more"),
        (">", "trên 1.000,5 tỷ đồng", "above 1,000.5 tỷ đồng"),
        ("<=", "không quá 1.000,5 tỷ đồng", "1,000.5 tỷ đồng or less"),
        ("<", "dưới 1.000,5 tỷ đồng", "below 1,000.5 tỷ đồng"),
        ("=", "đạt 1.000,5 tỷ đồng", "reach 1,000.5 tỷ đồng"),
        ("exactly", "đúng 1.000,5 tỷ đồng", "exactly 1,000.5 tỷ đồng"),
        ("keep", "giữ 1.000,5 tỷ đồng", "keep 1,000.5 tỷ đồng"),
    ],
)
def test_demands(comparator: Comparator, vi: str, en: str) -> None:
    asked = Promise(comparator, D("1000.5"), "up", DEADLINE, symbol="tỷ đồng")
    assert (words.demand(asked).vi, words.demand(asked).en) == (vi, en)


def test_a_leading_group_is_called_so() -> None:
    assert words.demand(rank("<=")).vi == "trong 15 hạng đầu"
    assert words.demand(rank("=")).en == "reach place 15"


@pytest.mark.parametrize(
    ("sign", "word", "vi", "en"),
    [
        ("=", "", "60%", "60%"),
        ("=", "gần", "60%", "60%"),
        ("~", "gần", "gần 60%", "nearly 60%"),
        ("~", "", "khoảng 60%", "about 60%"),
        (">", "hơn", "hơn 60%", "over 60%"),
        (">", "", "trên 60%", "over 60%"),
        (">=", "tối thiểu", "tối thiểu 60%", "at least 60%"),
        ("<=", "", "không quá 60%", "at most 60%"),
    ],
)
def test_results_keep_their_sign_word(sign: Sign, word: str, vi: str, en: str) -> None:
    asked = Promise(">=", D(80), "up", DEADLINE, symbol="%")
    said = words.result(asked, Actual(Period.parse("2024"), D(60), sign, word))
    assert (said.vi, said.en) == (vi, en)


@pytest.mark.parametrize(
    ("promise", "gap", "vi"),
    [
        (rank("<="), D(5), ", còn cách 5 bậc."),
        (Promise(">=", D(80), "up", DEADLINE, symbol="%"), D("2.5"), ", còn cách 2,5 điểm phần trăm."),
        (Promise(">=", D(80), "up", DEADLINE, symbol="doanh nghiệp"), D(20), ", còn cách 20 doanh nghiệp."),
        (Promise(">", D(80), "up", DEADLINE, symbol="%"), D(0), "vào hạn 31/12/2025."),
        (Promise(">", D(80), "up", DEADLINE, symbol="%"), None, "vào hạn 31/12/2025."),
    ],
)
def test_how_far_away(promise: Promise, gap: Decimal | None, vi: str) -> None:
    said = words.missed(promise, Actual(Period.parse("2025-Q4"), D(60)), gap)
    assert said.vi.startswith("Kết quả quý IV/2025 là ")
    assert said.vi.endswith(vi)
    assert said.en.endswith(".")


@pytest.mark.parametrize(
    ("start", "target", "due", "vi"),
    [(36, 15, Fraction(96, 5), "cần hạng 19"), (10, 15, Fraction(96, 5), "cần hạng 20")],
)
def test_a_path_of_ranks_names_a_place_on_it(start: int, target: int, due: Fraction, vi: str) -> None:
    asked = rank("<=", target)
    result = Actual(Period.parse("2024"), D(18))
    assert vi in words.on_course(asked, result, Base(D(start), date(2020, 12, 31)), due, rough=False).vi


def test_a_path_shows_two_decimals_at_most() -> None:
    asked = Promise(">=", D(80), "up", DEADLINE, symbol="%")
    result, start = Actual(Period.parse("2024"), D(18)), Base(D(0), date(2020, 12, 31))
    assert "cần 33,33%" in words.behind(asked, result, start, Fraction(100, 3), rough=False).vi
    assert "cần 40%" in words.behind(asked, result, start, Fraction(40), rough=False).vi


def test_a_result_says_that_it_is_a_sample_or_came_out_later() -> None:
    asked = Promise(">=", D(80), "up", DEADLINE, symbol="%")
    sample = Actual(Period.parse("2024"), D(60), sample=True)
    later = Actual(Period.parse("2024"), D(60), published_later=date(2025, 10, 21))
    assert "là 60% (dữ liệu mẫu), không đạt" in words.missed(asked, sample, None).vi
    assert "60% (sample data)" in words.missed(asked, sample, None).en
    said = words.met(asked, later)
    assert "60% (công bố 21/10/2025, sau ngày đánh giá), đáp ứng" in said.vi
    assert "60% (published 21/10/2025, after the date of judgement)" in said.en
    assert "là 60% (năm 2024; dữ liệu mẫu)." in words.no_result_yet(asked, sample).vi
    ranked = Promise("<=", D(15), "down", DEADLINE, "63", ordinal=True)
    assert (
        "hạng 60 (dữ liệu mẫu), xếp trong 34 đơn vị"
        in words.other_universe(ranked, replace(sample, universe="34")).vi
    )
    start = Base(D(10), date(2020, 12, 31), sample=True)
    assert (
        "từ 10% (31/12/2020, dữ liệu mẫu)" in words.behind(asked, later, start, Fraction(70), rough=False).vi
    )


def test_english_sentences_have_the_english_symbol() -> None:
    asked = Promise(">=", D(80), "up", DEADLINE, symbol="doanh nghiệp", symbol_en="enterprises")
    assert words.demand(asked) == Message("từ 80 doanh nghiệp trở lên", "80 enterprises or more")


def test_a_value_above_or_below_may_be_anything() -> None:
    assert read_range(D(10), "~", "trên hoặc dưới") == Range(None, None)
    said = words.result(
        Promise(">=", D(80), "up", DEADLINE, symbol="%"),
        Actual(Period.parse("2024"), D(10), "~", "trên hoặc dưới"),
    )
    assert (said.vi, said.en) == ("trên hoặc dưới 10%", "above or below 10%")
