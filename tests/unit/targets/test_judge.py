"""Truth tables of target judgement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tamdao.facts.rules.target_values import Comparator, Direction, Range, Sign, read_range
from tamdao.facts.rules.targets import (
    Actual,
    Base,
    Ending,
    Judgement,
    Promise,
    choose_actual,
    judge,
    satisfies,
)
from tamdao.facts.types import TargetState
from tamdao.kit.messages import Message
from tamdao.kit.periods import Period

D = Decimal
DEADLINE = date(2025, 12, 31)
BEFORE, AFTER = date(2025, 3, 1), date(2026, 11, 22)


def promise(
    comparator: Comparator = ">=",
    value: str = "80",
    direction: Direction = "up",
    universe: str = "",
    **more: str,
) -> Promise:
    return Promise(comparator, D(value), direction, DEADLINE, universe, symbol=more.get("symbol", "%"))


def actual(value: str, period: str = "2024", sign: Sign = "=", word: str = "", universe: str = "") -> Actual:
    return Actual(Period.parse(period), D(value), sign, word, universe)


def base(value: str, day: date = date(2020, 12, 31)) -> Base:
    return Base(D(value), day)


def judged(
    given_promise: Promise, given_actual: Actual | None, at: date = BEFORE, given_base: Base | None = None
) -> Judgement:
    return judge(given_promise, at=at, actual=given_actual, base=given_base)


# --- does a result meet the value? -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comparator", "direction", "below", "at", "above"),
    [
        (">=", "up", False, True, True),
        (">", "up", False, False, True),
        ("<=", "down", True, True, False),
        ("<", "down", True, False, False),
        ("=", "up", False, True, True),
        ("=", "down", True, True, False),
        ("=", "none", False, True, False),
        ("exactly", "up", False, True, False),
        ("exactly", "none", False, True, False),
        ("keep", "up", False, True, True),
        ("keep", "down", True, True, False),
        # the comparator says where better lies, whatever the indicator's direction
        (">=", "none", False, True, True),
        ("<", "none", True, False, False),
    ],
)
def test_comparators(
    comparator: Comparator, direction: Direction, below: bool, at: bool, above: bool
) -> None:
    asked = promise(comparator, "80", direction)
    found = [satisfies(asked, Range.point(D(value))) for value in ("79.99", "80", "80.01")]
    assert found == [below, at, above]


@pytest.mark.parametrize(
    ("value", "sign", "word", "comparator", "threshold", "expected"),
    [
        # bounds
        ("1200000", ">", "trên", ">=", "1000000", True),
        ("1000000", ">", "", ">", "1000000", True),
        ("1000000", ">=", "", ">", "1000000", None),
        ("1000000", ">=", "", ">=", "1000000", True),
        ("900000", ">", "", ">=", "1000000", None),
        ("50", "<", "", ">=", "80", False),
        ("80", "<", "", ">=", "80", False),
        ("80", "<=", "", ">=", "80", None),
        ("80", "<=", "", ">", "80", False),
        ("50", "<", "", "<=", "80", True),
        ("80", "<=", "", "<", "80", None),
        ("80", "<", "", "<", "80", True),
        ("90", ">", "", "<=", "80", False),
        ("80", ">", "", "<=", "80", False),
        ("80", ">=", "", "<=", "80", None),
        ("80", ">=", "", "<", "80", False),
        # about
        ("86", "~", "khoảng", ">", "50", True),
        ("86", "~", "khoảng", ">", "86", None),
        ("86", "~", "khoảng", ">=", "86", None),
        ("86", "~", "", ">=", "85.5", True),
        ("86", "~", "", ">", "85.5", None),
        ("86", "~", "", ">=", "86.6", False),
        ("3000", "~", "gần", ">=", "2500", True),
        ("3000", "~", "gần", ">=", "3000", False),
        ("3000", "~", "khoảng", ">=", "3000", None),
        ("3000", "~", "gần", "<", "3000", True),
        ("60", "~", "gần", ">=", "57", None),
        # just that value
        ("100", "~", "", "exactly", "100", None),
        ("100", "~", "", "exactly", "300", False),
        ("100", ">", "", "exactly", "100", False),
        ("100", ">", "", "exactly", "101", None),
        ("100", "<", "", "exactly", "99", None),
        ("100", "<=", "", "exactly", "100", None),
        ("100", ">=", "", "exactly", "100", None),
    ],
)
def test_rough_results(
    value: str, sign: Sign, word: str, comparator: Comparator, threshold: str, expected: bool | None
) -> None:
    assert satisfies(promise(comparator, threshold), read_range(D(value), sign, word)) is expected


@pytest.mark.parametrize(
    ("value", "word", "low", "high"),
    [
        ("86", "", "85.5", "86.5"),
        ("3000", "", "2500", "3500"),
        ("3000", "gần", "2500", "3000"),
        ("98.5", "", "98.45", "98.55"),
        ("11000000", "", "10500000", "11500000"),
        ("12345", "", "12344.5", "12345.5"),
        ("0", "", "-0.5", "0.5"),
    ],
)
def test_how_far_about_reaches(value: str, word: str, low: str, high: str) -> None:
    found = read_range(D(value), "~", word)
    assert (found.low, found.high, found.high_in) == (D(low), D(high), word != "gần")


# --- which question is answered first ---------------------------------------------------------------------------

UNIT_END = Ending(
    Message("tỉnh Vĩnh Phúc", "Vĩnh Phúc"), date(2025, 7, 1), Message("tỉnh Phú Thọ", "Phú Thọ")
)
LEVEL_END = Ending(Message("cấp huyện", "the district level"), date(2025, 7, 1))


@pytest.mark.parametrize(
    ("at", "unit_end", "level_end", "state"),
    [
        (date(2025, 6, 30), UNIT_END, None, "met"),
        (date(2025, 7, 1), UNIT_END, None, "awaiting_decision"),
        (AFTER, UNIT_END, LEVEL_END, "awaiting_decision"),
        (AFTER, None, LEVEL_END, "awaiting_decision"),
        (date(2025, 6, 30), None, LEVEL_END, "met"),
        # the unit lived to see the deadline
        (AFTER, Ending(Message("a", "a"), date(2026, 1, 1)), None, "no_result_yet"),
        (AFTER, Ending(Message("a", "a"), DEADLINE), None, "awaiting_decision"),
    ],
)
def test_an_ended_unit_or_level_awaits_a_decision(
    at: date, unit_end: Ending | None, level_end: Ending | None, state: TargetState
) -> None:
    found = judge(promise(), at=at, actual=actual("90"), unit_end=unit_end, level_end=level_end)
    assert found.state == state


def test_an_ended_unit_is_said_with_its_successor() -> None:
    said = judge(promise(), at=AFTER, actual=None, unit_end=UNIT_END).reason
    assert said.vi.startswith(
        "Tỉnh Vĩnh Phúc không còn từ ngày 01/07/2025, nay thuộc tỉnh Phú Thọ, trước hạn 31/12/2025"
    )
    assert "now part of Phú Thọ" in said.en
    assert judge(promise(), at=AFTER, actual=None, level_end=LEVEL_END).reason.vi.startswith(
        "Cấp huyện không còn"
    )


def test_without_a_result() -> None:
    for at in (BEFORE, AFTER):
        assert judged(promise(), None, at) == Judgement(
            "no_data",
            Message(
                "Chưa có số liệu để so với yêu cầu từ 80% trở lên, hạn 31/12/2025.",
                "No data yet to compare with the demand (80% or more by 31/12/2025).",
            ),
        )
    unlinked = judge(promise(), at=BEFORE, actual=None, measured=False)
    assert (unlinked.state, unlinked.reason.vi) == (
        "no_data",
        "Chưa có chỉ số nào được gắn để đo chỉ tiêu này.",
    )


def test_a_rank_among_63_is_not_judged_among_34() -> None:
    asked = Promise("<=", D(15), "down", DEADLINE, "63", ordinal=True)
    assert judged(asked, actual("12", "2024", universe="63")).state == "met"
    among_34 = judged(asked, actual("12", "2024", universe="34"))
    assert among_34.state == "no_data"
    assert "xếp trong 34 đơn vị, chỉ tiêu đặt ra trong 63 đơn vị" in among_34.reason.vi
    unsaid = judged(asked, actual("12", "2024"))
    assert unsaid.state == "no_data"
    assert "does not say among how many" in unsaid.reason.en


# --- after the deadline ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_actual", "state", "gap"),
    [
        (actual("80", "2025"), "met", "0"),
        (actual("79.5", "2025"), "missed", "0.5"),
        (actual("79.5", "2025-Q4"), "missed", "0.5"),
        (actual("90", "2025-Q3"), "no_result_yet", "0"),
        (actual("90", "2024"), "no_result_yet", "0"),
        (actual("70", "2026"), "no_result_yet", "10"),
        (actual("80", "2025", "~"), "no_result_yet", None),
        (actual("70", "2025", ">"), "no_result_yet", None),
    ],
)
def test_after_the_deadline(given_actual: Actual, state: TargetState, gap: str | None) -> None:
    found = judged(promise(), given_actual, AFTER)
    assert (found.state, found.gap) == (state, None if gap is None else D(gap))


def test_what_is_said_after_the_deadline() -> None:
    assert (
        judged(promise(), actual("80", "2025"), AFTER).reason.vi
        == "Kết quả năm 2025 là 80%, đáp ứng yêu cầu từ 80% trở lên."
    )
    assert judged(promise(), actual("79.5", "2025"), AFTER).reason.vi == (
        "Kết quả năm 2025 là 79,5%, không đạt yêu cầu từ 80% trở lên vào hạn 31/12/2025, còn cách 0,5 điểm phần trăm."
    )
    assert judged(promise(), actual("90", "2024"), AFTER).reason.vi == (
        "Đã qua hạn 31/12/2025 nhưng chưa có kết quả của kỳ đến hạn để so với yêu cầu từ 80% trở lên; "
        "kết quả gần nhất là 90% (năm 2024)."
    )
    assert "số liệu xấp xỉ" in judged(promise(), actual("80", "2025", "~"), AFTER).reason.vi


def test_the_last_day_is_not_yet_past() -> None:
    assert judged(promise(), actual("79", "2025"), DEADLINE).state == "behind"
    assert judged(promise(), actual("79", "2025"), date(2026, 1, 1)).state == "missed"


# --- before the deadline ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_promise", "given_actual", "given_base", "state", "progress"),
    [
        # met early
        (promise(), actual("80"), None, "met", "1"),
        (promise(), actual("95"), base("20"), "met", "1.25"),
        (promise("keep"), actual("80"), None, "met", "1"),
        # no base: the path is not known
        (promise(), actual("79"), None, "behind", None),
        (promise("keep"), actual("79"), None, "behind", None),
        # up: from 30 at the end of 2020 to 80 at the end of 2025; 70 at the end of 2024 (leap years: 70.005…)
        (promise(), actual("70.1"), base("30"), "on_course", "0.802"),
        (promise(), actual("69.9"), base("30"), "behind", "0.798"),
        # a base of zero, and a fall below it
        (promise(), actual("10", "2021"), base("0"), "behind", "0.125"),
        (promise(), actual("16", "2021"), base("0"), "on_course", "0.2"),
        (promise(), actual("-8"), base("0"), "behind", "-0.1"),
        # down: from 50 to 10
        (promise("<=", "10", "down"), actual("17"), base("50"), "on_course", "0.825"),
        (promise("<=", "10", "down"), actual("19"), base("50"), "behind", "0.775"),
        (promise("<=", "0", "down"), actual("5"), base("50"), "on_course", "0.9"),
        # base at or beyond the target: no way to go, all or nothing
        (promise("=", "80"), actual("70"), base("80"), "behind", "0"),
        (promise("=", "80"), actual("85"), base("80"), "met", "1"),
        (promise("<=", "15", "down"), actual("20"), base("3"), "behind", "0"),
        (promise(">=", "80"), actual("70"), base("90"), "behind", "0"),
        # just that value: beyond it is away from it
        (promise("exactly", "100"), actual("90"), base("0"), "on_course", "0.9"),
        (promise("exactly", "100"), actual("119"), base("0"), "on_course", "0.81"),
        (promise("exactly", "100"), actual("130"), base("0"), "behind", "0.7"),
        (promise("exactly", "100"), actual("100"), base("0"), "met", "1"),
        # a base that is not before the deadline gives no path
        (promise(), actual("79"), base("30", DEADLINE), "behind", "0.98"),
        # strict: at the value is not beyond it
        (promise(">"), actual("80"), base("30"), "on_course", "1"),
        # a result from before the base
        (promise(), actual("29", "2019"), base("30"), "behind", "-0.02"),
        # too rough to call it met
        (promise(), actual("80", sign="~"), base("30"), "on_course", "1"),
        (promise(), actual("80", sign="~"), None, "behind", None),
        (promise(), actual("60", sign=">"), base("30"), "behind", "0.6"),
    ],
)
def test_before_the_deadline(
    given_promise: Promise,
    given_actual: Actual,
    given_base: Base | None,
    state: TargetState,
    progress: str | None,
) -> None:
    found = judged(given_promise, given_actual, BEFORE, given_base)
    assert (found.state, found.progress) == (state, None if progress is None else D(progress))


def test_what_is_said_before_the_deadline() -> None:
    path = judged(promise(), actual("70.1"), given_base=base("30")).reason
    assert path.vi == (
        "Kết quả năm 2024 là 70,1%, yêu cầu từ 80% trở lên vào hạn 31/12/2025; đúng lộ trình: "
        "từ 30% (31/12/2020) theo đường thẳng, đến 31/12/2024 cần 70,01%."
    )
    assert "behind the path: on a straight line from 30% (31/12/2020), 70.01% was due on 31/12/2024" in (
        judged(promise(), actual("60"), given_base=base("30")).reason.en
    )
    assert "chưa có giá trị gốc" in judged(promise(), actual("60")).reason.vi
    assert "không trước hạn" in judged(promise(), actual("60"), given_base=base("30", DEADLINE)).reason.vi
    assert "đến nay vẫn bảo đảm yêu cầu giữ 80%" in judged(promise("keep"), actual("81")).reason.vi
    rough = judged(promise(), actual("80", sign="~", word="khoảng")).reason
    assert "là khoảng 80% (số liệu xấp xỉ, chưa đủ căn cứ kết luận đã đạt)" in rough.vi
    assert "is about 80% (an approximate figure" in rough.en


@pytest.mark.parametrize(
    ("given_promise", "value", "gap"),
    [
        (promise(">="), "60", "20"),
        (promise(">"), "80", "0"),
        (promise("<=", "10", "down"), "12.5", "2.5"),
        (promise("exactly", "100"), "120", "20"),
        (promise("exactly", "100"), "80", "20"),
        (promise(">="), "90", "0"),
    ],
)
def test_gap(given_promise: Promise, value: str, gap: str) -> None:
    assert judged(given_promise, actual(value)).gap == D(gap)


# --- which period to judge by ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("periods", "at", "chosen"),
    [
        ([], AFTER, None),
        (["2023", "2024"], BEFORE, "2024"),
        (["2023", "2024", "2025"], BEFORE, "2024"),
        (["2024", "2025-Q4", "2025"], AFTER, "2025"),
        (["2024", "2025-Q4", "2025-12"], AFTER, "2025-Q4"),
        (["2024", "2025-Q3", "2026-Q1"], AFTER, "2025-Q3"),
        (["2026"], date(2027, 1, 1), "2026"),
        (["2024", "2024-Q4"], BEFORE, "2024"),
        (["2026"], BEFORE, None),
    ],
)
def test_choose_actual(periods: list[str], at: date, chosen: str | None) -> None:
    found = choose_actual([Period.parse(key) for key in periods], deadline=DEADLINE, at=at)
    assert (found.key if found else None) == chosen
