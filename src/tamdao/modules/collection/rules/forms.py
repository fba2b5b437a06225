"""What a form asks: sections, rows, columns, cells and checks, read from its definition (JSON that fits the schema).

A cell has a key of three parts, `section.row.column`. Rows that repeat are written with a star in the definition and
get a number each when they are filled in: `staff.*.name` becomes `staff.3.name`. Expressions name cells by their keys;
`last.` before a key is the approved figure of the period before. Of repeating rows there are only totals:
`rows.staff.hours` is the sum of a column, `count.staff` the number of rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tamdao.analytics.expr import Expr, inputs, parse
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

STAR = "*"
_ROW = re.compile(r"[1-9][0-9]{0,8}")
LAST, ROWS, COUNT = "last.", "rows.", "count."


class CellKind(StrEnum):
    """What may stand in a cell."""

    NUMBER = "number"
    WHOLE = "whole"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


NUMERIC = frozenset({CellKind.NUMBER, CellKind.WHOLE})


@dataclass(frozen=True, slots=True)
class Cell:
    """A place to fill in. `key` has a star where the row repeats; `when` None: always asked."""

    key: str
    kind: CellKind
    title: Message
    required: bool = False
    indicator: str = ""
    dims: str = ""
    decimals: int | None = None
    choices: tuple[str, ...] = ()
    when: Expr | None = None

    @property
    def numeric(self) -> bool:
        """Whether expressions may name it."""
        return self.kind in NUMERIC


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that filled-in cells must meet. One that is not `hard` asks for an explanation instead."""

    code: str
    rule: Expr
    hard: bool
    message: Message
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form: a table of rows and columns, or free text (`columns` empty)."""

    code: str
    title: Message
    guidance: Message
    columns: tuple[tuple[str, Message], ...]
    rows: tuple[tuple[str, Message], ...]
    # rows are added by whoever fills in, at most so many; 0: the rows are fixed
    most_rows: int


@dataclass(frozen=True, slots=True)
class Form:
    """A form of one version: its sections in reading order, every cell by its key, its checks."""

    sections: tuple[Section, ...]
    cells: Mapping[str, Cell]
    checks: tuple[Check, ...]

    def cell(self, key: str) -> Cell | None:
        """The cell that a filled-in key means: `staff.3.name` is `staff.*.name`. None where the form has none."""
        if key in self.cells:
            return None if STAR in key else self.cells[key]
        section, _, rest = key.partition(".")
        row, _, column = rest.partition(".")
        most = next((one.most_rows for one in self.sections if one.code == section), 0)
        if not _ROW.fullmatch(row) or int(row) > most:
            return None
        return self.cells.get(f"{section}.{STAR}.{column}")


def read_form(data: Mapping[str, Any]) -> tuple[Form, list[Problem]]:
    """The form that a definition describes, and everything wrong with it beyond its schema."""
    problems: list[Problem] = []
    sections = tuple(_section(one) for one in data["sections"])
    _check_codes("sections", [one.code for one in sections], problems)
    cells: dict[str, Cell] = {}
    for place, (one, section) in enumerate(zip(data["sections"], sections, strict=True)):
        where = f"sections.{place}"
        _check_codes(f"{where}.columns", [code for code, _ in section.columns], problems)
        _check_codes(f"{where}.rows", [code for code, _ in section.rows], problems)
        cells |= {cell.key: cell for cell in _cells(one, section, where, problems)}
    checks = tuple(
        check
        for place, one in enumerate(data.get("checks", ()))
        if (check := _check(one, f"checks.{place}", problems)) is not None
    )
    _check_codes("checks", [check.code for check in checks], problems)
    form = Form(sections, cells, checks)
    problems += _check_names(form)
    return form, problems


def _words(data: Mapping[str, Any], name: str) -> Message:
    vi = data.get(f"{name}_vi", "")
    return Message(vi, data.get(f"{name}_en") or vi)


def _section(data: Mapping[str, Any]) -> Section:
    def named(parts: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, Message], ...]:
        return tuple((part["code"], _words(part, "title")) for part in parts)

    return Section(
        data["code"],
        _words(data, "title"),
        _words(data, "guidance"),
        named(data["columns"]),
        named(data.get("rows", ())),
        data.get("most_rows", 0),
    )


def _cells(data: Mapping[str, Any], section: Section, where: str, problems: list[Problem]) -> Iterator[Cell]:
    """The cells of a table: what the column says, what the row adds, what stands at their crossing."""
    rows: Sequence[Mapping[str, Any]] = data.get("rows", ())
    if bool(rows) == bool(section.most_rows):
        problems.append(
            _problem(
                where,
                "một bảng có các dòng cố định (rows) hoặc số dòng thêm được (most_rows), không có cả hai",
                "a table has fixed rows or a number of rows that may be added (most_rows), not both",
            )
        )
    for place, row in enumerate(rows or [{"code": STAR}]):
        crossing = row.get("cells", {})
        for column in data["columns"]:
            said = {**column, **{name: row[name] for name in ("indicator", "when") if name in row}}
            said |= crossing.get(column["code"], {})
            if said.get("skip"):
                continue
            at = f"{where}.rows.{place}" if rows else where
            yield _cell(section, row, column, said, at, problems)
        problems.extend(
            _problem(f"{where}.rows.{place}", f"không có cột “{code}”", f"there is no column “{code}”")
            for code in sorted(set(crossing) - {column["code"] for column in data["columns"]})
        )


def _cell(
    section: Section,
    row: Mapping[str, Any],
    column: Mapping[str, Any],
    said: Mapping[str, Any],
    where: str,
    problems: list[Problem],
) -> Cell:
    titles = [_words(one, "title") for one in (row, column) if one.get("title_vi")] or [section.title]
    kind = CellKind(said.get("kind", CellKind.NUMBER))
    if kind is CellKind.CHOICE and not said.get("choices"):
        problems.append(_problem(where, "ô chọn cần danh sách choices", "a choice needs its choices"))
    if said.get("indicator") and kind not in NUMERIC:
        problems.append(
            _problem(where, "chỉ ô số mới gắn được chỉ số", "only a cell with a number can feed an indicator")
        )
    return Cell(
        key=f"{section.code}.{row['code']}.{column['code']}",
        kind=kind,
        title=Message(" – ".join(one.vi for one in titles), " – ".join(one.en for one in titles)),
        required=said.get("required", False),
        indicator=said.get("indicator", ""),
        dims=said.get("dims", ""),
        decimals=said.get("decimals"),
        choices=tuple(said.get("choices", ())),
        when=_parsed(said["when"], where, problems) if said.get("when") else None,
    )


def _check(data: Mapping[str, Any], where: str, problems: list[Problem]) -> Check | None:
    rule = _parsed(data["rule"], where, problems)
    if rule is None:
        return None
    named = sorted(name for name in inputs(rule) if not name.startswith((LAST, ROWS, COUNT)))
    cells = tuple(data.get("cells") or named)
    return Check(data["code"], rule, data.get("hard", True), _words(data, "message"), cells)


def _parsed(text: str, where: str, problems: list[Problem]) -> Expr | None:
    try:
        return parse(text)
    except DomainError as error:
        found = error.problems or (Problem(error.message),)
        problems.extend(Problem(one.message, where, one.where) for one in found)
        return None


def _check_codes(where: str, codes: Sequence[str], problems: list[Problem]) -> None:
    problems.extend(
        _problem(where, f"mã “{code}” có hai lần", f"the code “{code}” is there twice")
        for code in sorted({code for code in codes if codes.count(code) > 1})
    )


def _check_names(form: Form) -> Iterator[Problem]:
    """Expressions name cells of this form that hold numbers, and none that repeats."""
    used = [(f"checks.{check.code}", check.rule) for check in form.checks]
    used += [(cell.key, cell.when) for cell in form.cells.values() if cell.when is not None]
    for where, expr in used:
        for name in sorted(inputs(expr)):
            fault = _name_fault(form, name)
            if fault is not None:
                yield Problem(fault, where)
    for check in form.checks:
        for key in check.cells:
            if key not in form.cells:
                yield _problem(f"checks.{check.code}", f"không có ô “{key}”", f"there is no cell “{key}”")


def _name_fault(form: Form, name: str) -> Message | None:
    if name.startswith(COUNT):
        section = name.removeprefix(COUNT)
        if any(one.code == section and one.most_rows for one in form.sections):
            return None
        return Message(
            f"“{section}” không phải là bảng có dòng thêm được.", f"“{section}” is no table with added rows."
        )
    key = name.removeprefix(LAST)
    if name.startswith(ROWS):
        section, _, column = name.removeprefix(ROWS).partition(".")
        key = f"{section}.{STAR}.{column}"
    cell = form.cells.get(key)
    if cell is None:
        return Message(f"Biểu thức nhắc ô “{key}” không có trong biểu.", f"There is no cell “{key}”.")
    if not cell.numeric:
        return Message(
            f"Ô “{key}” không phải ô số nên biểu thức không dùng được.",
            f"The cell “{key}” holds no number, so an expression can't use it.",
        )
    return None


def _problem(where: str, vi: str, en: str) -> Problem:
    return Problem(Message(f"{vi[:1].upper()}{vi[1:]}.", f"{en[:1].upper()}{en[1:]}."), where)
