"""Writing tables: CSV for programs and spreadsheets, XLSX for people. Row by row, so size costs time and no memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

from tamdao.kit.messages import Message

from .cells import exact_number, kept_as_text, sheet_name, without_controls
from .tables import Column, Fact, Table, Value

MARK = "\ufeff"  # Excel reads UTF-8 only with it
SOURCE = Message("Nguồn · Source", "Source · Nguồn")
_DATE_FORMAT = "dd/mm/yyyy"
_LONGEST_TEXT = 32_767  # of a cell of Excel
_FACT_WIDTHS = (28, 90)


def plain(value: Value, lang: str = "vi") -> str:
    """The cell of a CSV file: a decimal point, ISO dates, nothing for what is not known."""
    if value is None:
        return ""
    if isinstance(value, Message):
        return kept_as_text(value.text(lang))
    if isinstance(value, str):
        return kept_as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def write_csv_rows(
    file: IO[str], header: Sequence[str], rows: Iterable[Sequence[Value]], *, lang: str = "vi"
) -> None:
    """Header and rows without the mark: what the command line prints."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([plain(value, lang) for value in row] for row in rows)


def write_csv(file: IO[bytes], table: Table, *, lang: str = "vi") -> None:
    """The table as CSV under its stable column keys, in UTF-8 with the mark that Excel needs."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    try:
        text.write(MARK)
        write_csv_rows(text, [column.key for column in table.columns], table.rows, lang=lang)
    finally:
        text.detach()


def write_xlsx(file: IO[bytes], table: Table, *, lang: str = "vi") -> None:
    """The table as a workbook: one sheet of rows, one sheet that says where they come from.

    Numbers are numbers, dates are dates; Excel shows both as the reader's country writes them (1.234,5). A number
    that a workbook would round is written as text.
    """
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(file, options) as book:
        pen = _Pen(book, lang)
        pen.rows(sheet_name(table.name.text(lang)), table)
        pen.facts(sheet_name(SOURCE.text(lang)), table.about)


class _Pen:
    """A workbook with the formats that all sheets share."""

    def __init__(self, book: Any, lang: str) -> None:
        self.book, self.lang = book, lang
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E8F0EE", "bottom": 1, "valign": "top", "text_wrap": True}
        )
        self.text = book.add_format({"num_format": "@", "valign": "top"})
        self.wrapped = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.day = book.add_format({"num_format": _DATE_FORMAT, "align": "left", "valign": "top"})
        self.numbers: dict[int, Any] = {}

    def number(self, decimals: int) -> Any:
        """The format of numbers with so many decimals, thousands grouped."""
        if decimals not in self.numbers:
            pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
            self.numbers[decimals] = self.book.add_format({"num_format": pattern, "valign": "top"})
        return self.numbers[decimals]

    def rows(self, name: str, table: Table) -> None:
        """The sheet of the rows, its heading kept in sight and ready to filter."""
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, without_controls(column.name.text(self.lang)), self.head)
        last = 0
        for last, row in enumerate(table.rows, start=1):
            for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                self.cell(sheet, last, place, value, column)
        if table.columns:
            sheet.autofilter(0, 0, last, len(table.columns) - 1)

    def facts(self, name: str, about: Sequence[Fact]) -> None:
        """The sheet of the origin: one line for each thing said."""
        sheet = self.book.add_worksheet(name)
        for place, width in enumerate(_FACT_WIDTHS):
            sheet.set_column(place, place, width)
        for line, fact in enumerate(about):
            sheet.write_string(line, 0, without_controls(fact.name.text(self.lang)), self.head)
            self.cell(sheet, line, 1, fact.said, Column("said", fact.name), wrapped=True)

    def cell(
        self, sheet: Any, line: int, place: int, value: Value, column: Column, *, wrapped: bool = False
    ) -> None:
        """One value in the type it has; text is always written as text, whatever it begins with."""
        if value is None:
            return
        if isinstance(value, date):
            sheet.write_datetime(line, place, value, self.day)
            return
        if isinstance(value, int | Decimal):
            number = exact_number(value)
            if number is not None:
                sheet.write_number(line, place, number, self.number(column.decimals))
                return
            value = str(value)
        said = without_controls(value.text(self.lang) if isinstance(value, Message) else value)
        sheet.write_string(line, place, said[:_LONGEST_TEXT], self.wrapped if wrapped else self.text)
