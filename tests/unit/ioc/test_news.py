"""News: what came together is told together, in the order given."""

from __future__ import annotations

from datetime import UTC, datetime

from tamdao.facts.api import ChangeView
from tamdao.kit.messages import Message
from tamdao.modules.ioc.rules.news import for_leaders, news

AT = datetime(2026, 11, 22, 4, 29, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def change(
    number: int, kind: str, rows: int, by: str = "pack:vinh-phuc@1.0.0", at: datetime = AT
) -> ChangeView:
    return ChangeView(number, at, kind, "vinh-phuc", rows, Message("tóm tắt", "summary"), by)


def test_rows_of_one_delivery_become_one_line() -> None:
    told = news(
        [change(3, "document", 3), change(2, "observation", 1294), change(1, "target", 18)],
        {"vinh-phuc": Message("Vĩnh Phúc", "Vĩnh Phúc")},
    )
    assert len(told) == 1
    assert told[0].brought.vi == "1.294 dòng số liệu, 18 chỉ tiêu, 3 văn bản, nguồn"
    assert told[0].brought.en == "1,294 figures, 18 targets, 3 documents"
    assert (told[0].name.vi, told[0].pack) == ("Vĩnh Phúc", "vinh-phuc")


def test_different_times_or_hands_stay_apart() -> None:
    told = news(
        [
            change(4, "observation", 1, at=LATER),
            change(3, "observation", 1),
            change(2, "observation", 1, by="Chuyên viên"),
        ],
        {},
    )
    assert [item.pack for item in told] == ["", "", ""]
    assert told[0].name.vi == "tóm tắt"


def test_an_unknown_kind_is_shown_as_it_is() -> None:
    assert news([change(1, "boundary", 34)], {})[0].brought.vi == "34 boundary"


def test_a_leader_hears_of_targets_and_reorganisations_not_of_rows() -> None:
    told = for_leaders(
        [
            change(4, "indicator", 26),
            change(3, "unit", 25552),
            change(2, "observation", 5),
            change(1, "target", 18),
        ],
        {"vinh-phuc": Message("Vĩnh Phúc", "Vĩnh Phúc")},
    )
    assert [item.brought.vi for item in told] == [
        "18 chỉ tiêu mới hoặc được sửa, thay đổi về đơn vị hành chính"
    ]
    assert for_leaders([change(1, "indicator", 26)], {}) == []
