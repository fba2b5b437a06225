"""Names and units of measure, as a table: the formula, what it is declared as, what is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tamdao.analytics.expr import Measure, check, parse
from tamdao.kit.messages import Message

RANK = Measure("rank", ordinal=True)
RATIO = Measure("ratio")
PERCENT = Measure("percent", scale=Decimal("0.01"))
PER_1000 = Measure("per_1000_people", {"enterprise": 1, "person": -1}, Decimal("0.001"))
DONG = Measure("VND", {"VND": 1})
BILLION = Measure("billion_VND", {"VND": 1}, Decimal(10**9))
PROCEDURES = Measure("procedures", {"procedure": 1})

ENV = {
    "online": PROCEDURES,
    "total": PROCEDURES,
    "share": PERCENT,
    "other_share": Measure("per_hundred", {}, Decimal("0.010")),
    "count": Measure("count"),
    "dti_rank": RANK,
    "dti": RATIO,
    "revenue": DONG,
    "grdp": BILLION,
    "firms": Measure("enterprises", {"enterprise": 1, "person": 0}),
    "people": Measure("people", {"person": 1}),
    "area": Measure("km2", {"m": 2}, Decimal(10**6)),
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("percent(online, total)", PERCENT),
        ("online / total * 100", PERCENT),
        ("100 * online / total", PERCENT),
        ("online * 100 / total", PERCENT),
        ("online / total", RATIO),
        ("(online / total - 1) * 100", PERCENT),
        ("round(online / total * 100, 2)", PERCENT),
        ("online / total * 100 + share", PERCENT),
        ("share - other_share", PERCENT),
        ("100 - share", PERCENT),
        ("share * total / 100", PROCEDURES),
        ("revenue / 1000000000 + grdp", BILLION),
        ("revenue + grdp * 1000000000", DONG),
        ("percent(revenue / 1000000000, grdp)", PERCENT),
        ("per(firms, people, 1000)", PER_1000),
        ("firms / people * 1000", PER_1000),
        ("people / area", Measure("people_per_km2", {"person": 1, "m": -2}, Decimal("0.000001"))),
        ("1 / people", Measure("per_person", {"person": -1})),
        ("per(1000, people, 100)", Measure("per_100", {"person": -1}, Decimal("0.01"))),
        ("mean(share, other_share, 50)", PERCENT),
        ("coalesce(share, 0)", PERCENT),
        ("if(dti_rank <= 15, share, 0)", PERCENT),
        ("if(is_missing(revenue), share, -share)", PERCENT),
        ("abs(share)", PERCENT),
        ("dti_rank", RANK),
        ("min(dti_rank, 63)", RANK),
        ("3 * 4", PERCENT),
        ("dti_rank <= 15 and not share < 50 or true", None),
        ("coalesce(share > 5, false)", None),
    ],
)
def test_fits(text: str, result: Measure | None) -> None:
    assert check(parse(text), ENV, result) == []


@pytest.mark.parametrize(
    ("text", "result", "said"),
    [
        ("share + count", PERCENT, ["1: two units of measure: percent and count"]),
        ("share + online", PERCENT, ["1: two units of measure: percent and procedures (procedure)"]),
        ("share > count", None, ["1: two units of measure: percent and count"]),
        (
            "grdp + revenue",
            BILLION,
            ["1: two units of measure: billion_VND (VND) and VND; billion_VND (VND) fits when"],
        ),
        (
            "revenue + grdp",
            DONG,
            ["1: two units of measure: VND and billion_VND (VND); VND fits when divided by 1000000000"],
        ),
        ("percent(revenue, grdp)", PERCENT, ["1: two units of measure"]),
        ("percent(online, people)", PERCENT, ["1: two units of measure"]),
        ("max(share, revenue)", PERCENT, ["1: two units of measure"]),
        ("if(true, share, revenue)", PERCENT, ["1: two units of measure"]),
        (
            "online / total",
            PERCENT,
            ["1: the expression gives procedures/procedures, another size of unit than"],
        ),
        ("firms / people", PER_1000, ["1: the expression gives enterprises/people"]),
        (
            "share * total",
            PROCEDURES,
            ["1: the expression gives percent·procedures (procedure), another size of unit"],
        ),
        ("percent(online, total) * 100", RATIO, ["1: the expression gives percent, another size"]),
        (
            "online * total",
            PROCEDURES,
            ["1: the expression gives procedures·procedures (procedure^2), not procedures"],
        ),
        ("revenue", BILLION, ["1: the expression gives VND, another size of unit than"]),
        ("dti_rank", RATIO, ["1: the expression gives rank, not ratio as declared"]),
        ("dti", RANK, ["1: the expression gives ratio, not rank as declared"]),
        ("dti_rank + 1", RANK, ["1: rank is a rank: it can be compared, not computed with"]),
        ("mean(dti_rank, 3)", RANK, ["6: rank is a rank"]),
        ("-dti_rank", RANK, ["2: rank is a rank"]),
        ("round(dti_rank, 0)", RANK, ["7: rank is a rank"]),
        ("dti_rank < count", None, ["1: two units of measure: rank and count"]),
        (
            "onlin / totl + onlin",
            RATIO,
            ["1: unknown name onlin (did you mean online?)", "9: unknown name totl"],
        ),
        ("zzz + share", PERCENT, ["1: unknown name zzz"]),
        ("zzz * share / yyy", PERCENT, ["1: unknown name zzz", "15: unknown name yyy"]),
        ("per(zzz, people, 1000)", PER_1000, ["5: unknown name zzz"]),
        ("percent(zzz, total)", PERCENT, ["9: unknown name zzz"]),
        ("online / 0", PROCEDURES, ["10: division by zero"]),
        ("percent(online, 2 - 2)", PERCENT, ["17: division by zero"]),
        ("per(firms, 0, 1000)", RATIO, ["12: division by zero"]),
        ("count * 2 * 3 * 5 * 7 * 11 * 13 * 17", RATIO, ["1: too many literal factors"]),
        ("share", None, ["1: a condition is needed"]),
        ("share > 5", PERCENT, ["1: a number is needed"]),
        (
            "if(share > revenue, dti_rank + 1, zzz)",
            RANK,
            ["4: two units", "21: rank is a rank", "35: unknown name zzz"],
        ),
    ],
)
def test_refused(text: str, result: Measure | None, said: list[str]) -> None:
    problems = check(parse(text), ENV, result)
    messages = [problem.message.en for problem in problems][: len(said)]
    assert [
        message.startswith(f"at character {words}") for message, words in zip(messages, said, strict=True)
    ] == [True for _ in said], messages


def test_the_hint_says_what_to_multiply_by() -> None:
    (problem,) = check(parse("online / total"), ENV, PERCENT)
    assert "nhân với 100" in problem.message.vi
    (problem,) = check(parse("revenue"), ENV, BILLION)
    assert "chia cho 1000000000" in problem.message.vi


def test_no_problem_is_reported_twice() -> None:
    assert len(check(parse("(share + count) * 2 + share"), ENV, PERCENT)) == 1
    assert len(check(parse("zzz + zzz"), ENV, PERCENT)) == 1


@pytest.mark.parametrize("scale", ["0", "-1", "NaN"])
def test_a_scale_is_positive(scale: str) -> None:
    with pytest.raises(ValueError, match="scale"):
        Measure("bad", {}, Decimal(scale))


def test_refusals_call_measures_by_their_names() -> None:
    share = Measure("percent", scale=Decimal("0.01"), name=Message("phần trăm", "per cent"))
    firms = Measure("enterprise", {"enterprise": 1}, name=Message("doanh nghiệp", "enterprise"))
    said = check(parse("share + firms"), {"share": share, "firms": firms}, share)[0].message
    assert said.vi.endswith("hai đơn vị đo khác nhau: phần trăm và doanh nghiệp")
    assert said.en.endswith("two units of measure: per cent and enterprise")
    declared = check(parse("firms * firms"), {"firms": firms}, firms)[0].message
    assert "doanh nghiệp·doanh nghiệp, không phải doanh nghiệp như đã khai" in declared.vi
    assert "enterprise^2" not in declared.vi
