"""A form goes out as a workbook and comes back: filled in by a spreadsheet program, moved about, spoilt."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tamdao.kit.errors import DomainError
from tamdao.modules.collection.rules.checking import Entry, judge
from tamdao.modules.collection.workbooks.layout import MARK, Identity, plan
from tamdao.modules.collection.workbooks.marking import write_marked
from tamdao.modules.collection.workbooks.reading import CellProblem, Filled, read_form, read_identity
from tamdao.modules.collection.workbooks.writing import write_form

from .samples import sample
from .test_checking import GOOD

IDENTITY = Identity("dti-xa", "a" * 64, "25@2025-07-01", "2026-Q3")


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return written(tmp_path, {})


def written(folder: Path, entries: dict[str, Entry], locked: dict[str, str] | None = None) -> Path:
    path = folder / "bieu.xlsx"
    with path.open("wb") as file:
        write_form(
            file, sample(), IDENTITY, title="Biểu thử", entries=entries, locked=locked, guidance="Ghi chú"
        )
    return path


def changed(path: Path, change: Callable[[Any], None]) -> Filled:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return read_form(path, sample())


def cell(book: Any, key: str) -> Any:
    """The cell of a key, as the plan says it."""
    form = sample()
    for sheet in plan(form):
        for found, _, place in sheet.places(form):
            if found == key:
                return book[place.sheet].cell(place.row, place.column)
    raise AssertionError(key)


def told(filled: Filled) -> list[tuple[str, str]]:
    return [(problem.key, problem.message.vi) for problem in filled.problems]


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = written(tmp_path, {key: Entry(text) for key, text in GOOD.items()})
    assert read_identity(path) == IDENTITY
    filled = read_form(path, sample())
    assert not filled.problems
    assert (
        judge(sample(), filled.entries, {}).values
        == judge(sample(), {key: Entry(text) for key, text in GOOD.items()}, {}).values
    )
    book = openpyxl.load_workbook(path)
    assert book[MARK].sheet_state == "veryHidden"
    assert all(sheet.protection.sheet for sheet in book)
    assert not cell(book, "t1.land.all").protection.locked
    assert cell(book, "t1.land.all").value == 1234
    assert cell(book, "staff.1.since").value == datetime(2025, 7, 1)  # noqa: DTZ001  (a day as Excel keeps it)
    lists = [rule.formula1 for rule in book["Thông tin khác"].data_validations.dataValidation]
    assert '"có,không"' in lists
    assert '"Tốt,Khá"' in lists


def test_what_is_known_already_is_locked(tmp_path: Path) -> None:
    path = written(tmp_path, {"t1.land.all": Entry("5")}, {"t1.land.all": "Đã có từ hệ thống một cửa"})
    book = openpyxl.load_workbook(path)
    assert cell(book, "t1.land.all").protection.locked
    assert "một cửa" in cell(book, "t1.land.all").comment.text


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("t1.land.all", 12, "12"),
        ("t1.land.all", "1.234", "1.234"),
        ("t1.civil.rate", 12.5, "12,5"),
        ("t1.civil.rate", 0.1, "0,1"),
        ("t1.civil.rate", 1e21, "1000000000000000000000"),
        ("t1.civil.rate", 1e-7, "0,0000001"),
        ("staff.1.since", date(2025, 7, 1), "01/07/2025"),
        ("staff.1.since", "1/7/2025", "1/7/2025"),
        ("staff.1.name", 7, "7"),
        ("more.team.v", True, "có"),
    ],
)
def test_values_are_taken_as_they_are(template: Path, key: str, value: Any, text: str) -> None:
    filled = changed(template, lambda book: setattr(cell(book, key), "value", value))
    assert filled.entries == {key: Entry(text)}
    assert not filled.problems


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("t1.land.all", date(2025, 7, 1), "cần một số nguyên, đang chứa 01/07/2025"),
        ("t1.land.all", True, "đang chứa TRUE/FALSE"),
        ("more.team.v", 1, "cần có hoặc không"),
        ("t1.land.all", "=1+1", "không lưu kết quả"),
        ("t1.land.all", "#DIV/0!", "báo lỗi của Excel"),
    ],
)
def test_values_of_another_kind_are_refused(template: Path, key: str, value: Any, words: str) -> None:
    filled = changed(template, lambda book: setattr(cell(book, key), "value", value))
    assert [problem for problem, _ in told(filled)] == [key]
    assert words in told(filled)[0][1]
    assert not filled.entries


def test_a_number_is_a_day_only_where_excel_shows_one(template: Path) -> None:
    def serial(book: Any, shown: str) -> None:
        cell(book, "staff.1.since").value = 45123
        cell(book, "staff.1.since").number_format = shown

    assert changed(template, lambda book: serial(book, "dd/mm/yyyy")).entries == {
        "staff.1.since": Entry("16/07/2023")
    }
    assert told(changed(template, lambda book: serial(book, "General"))) == [
        ("staff.1.since", "Ô cần một ngày, đang chứa 45123.")
    ]


def test_rows_are_found_by_their_keys(template: Path) -> None:
    def sort(book: Any) -> None:
        sheet = book["Hồ sơ"]
        cell(book, "t1.land.all").value = 5
        cell(book, "t1.civil.all").value = 7
        sheet.insert_rows(4, 3)
        sheet.insert_cols(3)

    filled = changed(template, sort)
    assert filled.entries == {"t1.land.all": Entry("5"), "t1.civil.all": Entry("7")}


def test_rows_twice_merged_cells_and_foreign_cells_are_told(template: Path) -> None:
    def spoil(book: Any) -> None:
        sheet = book["Hồ sơ"]
        sheet.cell(9, 1).value = "t1.land"
        sheet.cell(10, 1).value = "t1.nothing"
        sheet.cell(10, 3).value = 1
        sheet.merge_cells("C4:D4")
        sheet.cell(4, 5).value = 3

    found = told(changed(template, spoil))
    assert ("t1.land.online", "Ô bị gộp với ô khác; bỏ gộp ô rồi nhập.") in found
    assert ("t1.land.all", "Dòng này đã có ở trang “Hồ sơ”, dòng 4; giữ một dòng.") in found
    assert found.count(("", "Ô này không nằm trong biểu; xóa giá trị.")) == 2


def test_files_that_are_none_of_ours(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "khac.xlsx")
    with pytest.raises(DomainError, match="không phải biểu mẫu"):
        read_form(tmp_path / "khac.xlsx", sample())
    book.create_sheet(MARK)["A1"] = "form"
    book.save(tmp_path / "khac.xlsx")
    with pytest.raises(DomainError, match="không phải biểu mẫu"):
        read_identity(tmp_path / "khac.xlsx")
    (tmp_path / "hong.xlsx").write_bytes(b"PK\x03\x04half")
    with pytest.raises(DomainError, match=r"Không đọc được tệp hong\.xlsx"):
        read_identity(tmp_path / "hong.xlsx")


def test_too_many_cells(template: Path) -> None:
    with pytest.raises(DomainError, match="hơn 50000 ô"):
        changed(template, lambda book: setattr(book["Hồ sơ"].cell(30_000, 5), "value", 1))


def test_errors_come_back_in_their_cells_and_leave_with_the_next_return(template: Path) -> None:
    filled = changed(template, lambda book: setattr(cell(book, "t1.land.all"), "value", "mười"))
    verdict = judge(sample(), filled.entries, {})
    problems = [
        CellProblem(filled.places[fault.key], fault.key, fault.message)
        for fault in verdict.faults
        if fault.key in filled.places
    ]
    out = io.BytesIO()
    assert write_marked(template, out, problems) == 4
    template.write_bytes(out.getvalue())
    book = openpyxl.load_workbook(template)
    marked = cell(book, "t1.land.all")
    assert "“mười” không phải là số đọc được" in marked.comment.text
    assert marked.fill.fgColor.rgb == "FFF4C7C3"
    assert marked.value == "mười"
    assert not marked.protection.locked
    again = io.BytesIO()
    assert write_marked(template, again, problems[1:2]) == 1
    book = openpyxl.load_workbook(io.BytesIO(again.getvalue()))
    assert cell(book, "t1.land.all").comment is None
    assert cell(book, "t1.land.all").fill.fgColor.rgb != "FFF4C7C3"
    assert len(book["Hồ sơ"].data_validations.dataValidation) == 5
