"""The tools behind `make`: choosing a Python, building assets once, the coverage ratchet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import assets, ratchet

ROOT = Path(__file__).parents[2]


def script(name: str, *arguments: str, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", str(ROOT / "tools" / name), *arguments],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def fake(folder: Path, name: str, body: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(0o755)


def test_python_is_found(tmp_path: Path) -> None:
    fake(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    done = script("python.sh", path=str(tmp_path))
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "python3"))


def test_python_without_venv_names_the_package(tmp_path: Path) -> None:
    body = f'case "$2" in *ensurepip*) exit 1;; esac; exec "{sys.executable}" "$@"'
    fake(tmp_path, "python3", body)
    done = script("python.sh", path=str(tmp_path))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


def test_no_python_or_an_old_one_is_said(tmp_path: Path) -> None:
    fake(tmp_path, "python3", "exit 1")
    done = script("python.sh", path=str(tmp_path))
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr


def test_step_shows_output_only_of_what_failed() -> None:
    path = "/usr/bin:/bin"
    good = script("step.sh", "Việc", "echo", "chi tiết", path=path)
    assert (good.returncode, good.stderr) == (0, "")
    assert "chi tiết" not in good.stdout
    bad = script("step.sh", "Việc", "sh", "-c", "echo chi tiết; exit 3", path=path)
    assert bad.returncode == 3
    assert "chi tiết" in bad.stderr


def test_fingerprint_leaves_installed_packages_out(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("1", encoding="utf-8")
    first = assets.fingerprint(tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/b.js").write_text("2", encoding="utf-8")
    assert assets.fingerprint(tmp_path) == first
    (tmp_path / "a.ts").write_text("3", encoding="utf-8")
    assert assets.fingerprint(tmp_path) != first


@pytest.mark.parametrize(("answer", "version"), [("v20.20.2", 20), ("v8.1.0", 8), ("nonsense", 0)])
def test_version_of_node(tmp_path: Path, answer: str, version: int) -> None:
    fake(tmp_path, "node", f"echo {answer}")
    assert assets.node_version(str(tmp_path / "node")) == version


def test_absent_node_is_version_zero(tmp_path: Path) -> None:
    assert assets.node_version(str(tmp_path / "node")) == 0


def report(share: float, **files: float) -> dict[str, Any]:
    return {
        "totals": {"percent_covered": share},
        "files": {path: {"summary": {"percent_covered": percent}} for path, percent in files.items()},
    }


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (report(90.0), 0),
        (report(89.99), 1),
        (report(95.0, **{"src/tamdao/facts/rules/targets.py": 99.9}), 1),
        (report(95.0, **{"src/tamdao/facts/services/observations.py": 99.9}), 1),
        (report(95.0, **{"src/tamdao/facts/queries/figures.py": 50.0}), 0),
    ],
)
def test_ratchet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: dict[str, Any], code: int) -> None:
    floor = tmp_path / "floor"
    floor.write_text("90.0\n", encoding="utf-8")
    monkeypatch.setattr(ratchet, "FLOOR", floor)
    monkeypatch.setattr(ratchet, "measured", lambda: found)
    assert ratchet.main([]) == code
    ratchet.main(["--write"])
    raised = max(90.0, found["totals"]["percent_covered"])
    assert float(floor.read_text(encoding="utf-8")) == raised
