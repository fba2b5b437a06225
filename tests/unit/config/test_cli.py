"""The command line: exit codes, refusals in both languages, lazy commands."""

from __future__ import annotations

import click
import pytest

from tamdao.config import cli
from tamdao.config.lazy import Entry, load
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three commands of this module in place of the real ones."""
    here = __name__
    entries = {
        "refuse": Entry(f"{here}:refuse", "refuses", django=False),
        "count": Entry(f"{here}:count", "returns its number", django=False),
        "crash": Entry(f"{here}:crash", "crashes", django=False),
        "wrong": Entry(f"{here}:NOT_A_COMMAND", "no command", django=False),
    }
    monkeypatch.setattr(cli.cli, "entries", entries)


NOT_A_COMMAND = 1


@click.command()
def refuse() -> None:
    raise DomainError(
        Message("Gói hỏng.", "Broken pack."),
        code="pack.broken",
        problems=[
            Problem(Message("thiếu mã", "no code"), where="units.csv:3", field="code"),
            Problem(Message("sai ngày", "bad date"), where="units.csv:4", field="from_date"),
        ],
    )


@click.command()
@click.argument("number", type=int)
def count(*, number: int) -> int:
    return number


@click.command()
def crash() -> None:
    raise ZeroDivisionError


@pytest.mark.usefixtures("commands")
def test_refusal_names_everything_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["refuse"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "Gói hỏng.",
        "  units.csv:3: code: thiếu mã",
        "  units.csv:4: from_date: sai ngày",
        "Broken pack.",
        "  units.csv:3: code: no code",
        "  units.csv:4: from_date: bad date",
    ]


@pytest.mark.usefixtures("commands")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["count", "0"], 0),
        (["count", "1"], 1),
        (["count", "one"], 2),
        (["count"], 2),
        (["count", "0", "--unknown"], 2),
        (["unknown"], 2),
        ([], 2),
        (["--help"], 0),
        (["count", "--help"], 0),
        (["--version"], 0),
    ],
)
def test_exit_codes(words: list[str], code: int) -> None:
    assert cli.run(words) == code


@pytest.mark.usefixtures("commands")
def test_what_is_not_expected_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        cli.run(["crash"])


def test_entry_must_be_a_command() -> None:
    with pytest.raises(TypeError, match="no click command"):
        load(Entry(f"{__name__}:NOT_A_COMMAND", "", django=False))


def test_main_leaves_with_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])
    assert left.value.code == 0
