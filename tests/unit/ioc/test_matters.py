"""Matters of the first screen: what comes first, who answers, how it is worded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tamdao.facts.types import TargetResult, TargetState
from tamdao.kit.messages import Message
from tamdao.modules.ioc.rules.matters import (
    MOST,
    Disagreement,
    Group,
    Weakest,
    list_matters,
    overdue,
    responsible,
)
from tamdao.modules.ioc.rules.sentences import Link, Standing, text_of

NEW, OLD = "25@2025-07-01", "26@2020-01-01"
AT = date(2026, 11, 22)


def result(
    code: str, state: TargetState, *, deadline: date = date(2025, 12, 31), owner: str = ""
) -> TargetResult:
    return TargetResult(
        code=code,
        unit_id=OLD,
        indicator="x",
        measured_by=None,
        name=Message(f"Chỉ tiêu {code}", f"Target {code}"),
        pillar="economy",
        kind="percentage",
        comparator=">",
        value="75",
        measure="percent",
        level="province",
        deadline=deadline,
        universe="",
        actual=None,
        state=state,
        reason=Message("vì thế", "for that reason"),
        progress=None,
        gap=None,
        owner=Message(owner, owner) if owner else None,
    )


def group(*results: TargetResult, ended: date | None = date(2025, 7, 1)) -> Group:
    return Group(OLD, "Vĩnh Phúc", ended, results)


def titles(*, groups: list[Group], standing: Standing | None = None, **rest: object) -> list[str]:
    found = list_matters(
        home=NEW,
        groups=groups,
        standing=standing,
        weakest=rest.get("weakest"),  # type: ignore[arg-type]  # rest is untyped on purpose
        disagreements=rest.get("disagreements", ()),  # type: ignore[arg-type]  # rest is untyped on purpose
        at=AT,
    )
    return [text_of(matter.title) for matter in found]


def test_what_only_the_leader_can_decide_comes_first() -> None:
    waiting = [result(f"F{number:03}", "awaiting_decision") for number in range(1, 19)]
    standing = Standing(NEW, 2024, 32, 34)
    found = titles(groups=[group(*waiting, result("F900", "missed"))], standing=standing)
    assert found[0] == "18 chỉ tiêu của Vĩnh Phúc chờ quyết định từ 01/07/2025."
    assert found[1] == "Chỉ tiêu F900"
    assert found[2] == "Hạng DTI 2024: 32 trong 34"
    assert found[3] == "Chưa có kết quả DTI năm 2025 của cấp tỉnh"


def test_a_good_rank_is_no_matter() -> None:
    assert titles(groups=[], standing=replace(Standing(NEW, 2025, 5, 34))) == []


def test_a_fall_of_five_places_is_a_matter_even_near_the_top() -> None:
    standing = Standing(NEW, 2025, 7, 34, previous_year=2024, gained=-5)
    assert titles(groups=[], standing=standing) == ["Hạng DTI 2025: 7 trong 34"]


def test_the_weakest_main_index_is_named() -> None:
    found = list_matters(
        home=NEW,
        groups=[],
        standing=Standing(NEW, 2025, 33, 34),
        weakest=Weakest(Message("An toàn thông tin mạng", "Network information security"), 34),
        disagreements=(),
        at=AT,
    )
    assert found[0].detail.vi == "Yếu nhất: An toàn thông tin mạng, hạng 34."


def test_missed_come_before_behind_and_earlier_deadlines_first() -> None:
    found = titles(
        groups=[
            group(
                result("B2", "behind", deadline=date(2030, 12, 31)),
                result("B1", "behind", deadline=date(2027, 12, 31)),
                result("M1", "missed"),
                ended=None,
            )
        ]
    )
    assert found == ["Chỉ tiêu M1", "Chỉ tiêu B1", "Chỉ tiêu B2"]


def test_silent_targets_are_counted_in_one_matter_each() -> None:
    found = titles(
        groups=[group(result("N1", "no_data"), result("N2", "no_data"), result("R1", "no_result_yet"))]
    )
    assert found == [
        "1 chỉ tiêu của Vĩnh Phúc chưa có kết quả của năm hạn",
        "2 chỉ tiêu của Vĩnh Phúc chưa có số",
    ]


def test_met_and_on_course_need_nobody() -> None:
    assert titles(groups=[group(result("A", "met"), result("B", "on_course"))]) == []


def test_sources_that_disagree() -> None:
    link = Link("figure", ("digital_economy_gdp", "VN@2020-01-01", "2022"))
    one = Disagreement(Message("Kinh tế số", "Digital economy"), Message("12,67% và 14,26%", "…"), link, NEW)
    assert titles(groups=[], disagreements=(one,)) == ["Kinh tế số"]


def test_who_answers() -> None:
    waiting = list_matters(
        home=NEW,
        groups=[group(result("F001", "awaiting_decision", owner="Sở Khoa học và Công nghệ"))],
        standing=None,
        weakest=None,
        disagreements=(),
        at=AT,
    )[0]
    assert responsible(waiting, {NEW: "Giám đốc Sở"}).vi == "Giám đốc Sở"
    assert responsible(waiting, {}).vi == "Sở Khoa học và Công nghệ"
    assert responsible(replace(waiting, owner=None), {}).vi == "chưa phân công"
    assert waiting.link == Link("targets", (), (("unit", OLD), ("state", "awaiting_decision")))


def test_deadlines_of_a_group_are_said_as_a_span() -> None:
    both = group(
        result("A", "awaiting_decision", deadline=date(2025, 12, 31)),
        result("B", "awaiting_decision", deadline=date(2030, 12, 31)),
    )
    detail = list_matters(home=NEW, groups=[both], standing=None, weakest=None, disagreements=(), at=AT)[
        0
    ].detail
    assert "hạn từ 31/12/2025 đến 31/12/2030" in detail.vi


def test_overdue() -> None:
    late = overdue(date(2025, 12, 31), AT)
    assert late is not None
    assert late.vi == "quá hạn 326 ngày"
    assert overdue(AT, AT) is None


def test_the_page_shows_at_most_five() -> None:
    assert MOST == 5
