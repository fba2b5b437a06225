"""Tables that leave the house as CSV or XLSX, and XLSX files that come in.

Every export goes through here, so that one place decides what a spreadsheet may take for a formula. No Django.
"""

from __future__ import annotations

from .cells import exact_number, file_name, kept_as_text, sheet_name, without_controls
from .reading import MAX_CELLS, MAX_ROWS, read_rows
from .tables import Column, Fact, Table
from .writing import write_csv, write_csv_rows, write_xlsx

__all__ = [
    "MAX_CELLS",
    "MAX_ROWS",
    "Column",
    "Fact",
    "Table",
    "exact_number",
    "file_name",
    "kept_as_text",
    "read_rows",
    "sheet_name",
    "without_controls",
    "write_csv",
    "write_csv_rows",
    "write_xlsx",
]
