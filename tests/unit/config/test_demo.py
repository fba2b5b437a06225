"""Preparing the demo: order of packs, fingerprints, the file of accounts."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest

from tamdao.config.commands import demo
from tamdao.config.instance import preparing
from tamdao.config.operations import progress
from tamdao.kit.errors import DomainError


def pack(folder: Path, name: str, *requires: str) -> None:
    (folder / name).mkdir(parents=True)
    needs = "".join(f"\n  - {{name: {required}, version: '>=1.0'}}" for required in requires)
    text = f"name: {name}\nversion: 1.0.0\nrequires:{needs or ' []'}\n"
    (folder / name / "pack.yaml").write_text(text, encoding="utf-8")


def test_packs_come_after_what_they_require(tmp_path: Path) -> None:
    pack(tmp_path, "a-last", "m-middle", "z-first")
    pack(tmp_path, "m-middle", "z-first")
    pack(tmp_path, "z-first", "elsewhere")
    assert [found.name for found in demo.ordered_packs(tmp_path)] == ["z-first", "m-middle", "a-last"]


def test_packs_that_require_each_other_are_refused(tmp_path: Path) -> None:
    pack(tmp_path, "one", "two")
    pack(tmp_path, "two", "one")
    with pytest.raises(DomainError, match="one, two"):
        demo.ordered_packs(tmp_path)


def test_fingerprint_sees_names_and_contents(tmp_path: Path) -> None:
    pack(tmp_path, "one")
    first = demo.fingerprint(tmp_path)
    assert demo.fingerprint(tmp_path) == first
    file = tmp_path / "one/pack.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("1.0.0", "1.0.1"), encoding="utf-8")
    second = demo.fingerprint(tmp_path)
    file.rename(tmp_path / "one/other.yaml")
    assert len({first, second, demo.fingerprint(tmp_path)}) == 3


def test_accounts_file_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "accounts"
    assert demo._read_accounts(path) == {}
    path.write_text("# heading\nuser\tsecret\ttitle\n\nbroken line\n", encoding="utf-8")
    assert demo._read_accounts(path) == {"user": "secret"}


def test_step_marks_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), progress.step("Việc", "work"):
        raise ZeroDivisionError
    with progress.step("Việc", "work") as note:
        note("hai")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "  Việc · work … ✗"
    assert lines[1].startswith("  Việc · work … ✓ (hai, ")


def test_a_second_preparation_says_that_it_waits_and_comes_after_the_first(tmp_path: Path) -> None:
    waiting, entered = Event(), Event()

    def second() -> None:
        with preparing(tmp_path, waiting=waiting.set):
            entered.set()

    other = Thread(target=second)
    with preparing(tmp_path, waiting=lambda: pytest.fail("nobody else prepares")):
        other.start()
        assert waiting.wait(10)
        assert not entered.is_set()
    assert entered.wait(10)
    other.join(10)
