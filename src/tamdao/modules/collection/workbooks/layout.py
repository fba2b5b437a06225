"""Where each cell of a form stands in its workbook: one sheet for each section, keys in a hidden row and column.

Column A holds the key of the row (`t1.land`, `staff.3`), row 1 the codes of the columns, so that a sheet that was
sorted, or into which rows were inserted, is still read by its keys. The sheet MARK says which form, version, unit and
period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tamdao.kit.messages import Message
from tamdao.kit.spreadsheets import sheet_name

from ..rules.forms import Cell, Form, Section

MARK = "tamdao"
KEY_ROW, TITLE_ROW, FIRST_ROW = 1, 3, 4
KEY_COLUMN, TITLE_COLUMN, FIRST_COLUMN = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Identity:
    """What a workbook is an answer to. `version` is the hash of the form's definition."""

    form: str
    version: str
    unit: str
    period: str


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the workbook: sheet, row and column counted from 1."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A section on its sheet: rows as (key, title), columns as (code, title)."""

    name: str
    section: Section
    rows: tuple[tuple[str, Message], ...]

    def places(self, form: Form) -> Iterator[tuple[str, Cell, Place]]:
        """Every cell that may be filled in, with its place, row by row."""
        for down, (row, _) in enumerate(self.rows):
            for right, (column, _) in enumerate(self.section.columns):
                key = f"{row}.{column}"
                cell = form.cell(key)
                if cell is not None:
                    yield key, cell, Place(self.name, FIRST_ROW + down, FIRST_COLUMN + right)


def plan(form: Form) -> list[SheetPlan]:
    """The sheets of a form in the order of its sections; sections with one title get a number behind it."""
    found: list[SheetPlan] = []
    taken = {MARK}
    for section in form.sections:
        name = _free(sheet_name(section.title.vi), taken)
        taken.add(name.lower())
        rows = (
            tuple((f"{section.code}.{number}", Message(str(number), str(number)))
                  for number in range(1, section.most_rows + 1))
            if section.most_rows
            else tuple((f"{section.code}.{code}", title) for code, title in section.rows)
        )  # fmt: skip
        found.append(SheetPlan(name, section, rows))
    return found


def _free(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found.lower() in taken:
        number += 1
        found = f"{name[: 31 - len(str(number)) - 1]} {number}"
    return found
