"""What a definition says, and everything wrong with one."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tamdao.modules.collection.rules.forms import CellKind, read_form

from .samples import FORM, sample


def test_cells_have_a_key_a_kind_and_a_title() -> None:
    form = sample()
    assert "t1.land.rate" not in form.cells
    civil = form.cells["t1.civil.all"]
    assert (civil.kind, civil.indicator, civil.required) == (CellKind.WHOLE, "dossiers_civil", True)
    assert civil.title.vi == "Hộ tịch – Tổng số"
    assert form.cells["staff.*.hours"].title.vi == "Số giờ"
    assert form.checks[0].cells == ("t1.land.all", "t1.land.online")


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("t1.land.all", True),
        ("staff.1.name", True),
        ("staff.3.name", True),
        ("staff.4.name", False),
        ("staff.0.name", False),
        ("staff.01.name", False),
        ("staff.².name", False),
        ("staff.*.name", False),
        ("staff.1.nothing", False),
        ("t1.1.all", False),
        ("", False),
    ],
)
def test_keys_that_were_filled_in(key: str, known: bool) -> None:
    assert (sample().cell(key) is not None) is known


def edited(path: str, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(FORM)
    *outer, last = path.split(".")
    place: Any = data
    for part in outer:
        place = place[int(part) if part.isdigit() else part]
    place[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("sections.1.code", "t1", "mã “t1” có hai lần"),
        ("sections.0.rows.1.code", "land", "mã “land” có hai lần"),
        ("sections.0.most_rows", 3, "không có cả hai"),
        ("sections.1.most_rows", 0, "không có cả hai"),
        ("sections.0.rows.0.cells", {"nothing": {}}, "không có cột “nothing”"),
        ("sections.2.rows.2.cells", {"v": {"kind": "choice"}}, "danh sách choices"),
        ("sections.2.rows.1.indicator", "x", "chỉ ô số mới gắn được chỉ số"),
        ("sections.2.rows.0.when", "t1.land.all = ", ""),
        ("checks.0.rule", "t1.land.nothing < 2", "không có trong biểu"),
        ("checks.0.rule", "more.team.v < 2", "không phải ô số"),
        ("checks.0.rule", "rows.staff.name < 2", "không phải ô số"),
        ("checks.0.rule", "count.t1 < 2", "không phải là bảng có dòng thêm được"),
        ("checks.0.rule", "last.t1.land.nothing < 2", "không có trong biểu"),
        ("checks.0.rule", "1 +", ""),
        ("checks.1.code", "part", "mã “part” có hai lần"),
        ("checks.1.cells", ["nothing"], "không có ô “nothing”"),
    ],
)
def test_everything_wrong_is_said(path: str, value: Any, words: str) -> None:
    _, problems = read_form(edited(path, value))
    assert any(words in problem.message.vi.lower() for problem in problems)


def test_all_faults_at_once() -> None:
    data = edited("sections.1.code", "t1")
    data["checks"][0]["rule"] = "nothing < 1 and 2 <"
    data["checks"][1]["cells"] = ["nothing"]
    assert len(read_form(data)[1]) >= 3
