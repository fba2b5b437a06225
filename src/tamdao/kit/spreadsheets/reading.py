"""Reading a workbook that somebody sent: values only, row by row, within limits.

openpyxl parses through defusedxml (no entities); macros, links and objects are refused before, by `kit.uploads`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from .tables import Value

MAX_ROWS = 100_000
MAX_CELLS = 2_000_000


def read_rows(
    path: Path, *, sheet: str = "", max_rows: int = MAX_ROWS, max_cells: int = MAX_CELLS
) -> Iterator[tuple[Value, ...]]:
    """Rows of a sheet, by default the first one, formulas as the values they had when the file was saved.

    The file was judged by `kit.uploads` before. Raises sheet_unknown, workbook_unreadable, workbook_too_large (when
    the limit is reached, whatever the file says of its size).
    """
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("openpyxl does not read through defusedxml")
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        # openpyxl raises whatever its parts stumble over; for the sender it is one thing
        raise _unreadable(path) from error
    try:
        yield from _rows(book, path, sheet, max_rows, max_cells)
    finally:
        book.close()


def _rows(book: Any, path: Path, sheet: str, max_rows: int, max_cells: int) -> Iterator[tuple[Value, ...]]:
    if sheet and sheet not in book.sheetnames:
        known = ", ".join(book.sheetnames)
        raise DomainError(
            Message(
                f"Tệp {path.name} không có trang tính “{sheet}”; các trang: {known}.",
                f"The file {path.name} has no sheet “{sheet}”; its sheets: {known}.",
            ),
            code="sheet_unknown",
        )
    chosen = book[sheet] if sheet else book.worksheets[0]
    # the size a sheet claims is not believed; without it openpyxl counts what is there
    chosen.reset_dimensions()
    cells = 0
    for number, row in enumerate(chosen.iter_rows(values_only=True), start=1):
        cells += len(row)
        if number > max_rows or cells > max_cells:
            raise DomainError(
                Message(
                    f"Trang tính của {path.name} quá lớn: tối đa {max_rows} dòng, {max_cells} ô; chia thành nhiều tệp.",
                    f"The sheet of {path.name} is too large: {max_rows} rows and {max_cells} cells at most; cut it.",
                ),
                code="workbook_too_large",
                status=413,
            )
        yield tuple(_value(value) for value in row)


def _value(value: Any) -> Value:
    if isinstance(value, bool) or value is None:
        return None if value is None else str(value).upper()
    if isinstance(value, datetime):
        return value.date() if value.time().isoformat() == "00:00:00" else value.isoformat()
    if isinstance(value, float):
        return Decimal(repr(value))
    return value if isinstance(value, str | int | date) else str(value)


def _unreadable(path: Path) -> DomainError:
    return DomainError(
        Message(
            f"Không đọc được tệp {path.name} như một tệp Excel; mở bằng Excel, lưu lại dạng .xlsx rồi gửi lại.",
            f"The file {path.name} can't be read as a workbook; open it in Excel, save it as .xlsx and send it again.",
        ),
        code="workbook_unreadable",
    )
