"""The lists of the pages as tables to download: stable keys for CSV, names and an origin for XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils import timezone

from tamdao.core.files.api import get_document
from tamdao.core.units.api import UnitRow, unit_map
from tamdao.facts.api import catalogue
from tamdao.facts.types import TargetResult
from tamdao.kit.dates import format_datetime
from tamdao.kit.messages import Message
from tamdao.kit.spreadsheets import Column, Fact, Table
from tamdao.kit.spreadsheets.tables import Value
from tamdao.kit.text import sort_key
from tamdao.modules.scoring.api import DtiTable

from ..queries.indicators import CatalogueRow
from ..queries.targets import GroupRows
from ..rules.words import FREQUENCIES, PILLAR_WORDS, STATE_WORDS, word

_UNIT_CODE = Column("unit_code", Message("Mã đơn vị", "Unit code"), width=12)
_UNIT_NAME = Column("unit_name", Message("Đơn vị", "Unit"), width=26)


def _origin(address: str, *facts: Fact) -> tuple[Fact, ...]:
    """What the source sheet says of every table: the page, the moment, then what is particular."""
    made = format_datetime(timezone.localtime())
    return (
        Fact(Message("Trang", "Page"), address),
        Fact(Message("Lấy lúc", "Taken at"), made),
        *facts,
    )


def dti_table(table: DtiTable, address: str) -> Table:
    """Scores and ranks of a year, as `tamdao dti table` prints them; index by index, then by rank."""
    columns = (
        _UNIT_CODE,
        _UNIT_NAME,
        Column("index", Message("Chỉ số", "Index"), width=34),
        Column("score", Message("Điểm", "Score"), "number", decimals=4, width=10),
        Column("rank", Message("Hạng", "Rank"), "number", width=8),
    )
    rows: Iterator[tuple[Value, ...]] = (
        (unit.code, unit.name_vi, view.key, cell.score, cell.rank)
        for view in table.indices
        for unit, cell in table.ranked(view.key)
    )
    return Table(
        Message(f"DTI {table.year}", f"DTI {table.year}"),
        columns,
        rows,
        _origin(
            address,
            Fact(Message("Bộ chỉ số", "Edition"), table.edition.name),
            Fact(Message("Văn bản", "Document"), get_document(table.edition.document).label),
            Fact(Message("Năm đánh giá", "Assessment year"), str(table.year)),
            Fact(Message("Địa giới ngày", "Map of"), table.on),
            Fact(Message("Đơn vị tính", "Unit"), Message("điểm từ 0 đến 1", "score from 0 to 1")),
            Fact(
                Message("Ô trống", "An empty cell"),
                Message("chưa có số, không phải bằng không", "not known, which is not zero"),
            ),
        ),
    )


def targets_table(groups: list[GroupRows], address: str, *, at: date) -> Table:
    """Targets as `tamdao targets` prints them, with the unit that promised them and words beside the codes."""
    columns = (
        _UNIT_CODE,
        _UNIT_NAME,
        Column("target_id", Message("Mã chỉ tiêu", "Target"), width=14),
        Column("name", Message("Chỉ tiêu", "Name"), width=60),
        Column("pillar", Message("Trụ cột", "Pillar"), width=18),
        Column("comparator", Message("So sánh", "Comparator"), width=10),
        Column("value", Message("Mức đề ra", "Promised"), "number", decimals=2, width=12),
        Column("unit_of_measure", Message("Đơn vị tính", "Unit of measure"), width=16),
        Column("deadline", Message("Hạn", "Deadline"), "date", width=12),
        Column("actual", Message("Số đạt được", "Actual"), "number", decimals=2, width=14),
        Column("actual_period", Message("Kỳ của số", "Period"), width=12),
        Column("state", Message("Trạng thái", "State"), width=16),
        Column("reason", Message("Lý do", "Reason"), width=70),
        Column("document", Message("Văn bản", "Document"), width=50),
    )
    rows = (
        _target_row(group.unit, row.result) for group in groups for part in group.pillars for row in part.rows
    )
    return Table(
        Message("Chỉ tiêu", "Targets"),
        columns,
        rows,
        _origin(
            address,
            Fact(Message("Đánh giá đến ngày", "Judged on"), at),
            Fact(
                Message("Ô trống", "An empty cell"),
                Message("chưa có số, không phải bằng không", "not known, which is not zero"),
            ),
        ),
    )


def _target_row(unit: UnitRow, result: TargetResult) -> tuple[Value, ...]:
    return (
        unit.code,
        unit.name_vi,
        result.code,
        result.name,
        word(PILLAR_WORDS, result.pillar),
        result.comparator,
        Decimal(result.value),
        catalogue().measures[result.measure].name,
        result.deadline,
        _actual(result),
        result.actual.period if result.actual else None,
        word(STATE_WORDS, result.state),
        result.reason,
        get_document(result.document).label if result.document else None,
    )


def _actual(result: TargetResult) -> Value:
    """The value as a number; with its sign, as text, where it is approximate."""
    actual = result.actual
    if actual is None or actual.text is None:
        return None
    return Decimal(actual.text) if actual.sign == "=" else f"{actual.sign}{actual.text}"


def indicators_table(groups: list[tuple[str, list[CatalogueRow]]], address: str) -> Table:
    """The catalogue: every indicator with its definition and what is stored of it."""
    columns = (
        Column("indicator", Message("Mã", "Code"), width=28),
        Column("name", Message("Số liệu", "Indicator"), width=60),
        Column("pillar", Message("Trụ cột", "Pillar"), width=18),
        Column("unit_of_measure", Message("Đơn vị tính", "Unit of measure"), width=16),
        Column("frequency", Message("Kỳ", "Frequency"), width=12),
        Column("definition", Message("Định nghĩa", "Definition"), width=80),
        Column("units", Message("Số đơn vị có số", "Units with figures"), "number", width=14),
        Column("observations", Message("Số dòng đã ghi", "Observations"), "number", width=14),
        Column("newest", Message("Kỳ mới nhất", "Newest period"), width=14),
    )
    rows: Iterator[tuple[Value, ...]] = (
        (
            row.view.code,
            row.view.name,
            word(PILLAR_WORDS, row.view.pillar),
            row.view.measure.name,
            word(FREQUENCIES, row.view.frequency),
            row.view.definition,
            row.units,
            row.rows,
            row.newest,
        )
        for _, found in groups
        for row in found
    )
    return Table(Message("Danh mục số liệu", "Indicators"), columns, rows, _origin(address))


def units_table(on: date, address: str) -> Table:
    """Every unit on the map of a day, higher levels first, by code."""
    columns = (
        Column("unit_id", Message("Mã định danh", "Unit id"), width=20),
        _UNIT_CODE,
        _UNIT_NAME,
        Column("full_name", Message("Tên đầy đủ", "Full name"), width=34),
        Column("level", Message("Cấp", "Level"), width=12),
        Column("within", Message("Thuộc", "Within"), width=40),
        Column("first_date", Message("Từ ngày", "From"), "date", width=12),
        Column("end_date", Message("Đến trước ngày", "Until"), "date", width=14),
    )
    return Table(
        Message("Đơn vị hành chính", "Units"),
        columns,
        _unit_rows(on),
        _origin(address, Fact(Message("Địa giới ngày", "Map of"), on)),
    )


def _unit_rows(on: date) -> Iterator[tuple[Value, ...]]:
    units, names = unit_map(on), catalogue().levels
    for level, name in names.items():
        for unit in sorted(units.units(level), key=lambda row: (row.code, sort_key(row.name_vi))):
            above = [row.full_name for row in units.parents(unit.id) if row.level != "country"]
            yield (
                unit.id,
                unit.code,
                unit.name_vi,
                unit.full_name,
                name,
                ", ".join(above),
                unit.first_date if unit.from_known else None,
                unit.end_date,
            )
