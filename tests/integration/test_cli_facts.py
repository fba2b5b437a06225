"""The commands figure, explain and targets: keys, columns and exit codes are a promise."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from tamdao.config.cli import run

pytestmark = pytest.mark.usefixtures("demo_db")
KEYS = [
    "indicator", "unit", "period", "map", "as_of", "value", "state", "sign", "unit_of_measure", "source",
    "recorded_at", "explain",
]  # fmt: skip
COLUMNS = [
    "target_id", "indicator", "comparator", "value", "unit_of_measure", "deadline", "actual", "actual_period", "state",
    "reason",
]  # fmt: skip


def test_figure_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figure", "dti", "Phú Thọ", "2024", "--map", "2025-07-01", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert list(data) == KEYS
    assert (data["unit"], data["map"], data["state"], data["as_of"]) == (
        "25@2025-07-01", "2025-07-01", "converted", None,
    )  # fmt: skip
    assert isinstance(data["value"], str)
    leaves = [data["explain"]]
    while leaves and leaves[0]["children"]:
        leaves = [child for node in leaves for child in (node["children"] or [node])]
        if not any(node["children"] for node in leaves):
            break
    assert {leaf["record"]["kind"] for leaf in leaves} == {"document", "ledger", "unit_event"}


def test_figure_explain_and_as_of_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figure", "dti_rank", "26@2020-01-01", "2024"]) == 0
    assert "hạng 20 trong 63" in capsys.readouterr().out
    assert run(["explain", "dti_rank", "26@2020-01-01", "2024", "--lang", "en"]) == 0
    assert "[observation " in capsys.readouterr().out
    assert run(["figure", "dti", "26@2020-01-01", "2024", "--as-of", "01/01/2026", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["value"], data["state"], data["explain"]["kind"]) == (None, "missing", "figure")
    assert data["as_of"] == "2026-01-01"
    assert run(["figure", "dti", "26@2020-01-01", "2024", "--as-of", "2026-11-22T10:00", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == "0.7389"


@pytest.mark.parametrize(
    "arguments",
    [
        ["figure", "nothing", "26@2020-01-01", "2024"],
        ["figure", "dti", "Atlantis", "2024"],
        ["figure", "dti", "Phú Thọ", "2024"],
        ["figure", "dti", "26@2020-01-01", "20x4"],
        ["figure", "dti", "Vĩnh Phúc", "2024", "--map", "2019-01-01"],
        ["targets", "--unit", "Atlantis"],
    ],
)
def test_what_is_understood_but_refused_ends_with_one(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.strip().splitlines()) >= 2


@pytest.mark.parametrize("arguments", [["figure", "dti"], ["figure", "--nothing"], ["targets"], ["explain"]])
def test_a_command_not_understood_ends_with_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    capsys.readouterr()


@pytest.mark.parametrize("command", ["figure", "explain", "targets"])
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert f"tamdao {command}" in capsys.readouterr().out


def test_targets_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["targets", "--unit", "Vĩnh Phúc", "--at", "2025-06-30", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == COLUMNS
    assert len(rows) == 18
    with_actual = [row for row in rows if row["actual"]]
    assert [(row["indicator"], row["actual"], row["actual_period"], row["state"]) for row in with_actual] == [
        ("dti_rank_group", "20", "2024", "behind")
    ]
    assert {row["state"] for row in rows if not row["actual"]} == {"no_data"}
    assert all(date.fromisoformat(row["deadline"]) == date(2025, 12, 31) for row in rows)


def test_targets_as_json_and_text_and_sample(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["targets", "--unit", "83@2020-01-01", "--format", "json", "--lang", "en"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 23
    assert {row["state"] for row in rows} == {"awaiting_decision"}
    assert run(["targets", "--unit", "Hưng Yên", "--at", "30/06/2025", "--sample"]) == 0
    assert len(capsys.readouterr().out.strip().splitlines()) == 14
