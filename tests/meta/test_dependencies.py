"""Lock files: hashed, without host names, and every direct dependency says why it is here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
NAMES = ("base", "dev", "node")


def direct(name: str) -> list[str]:
    lines = (REQUIREMENTS / f"{name}.in").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith(("#", "-"))]


def pinned(name: str) -> dict[str, str]:
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    return {found.lower(): version for found, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)}


@pytest.mark.parametrize("name", NAMES)
def test_every_dependency_has_a_reason(name: str) -> None:
    for line in direct(name):
        requirement, _, reason = line.partition("#")
        assert len(reason.strip()) >= 15, line
        assert re.search(r"[<>=]|^types-", requirement), f"{line}: no version bound"


@pytest.mark.parametrize("name", NAMES)
def test_every_direct_dependency_is_locked(name: str) -> None:
    locked = pinned(name)
    for line in direct(name):
        package = re.split(r"[\[<>=# ]", line, maxsplit=1)[0].lower()
        assert package in locked, f"{package} is not in {name}.txt; run make lock"


@pytest.mark.parametrize("name", NAMES)
def test_lock_has_hashes_and_no_host(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"index-url|find-links|trusted-host", text)
    for entry in re.split(r"\n(?=[a-zA-Z])", text.strip()):
        if re.match(r"[a-zA-Z]", entry):
            assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_development_contains_the_base() -> None:
    base, dev = pinned("base"), pinned("dev")
    assert base.items() <= dev.items()


def test_front_end_lock_names_no_host() -> None:
    text = (ROOT / "frontend/package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert '"integrity"' in text
