"""Every list a page offers downloads as CSV and XLSX: the same rows, no formula, an origin."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.office import resaved
from tests.unit.kit.test_spreadsheets import formulas

LISTS = ["dti", "targets", "indicators", "units"]
QUERY = "year=2024&map=2025-07-01&at=2025-07-01"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def _today(demo_db: None, hold_today: Any) -> None:
    hold_today(date(2026, 11, 22))


def file_of(client: Client, name: str, form: str, query: str = QUERY) -> bytes:
    response = client.get(f"/{name}/table.{form}?{query}")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    return response.content


@pytest.mark.parametrize("name", LISTS)
def test_workbook_and_csv_hold_the_same_rows_and_no_formula(client: Client, name: str) -> None:
    rows = list(csv.reader(io.StringIO(file_of(client, name, "csv").decode("utf-8-sig"), newline="")))
    book = openpyxl.load_workbook(io.BytesIO(file_of(client, name, "xlsx")))
    assert formulas(book) == []
    sheet, origin = book.worksheets
    assert sheet.max_row == len(rows) > 10
    assert sheet.max_column == len(rows[0])
    assert origin.title == "Nguồn · Source"
    said = {row[0].value: row[1].value for row in origin.iter_rows()}
    assert str(said["Trang"]).startswith(f"http://testserver/{name}/table.xlsx")
    assert said["Lấy lúc"]


def test_numbers_and_dates_of_the_targets_are_numbers_and_dates(client: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(file_of(client, "targets", "xlsx")))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    head = list(rows[0])
    promised, deadline, code = (head.index(name) for name in ("Mức đề ra", "Hạn", "Mã chỉ tiêu"))
    assert all(isinstance(row[promised], int | float) for row in rows[1:])
    assert all(hasattr(row[deadline], "year") for row in rows[1:])
    assert all(isinstance(row[code], str) for row in rows[1:])


def test_codes_keep_their_zero_and_filters_hold(client: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(file_of(client, "units", "xlsx")))
    assert "01" in [row[1] for row in book.worksheets[0].iter_rows(values_only=True)]
    few = file_of(client, "targets", "csv", f"{QUERY}&pillar=government").decode("utf-8-sig").splitlines()
    every = file_of(client, "targets", "csv").decode("utf-8-sig").splitlines()
    assert 1 < len(few) < len(every)


def test_headings_follow_the_language_of_the_reader(client: Client) -> None:
    client.cookies["django_language"] = "en"
    sheet = openpyxl.load_workbook(io.BytesIO(file_of(client, "dti", "xlsx"))).worksheets[0]
    assert [cell.value for cell in next(sheet.iter_rows())] == ["Unit code", "Unit", "Index", "Score", "Rank"]


def test_libreoffice_opens_a_downloaded_workbook(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "dti.xlsx"
    path.write_bytes(file_of(client, "dti", "xlsx"))
    back = resaved(path, tmp_path / "out")
    assert formulas(back) == []
    rows = list(openpyxl.load_workbook(back).worksheets[0].iter_rows(values_only=True))
    assert ("25", "Phú Thọ", "DTI", 0.6973, 20) in rows


@pytest.mark.parametrize("name", LISTS)
def test_the_page_leads_to_both_files(client: Client, name: str) -> None:
    page = client.get(f"/{name}/").content.decode()
    assert f"/{name}/table.csv" in page
    assert f"/{name}/table.xlsx" in page


def test_a_wrong_address_is_refused_and_no_file(client: Client) -> None:
    assert client.get("/dti/table.xlsx?year=abc").status_code == 400
    assert client.get("/dti/table.ods").status_code == 404


def test_types_are_said(client: Client) -> None:
    assert client.get(f"/dti/table.xlsx?{QUERY}").headers["Content-Type"] == XLSX
    assert client.get(f"/dti/table.csv?{QUERY}").headers["Content-Type"] == "text/csv; charset=utf-8"
