"""`make check-security` fails on findings, and never takes "not asked" for "clean"."""

from __future__ import annotations

from typing import Any

import pytest

from tools import check_security


def finding(severity: str, rule: str = "B602", place: str = "src/tamdao/new.py") -> dict[str, Any]:
    return {
        "issue_severity": severity,
        "test_id": rule,
        "filename": place,
        "line_number": 1,
        "issue_text": "…",
    }


@pytest.mark.parametrize(
    ("found", "faults"),
    [
        (finding("HIGH"), 1),
        (finding("MEDIUM"), 1),
        (finding("MEDIUM", "B308", "src/tamdao/kit/templatetags/kit.py"), 0),
        (finding("HIGH", "B308", "src/tamdao/kit/templatetags/kit.py"), 1),
        (finding("LOW"), 0),
    ],
)
def test_high_findings_and_medium_ones_without_a_reason_fail(found: dict[str, Any], faults: int) -> None:
    assert len(check_security.bandit_faults([found])) == faults


def report(*libraries: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": list(libraries)}


SKIPPED = {"name": "a", "skip_reason": "Dependency not found"}
CLEAN = {"name": "b", "version": "1", "vulns": []}
FAULTY = {"name": "c", "version": "1", "vulns": [{"id": "GHSA-1"}]}


def test_libraries_with_known_faults_are_named() -> None:
    assert check_security.audit_result(report(SKIPPED, CLEAN, FAULTY)) == (["c 1: GHSA-1"], 2, 1)


@pytest.mark.parametrize("audit", [None, report(SKIPPED)])
@pytest.mark.parametrize(("strict", "code"), [(False, 0), (True, 1)])
def test_a_service_that_does_not_answer_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], audit: Any, strict: bool, code: int
) -> None:
    answers = iter([{"results": []}, audit])
    monkeypatch.setattr(check_security, "run_json", lambda *command, timeout: next(answers))
    assert check_security.main(strict) == code
    assert "NOT BE ASKED" in capsys.readouterr().err


def test_a_known_fault_fails_the_build(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter([{"results": [finding("HIGH")]}, report(FAULTY)])
    monkeypatch.setattr(check_security, "run_json", lambda *command, timeout: next(answers))
    assert check_security.main(strict=False) == 1
    assert "GHSA-1" in capsys.readouterr().err


def test_bandit_that_does_not_run_fails_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_security, "run_json", lambda *command, timeout: None)
    assert check_security.main(strict=False) == 1
