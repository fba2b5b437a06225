"""The verdict on what was filled in."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tamdao.modules.collection.rules.checking import Entry, Judged, judge

from .samples import sample

GOOD = {
    "t1.land.all": "1.234",
    "t1.land.online": "1.000",
    "t1.civil.all": "10",
    "t1.civil.online": "0",
    "t1.civil.rate": "12,5",
    "staff.1.name": " Tổ 1 ",
    "staff.1.hours": "7,5",
    "staff.1.since": "1/7/2025",
    "more.team.v": "Có",
    "more.level.v": "Khá",
}


def verdict(changes: Mapping[str, str | Entry | None], last: dict[str, str] | None = None) -> Judged:
    entries = {key: Entry(text) for key, text in GOOD.items()}
    for key, value in changes.items():
        if value is None:
            del entries[key]
        else:
            entries[key] = value if isinstance(value, Entry) else Entry(value)
    return judge(sample(), entries, last or {})


def codes(found: Judged) -> list[tuple[str, str]]:
    return [(fault.key, fault.code) for fault in found.faults]


def test_a_good_form_becomes_canonical_values() -> None:
    found = verdict({})
    assert found.may_submit
    assert found.values == {
        "t1.land.all": "1234", "t1.land.online": "1000", "t1.civil.all": "10", "t1.civil.online": "0",
        "t1.civil.rate": "12.5", "staff.1.name": "Tổ 1", "staff.1.hours": "7.5", "staff.1.since": "2025-07-01",
        "more.team.v": "có", "more.level.v": "Khá",
    }  # fmt: skip
    assert found.not_asked == {"more.why.v"}


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("t1.land.all", "12,5", "not_whole"),
        ("t1.land.all", "mười", "number_malformed"),
        ("t1.land.all", "1,234.5", "number_malformed"),
        ("t1.land.all", "9" * 61, "number_too_long"),
        ("t1.civil.rate", "1,234", "too_many_places"),
        ("staff.1.since", "31/02/2025", "date_malformed"),
        ("more.team.v", "yes", "not_yes_or_no"),
        ("more.level.v", "Trung bình", "not_a_choice"),
        ("staff.1.name", "x" * 4001, "text_too_long"),
        ("staff.9.name", "Tổ 9", "unknown_cell"),
        ("t1.land.rate", "1", "unknown_cell"),
        ("more.why.v", "không có ai", "not_asked"),
    ],
)
def test_faults_of_one_cell(key: str, text: str, code: str) -> None:
    assert (key, code) in codes(verdict({key: text}))


def test_missing_is_never_zero_and_may_be_explained() -> None:
    assert codes(verdict({"t1.civil.all": None})) == [("t1.civil.all", "required")]
    assert codes(verdict({"t1.civil.all": Entry(none=True)})) == [("t1.civil.all", "none_unexplained")]
    assert verdict({"t1.civil.all": Entry(none=True, explanation="Chưa thống kê")}).may_submit
    assert codes(verdict({"t1.civil.all": Entry("3", none=True)})) == [("t1.civil.all", "none_with_value")]
    # a row that was begun asks for its cells, one that was not asks for nothing
    assert codes(verdict({"staff.1.name": None})) == [("staff.1.name", "required")]
    assert verdict({"staff.1.name": None, "staff.1.hours": None, "staff.1.since": None}).may_submit


def test_a_condition_asks_for_a_cell() -> None:
    found = verdict({"t1.land.all": "0", "t1.land.online": "0"})
    assert codes(found) == [("more.why.v", "required")]
    # what can't be decided yet neither hides the cell nor asks for it
    open_question = verdict({"t1.land.all": None})
    assert "more.why.v" not in open_question.not_asked
    assert codes(open_question) == [("t1.land.all", "required")]


def test_checks_are_hard_or_ask() -> None:
    assert codes(verdict({"t1.land.online": "2.000"})) == [
        ("t1.land.all", "check:part"),
        ("t1.land.online", "check:part"),
    ]
    last = {"t1.land.all": "100"}
    asked = verdict({}, last)
    assert codes(asked) == [("t1.land.all", "check:jump")]
    assert asked.faults[0].asks
    assert verdict({"t1.land.all": Entry("1.234", explanation="Sáp nhập ba xã")}, last).may_submit
    # an explanation does not settle a hard one
    assert not verdict({"t1.land.online": Entry("2.000", explanation="Đúng vậy")}).may_submit


def test_totals_of_added_rows() -> None:
    more = {"staff.2.name": "Tổ 2", "staff.2.hours": "41"}
    assert codes(verdict(more)) == [("staff.*.hours", "check:hours")]
    assert verdict({**more, "staff.2.hours": "40,5"}).may_submit
