"""Every command has a help page with an example and stands in the reference; the command line starts light."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tamdao.config.cli import COMMANDS, cli
from tamdao.config.lazy import load

ROOT = Path(__file__).parents[2]


def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from walk(inner, (*words, name))
    else:
        yield words, command


@pytest.mark.parametrize("name", list(COMMANDS))
def test_help_has_an_example_and_the_reference_names_it(name: str) -> None:
    reference = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    found = list(walk(load(COMMANDS[name]), (name,)))
    assert found
    for words, command in found:
        spoken = " ".join(("tamdao", *words))
        text = command.get_help(click.Context(command, info_name=spoken))
        assert "example" in text.lower(), spoken
        assert f"`{spoken}" in reference, f"{spoken} is not in docs/reference/commands.md"


def test_reference_names_no_command_that_is_gone() -> None:
    reference = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    real = {" ".join(words) for name in COMMANDS for words, _ in walk(load(COMMANDS[name]), (name,))}
    for line in reference.splitlines():
        if line.startswith("| `tamdao "):
            spoken = line.removeprefix("| `tamdao ").split("`")[0]
            assert any(spoken == name or spoken.startswith(f"{name} ") for name in real), spoken


def test_help_of_the_whole_names_every_command() -> None:
    text = cli.get_help(click.Context(cli, info_name="tamdao"))
    for name in COMMANDS:
        assert f"\n  {name} " in text


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from tamdao.config.cli import run; run(['--help']);"
        "heavy = {'django', 'ninja', 'pydantic', 'yaml', 'jsonschema', 'lark', 'babel', 'granian'} & set(sys.modules);"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
