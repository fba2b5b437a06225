"""A value that its source gives as "at least" or "under" keeps that sign on every way out: page, API, CSV, XLSX, command."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from django.test import Client

from tamdao.facts import api as facts
from tamdao.facts.api import NewObservation
from tamdao.facts.cli import targets
from tamdao.facts.models import FactChange, Indicator, Observation, Target

VINH_PHUC = "26@2020-01-01"
CODE = "mobile_subscribers"
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _promised(demo_db: None, hold_today: Any) -> None:
    """A target of Vĩnh Phúc that is measured by a figure whose newest values are bounds."""
    hold_today(date(2026, 11, 22))
    other = Target.objects.get(code="F020")
    measure = Indicator.objects.get(code=CODE).measure
    for code, comparator in (("Z001", ">="), ("Z002", "=")):
        Target.objects.create(
            code=code, unit_id=VINH_PHUC, indicator_id=CODE, measured_by_id=CODE, name_vi="Thuê bao", name_en="Subscribers",
            folded="thue bao", kind=other.kind, pillar=other.pillar, comparator=comparator, value="1000000",
            measure=measure, level=other.level, deadline=date(2025, 12, 31), document=other.document,
        )  # fmt: skip
    known = Observation.objects.filter(indicator=CODE, unit=VINH_PHUC).earliest("id")
    facts.publish(
        [
            NewObservation(CODE, VINH_PHUC, "2023", known.source_id, "1250000", sign="<"),
            NewObservation(CODE, VINH_PHUC, "2024", known.source_id, "1300000", sign=">="),
        ],
        by="tester", at=AT, document=known.document_id,
    )  # fmt: skip
    assert FactChange.objects.filter(by="tester").exists()


def rows(text: str) -> Iterator[dict[str, str]]:
    return (row for row in csv.DictReader(io.StringIO(text, newline="")) if row["target_id"].startswith("Z"))


def test_the_download_keeps_the_sign_of_the_value_and_the_comparator_of_the_target(client: Client) -> None:
    address = f"/targets/table.csv?unit={VINH_PHUC}&at=2025-06-30"
    found = {row["target_id"]: row for row in rows(client.get(address).content.decode("utf-8-sig"))}
    assert {code: row["comparator"] for code, row in found.items()} == {"Z001": ">=", "Z002": "="}
    assert found["Z001"]["actual"] == ">=1300000"
    book = openpyxl.load_workbook(io.BytesIO(client.get(address.replace(".csv", ".xlsx")).content))
    head, *lines = book.worksheets[0].iter_rows(values_only=True)
    told = {line[head.index("Mã chỉ tiêu")]: line for line in lines}
    assert told["Z001"][head.index("So sánh")] == ">="
    assert told["Z001"][head.index("Số đạt được")] == ">=1300000"


def test_the_command_keeps_both(client: Client) -> None:
    ran = CliRunner().invoke(targets, ["--unit", VINH_PHUC, "--at", "2025-06-30", "--format", "csv"])
    assert ran.exit_code == 0, ran.output
    found = {row["target_id"]: row for row in rows(ran.output)}
    assert (found["Z001"]["comparator"], found["Z001"]["actual"]) == (">=", ">=1300000")
    assert found["Z002"]["comparator"] == "="


@pytest.mark.parametrize(
    ("period", "sign", "value", "word"), [("2023", "<", "1250000", "dưới"), ("2024", ">=", "1300000", "từ")]
)
def test_the_api_and_the_page_keep_the_sign(
    client: Client, period: str, sign: str, value: str, word: str
) -> None:
    figure = json.loads(client.get(f"/api/v1/figures/{CODE}/{VINH_PHUC}/{period}").content)
    assert (figure["sign"], figure["value"]) == (sign, value)
    row = Observation.objects.get(indicator=CODE, unit=VINH_PHUC, period=period, sign=sign)
    stored = json.loads(client.get(f"/api/v1/observations/{row.pk}").content)
    assert (stored["sign"], stored["value"]) == (sign, value)
    page = client.get(f"/figures/{CODE}/{VINH_PHUC}/{period}/").content.decode()
    assert f'<span class="sign">{word}</span>' in page


def test_the_api_of_targets_keeps_comparator_and_sign(client: Client) -> None:
    target = json.loads(client.get("/api/v1/targets/Z001?at=2025-06-30").content)
    assert target["comparator"] == ">="
    assert target["actual"]["sign"] == ">="
