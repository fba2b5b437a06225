"""What a workbook that came back says: an entry for each filled-in cell, and everything that can't be taken from it.

Nothing is guessed: a cell is found by the keys of its row and column, wherever they were moved to; a number is taken
as the exact decimal that Excel shows with fifteen digits; a formula counts with the value it had when it was saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tamdao.kit.dates import format_date
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from ..rules.checking import Entry
from ..rules.forms import Cell, CellKind, Form
from .layout import KEY_COLUMN, KEY_ROW, MARK, Identity, Place

MAX_CELLS = 50_000
_IDENTITY = ("form", "version", "unit", "period")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with one cell of the workbook; `key` is empty where it is no cell of the form."""

    place: Place
    key: str
    message: Message


@dataclass(slots=True)
class Filled:
    """A workbook as it was read: whose it is, entries and their places by key, and what could not be taken."""

    identity: Identity
    entries: dict[str, Entry] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)


def read_identity(path: Path) -> Identity:
    """What the workbook is an answer to. Raises workbook_unreadable, workbook_foreign."""
    book = _open(path, values=True)
    try:
        return _identity(book)
    finally:
        book.close()


def read_form(path: Path, form: Form) -> Filled:
    """The entries of a workbook of this form. Raises workbook_unreadable, workbook_foreign, workbook_too_large."""
    shown, written = _open(path, values=True), _open(path, values=False)
    try:
        found = Filled(_identity(shown))
        cells = 0
        for sheet in shown.worksheets:
            if not str(sheet.cell(KEY_ROW, KEY_COLUMN).value or "").startswith(f"{MARK}:"):
                continue
            cells += (sheet.max_row or 0) * (sheet.max_column or 0)
            if cells > MAX_CELLS:
                raise _refused(
                    "workbook_too_large",
                    f"Tệp có hơn {MAX_CELLS} ô; gửi bằng lệnh nhập khối lượng lớn.",
                    f"The workbook has more than {MAX_CELLS} cells; use the import for large files.",
                )
            _read_sheet(found, form, sheet, written[sheet.title])
        return found
    finally:
        shown.close()
        written.close()


def _read_sheet(found: Filled, form: Form, shown: Any, written: Any) -> None:
    columns = {
        place: str(cell.value)
        for place, cell in enumerate(shown[KEY_ROW], start=1)
        if place > KEY_COLUMN and cell.value is not None
    }
    merged = {
        coordinate
        for area in written.merged_cells.ranges
        for coordinate in list(area.cells)[1:]
    }  # fmt: skip
    for row in range(KEY_ROW + 1, (shown.max_row or 0) + 1):
        row_key = shown.cell(row, KEY_COLUMN).value
        if row_key is None:
            continue
        for column, code in columns.items():
            place = Place(shown.title, row, column)
            key = f"{row_key}.{code}"
            cell = form.cell(key)
            value = shown.cell(row, column).value
            if cell is None:
                if value is not None:
                    found.problems.append(CellProblem(place, "", _NOT_HERE))
                continue
            if key in found.places:
                found.problems.append(CellProblem(place, key, _twice(found.places[key])))
                continue
            found.places[key] = place
            formula = written.cell(row, column).data_type == "f"
            _read_cell(found, place, key, cell, value, formula=formula, merged=(row, column) in merged)


def _read_cell(
    found: Filled, place: Place, key: str, cell: Cell, value: Any, *, formula: bool, merged: bool
) -> None:
    if merged:
        found.problems.append(CellProblem(place, key, _MERGED))
    elif value is None and formula:
        found.problems.append(CellProblem(place, key, _NOT_COMPUTED))
    elif value is not None:
        try:
            text = _as_typed(cell, value)
        except DomainError as error:
            found.problems.append(CellProblem(place, key, error.message))
        else:
            if text.strip():
                found.entries[key] = Entry(text)


def _as_typed(cell: Cell, value: Any) -> str:
    """The value as a clerk would have typed it; raises `DomainError` where it is of another kind."""
    if isinstance(value, str):
        if value.startswith("#") and value.rstrip("!?").isupper():
            raise _refused("cell_error", f"Ô báo lỗi của Excel: {value}.", f"Excel shows an error: {value}.")
        return value
    if isinstance(value, bool):
        if cell.kind is CellKind.YES_NO:
            return "có" if value else "không"
        raise _other_kind(cell, "TRUE/FALSE")
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        if cell.kind is CellKind.DATE:
            return format_date(day)
        if cell.kind is CellKind.TEXT:
            return format_date(day)
        raise _other_kind(cell, format_date(day))
    if isinstance(value, int | float):
        number = format(Decimal(repr(value)), "f").removesuffix(".0")
        if cell.numeric or cell.kind is CellKind.TEXT:
            return number.replace(".", ",")
        raise _other_kind(cell, number)
    raise _other_kind(cell, str(value)[:40])


_NOT_HERE = Message("Ô này không nằm trong biểu; xóa giá trị.", "This cell is no part of the form; clear it.")
_MERGED = Message("Ô bị gộp với ô khác; bỏ gộp ô rồi nhập.", "The cell is merged with another; unmerge them.")
_NOT_COMPUTED = Message(
    "Ô có công thức nhưng tệp không lưu kết quả; mở bằng Excel, lưu lại, hoặc nhập số.",
    "The cell has a formula without a stored result; open and save the file in Excel, or type the number.",
)


def _twice(place: Place) -> Message:
    return Message(
        f"Dòng này đã có ở trang “{place.sheet}”, dòng {place.row}; giữ một dòng.",
        f"This row is already on the sheet “{place.sheet}”, row {place.row}; keep one.",
    )


def _other_kind(cell: Cell, shown: str) -> DomainError:
    wanted = {
        CellKind.NUMBER: Message("một số", "a number"),
        CellKind.WHOLE: Message("một số nguyên", "a whole number"),
        CellKind.DATE: Message("một ngày", "a date"),
        CellKind.CHOICE: Message("một mục trong danh sách", "an entry of the list"),
        CellKind.YES_NO: Message("có hoặc không", "có (yes) or không (no)"),
        CellKind.TEXT: Message("chữ", "text"),
    }[cell.kind]
    return _refused(
        "cell_of_another_kind",
        f"Ô cần {wanted.vi}, đang chứa {shown}.",
        f"The cell needs {wanted.en} and holds {shown}.",
    )


def _identity(book: Any) -> Identity:
    if MARK not in book.sheetnames:
        raise _foreign()
    sheet = book[MARK]
    told = {str(name): str(value) for name, value in _pairs(sheet)}
    if not all(told.get(name) for name in _IDENTITY):
        raise _foreign()
    return Identity(**{name: told[name] for name in _IDENTITY})


def _pairs(sheet: Any) -> Iterator[tuple[Any, Any]]:
    for row in sheet.iter_rows(min_row=1, max_row=len(_IDENTITY), max_col=2, values_only=True):
        if len(row) > 1 and row[0] is not None and row[1] is not None:
            yield row[0], row[1]


def _open(path: Path, *, values: bool) -> Any:
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("openpyxl does not read through defusedxml")
    try:
        return openpyxl.load_workbook(path, data_only=values, keep_links=False)
    except Exception as error:
        raise _refused(
            "workbook_unreadable",
            f"Không đọc được tệp {path.name} như một tệp Excel; mở bằng Excel, lưu lại dạng .xlsx rồi gửi lại.",
            f"The file {path.name} can't be read as a workbook; open it in Excel, save it as .xlsx and send it again.",
        ) from error


def _foreign() -> DomainError:
    return _refused(
        "workbook_foreign",
        "Tệp không phải biểu mẫu tải từ hệ thống: thiếu trang ẩn ghi biểu, đơn vị, kỳ. Tải lại biểu rồi chép số vào.",
        "The file is no form downloaded here: the hidden sheet that names form, unit and period is missing. "
        "Download the form again and copy the figures into it.",
    )


def _refused(code: str, vi: str, en: str) -> DomainError:
    return DomainError(Message(vi, en), code=code, status=422)
