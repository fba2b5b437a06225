"""The workbook of a form, to be filled in: keys and titles locked, cells with lists, types and limits inside.

What Excel checks by itself is a part of the form's checks, said in the sheet: whole numbers, decimals, dates, lists and
conditions between numbers of the same sheet. All of them are checked again when the workbook comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import IO, Any

from tamdao.kit.errors import DomainError
from tamdao.kit.spreadsheets import without_controls

from ..rules.checking import NO, YES, Entry, read_value
from ..rules.forms import Cell, CellKind, Form
from .layout import (
    FIRST_COLUMN,
    FIRST_ROW,
    KEY_COLUMN,
    KEY_ROW,
    MARK,
    TITLE_COLUMN,
    TITLE_ROW,
    Identity,
    SheetPlan,
    plan,
)

_LONGEST_LIST = 255  # of a list inside a cell; a longer one stands on the sheet MARK
_TITLE_WIDTH, _WIDTH = 44, 18


def write_form(
    file: IO[bytes], form: Form, identity: Identity, *, title: str, guidance: str = "",
    entries: Mapping[str, Entry] | None = None, locked: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Write the workbook to `file`; `entries` stand in their cells already, `locked` cells (key → why) are closed."""
    from xlsxwriter import Workbook

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        pen = _Pen(book, form, entries or {}, locked or {})
        for sheet in plan(form):
            pen.sheet(sheet, title, guidance)
        pen.mark(identity)


class _Pen:
    def __init__(
        self, book: Any, form: Form, entries: Mapping[str, Entry], locked: Mapping[str, str]
    ) -> None:
        self.book, self.form, self.entries, self.locked = book, form, entries, locked
        self.lists: list[tuple[str, ...]] = []
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E8F0EE", "border": 1, "border_color": "#C9D6D2", "text_wrap": True,
             "valign": "top"}
        )  # fmt: skip
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.row_title = book.add_format({"text_wrap": True, "valign": "top"})
        self.formats: dict[tuple[str, bool], Any] = {}

    def look(self, cell: Cell, *, locked: bool) -> Any:
        """How a cell looks: open cells are white with a border, locked ones grey."""
        pattern = {
            CellKind.WHOLE: "#,##0",
            CellKind.NUMBER: "#,##0" + ("." + "#" * cell.decimals if cell.decimals else ".######"),
            CellKind.DATE: "dd/mm/yyyy",
        }.get(cell.kind, "@")
        if (pattern, locked) not in self.formats:
            self.formats[pattern, locked] = self.book.add_format(
                {"num_format": pattern, "locked": locked, "border": 1, "border_color": "#C9D6D2", "valign": "top",
                 **({"bg_color": "#F1F3F2"} if locked else {}),
                 **({"text_wrap": True} if cell.kind is CellKind.TEXT else {})}
            )  # fmt: skip
        return self.formats[pattern, locked]

    def sheet(self, planned: SheetPlan, title: str, guidance: str) -> None:
        sheet = self.book.add_worksheet(planned.name)
        sheet.set_column(KEY_COLUMN - 1, KEY_COLUMN - 1, None, None, {"hidden": True})
        sheet.set_row(KEY_ROW - 1, None, None, {"hidden": True})
        sheet.set_column(TITLE_COLUMN - 1, TITLE_COLUMN - 1, _TITLE_WIDTH)
        last = FIRST_COLUMN - 2 + len(planned.section.columns)
        sheet.set_column(FIRST_COLUMN - 1, last, _WIDTH)
        sheet.write_string(KEY_ROW - 1, KEY_COLUMN - 1, f"{MARK}:{planned.section.code}")
        said = planned.section.guidance.vi or guidance
        sheet.write_string(
            KEY_ROW, TITLE_COLUMN - 1, without_controls(f"{title} – {planned.section.title.vi}"), self.title
        )
        if said:
            sheet.write_comment(KEY_ROW, TITLE_COLUMN - 1, without_controls(said)[:2000])
        for right, (code, name) in enumerate(planned.section.columns):
            sheet.write_string(KEY_ROW - 1, FIRST_COLUMN - 1 + right, code)
            sheet.write_string(TITLE_ROW - 1, FIRST_COLUMN - 1 + right, without_controls(name.vi), self.head)
        sheet.write_string(TITLE_ROW - 1, TITLE_COLUMN - 1, "Nội dung", self.head)
        for down, (key, name) in enumerate(planned.rows):
            sheet.write_string(FIRST_ROW - 1 + down, KEY_COLUMN - 1, key)
            sheet.write_string(
                FIRST_ROW - 1 + down, TITLE_COLUMN - 1, without_controls(name.vi), self.row_title
            )
        for key, cell, place in planned.places(self.form):
            self.cell(sheet, place.row - 1, place.column - 1, key, cell)
        sheet.freeze_panes(FIRST_ROW - 1, FIRST_COLUMN - 1)
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(TITLE_ROW - 1)

    def cell(self, sheet: Any, row: int, column: int, key: str, cell: Cell) -> None:
        """One open cell: what stands in it already, and what Excel may check by itself."""
        look = self.look(cell, locked=key in self.locked)
        self.value(sheet, row, column, cell, self.entries.get(key, Entry()), look)
        if key in self.locked:
            sheet.write_comment(row, column, without_controls(self.locked[key]))
            return
        rule = self.rule(cell)
        if rule:
            sheet.data_validation(
                row, column, row, column, {"ignore_blank": True, "error_title": "Chưa đúng", **rule}
            )

    def value(self, sheet: Any, row: int, column: int, cell: Cell, entry: Entry, look: Any) -> None:
        if not entry.text.strip():
            sheet.write_blank(row, column, None, look)
            return
        try:
            value = read_value(cell, entry.text)
        except DomainError:
            sheet.write_string(row, column, without_controls(entry.text), look)
            return
        if cell.kind is CellKind.DATE:
            sheet.write_datetime(row, column, date.fromisoformat(value), look)
        elif cell.numeric and len(value.replace("-", "").replace(".", "").strip("0")) <= 15:
            sheet.write_number(row, column, float(value), look)
        else:
            sheet.write_string(row, column, without_controls(value), look)

    def rule(self, cell: Cell) -> dict[str, Any] | None:
        """The validation of Excel for a cell: a part of what the form checks."""
        match cell.kind:
            case CellKind.WHOLE:
                return {"validate": "integer", "criteria": "between", "minimum": -(10**14), "maximum": 10**14,
                        "error_message": "Ghi số nguyên."}  # fmt: skip
            case CellKind.NUMBER:
                return {"validate": "decimal", "criteria": "between", "minimum": -1e14, "maximum": 1e14,
                        "error_message": "Ghi một số."}  # fmt: skip
            case CellKind.DATE:
                return {"validate": "date", "criteria": "between", "minimum": date(1900, 3, 1),
                        "maximum": date(9999, 12, 31), "error_message": "Ghi ngày/tháng/năm."}  # fmt: skip
            case CellKind.CHOICE:
                return self.chosen(cell.choices)
            case CellKind.YES_NO:
                return self.chosen((YES, NO))
            case CellKind.TEXT:
                return None

    def chosen(self, choices: tuple[str, ...]) -> dict[str, Any]:
        if any("," in choice for choice in choices) or len(",".join(choices)) > _LONGEST_LIST:
            if choices not in self.lists:
                self.lists.append(choices)
            column = chr(ord("D") + self.lists.index(choices))
            source: Any = f"={MARK}!${column}$1:${column}${len(choices)}"
        else:
            source = list(choices)
        return {"validate": "list", "source": source, "error_message": "Chọn trong danh sách."}

    def mark(self, identity: Identity) -> None:
        """The hidden sheet: what the workbook is an answer to, and long lists."""
        sheet = self.book.add_worksheet(MARK)
        for line, (name, value) in enumerate(
            [
                ("form", identity.form),
                ("version", identity.version),
                ("unit", identity.unit),
                ("period", identity.period),
            ]
        ):
            sheet.write_string(line, 0, name)
            sheet.write_string(line, 1, value)
        for number, choices in enumerate(self.lists):
            for line, choice in enumerate(choices):
                sheet.write_string(line, 3 + number, choice)
        sheet.protect()
        sheet.very_hidden()
