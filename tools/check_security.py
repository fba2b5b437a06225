"""`make check-security`: bandit over our code, pip-audit over the lock, and what they said, in plain words.

Fails on a finding of high severity in our code, on a medium one that nobody judged (REASONS), and on a known fault of a
locked library. A service that can't be asked is said loudly and fails nothing, unless --strict: a build without network
must go on, but nobody may take "not asked" for "clean".
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements/base.txt"
# medium findings that were looked at: (rule, end of the path) → why the line may stay
REASONS: Mapping[tuple[str, str], str] = {
    (
        "B308",
        "kit/templatetags/kit.py",
    ): "SVG drawn from numbers; words in it are escaped by the same function",
    (
        "B703",
        "kit/templatetags/kit.py",
    ): "SVG drawn from numbers; words in it are escaped by the same function",
    ("B608", "core/ledger"): "statements made of our own table and column names",
    ("B608", "core/people"): "statements made of our own table and column names",
    ("B608", "config/operations"): "statements made of our own table and column names",
    ("B104", "core/accounts/locking.py"): "the place of requests without an address; nothing is bound",
    ("B608", "facts/append_only.py"): "statements made of our own table and column names",
}
Finding = Mapping[str, Any]


def judged(finding: Finding) -> str:
    """Why a medium finding may stay, "" when nobody said."""
    rule, path = finding["test_id"], finding["filename"]
    return next((why for (known, place), why in REASONS.items() if known == rule and place in path), "")


def bandit_faults(findings: Sequence[Finding]) -> list[str]:
    """Findings that fail the build: high ones, and medium ones without a reason."""
    return [
        f"{finding['filename']}:{finding['line_number']}: {finding['test_id']} {finding['issue_text']}"
        for finding in findings
        if finding["issue_severity"] == "HIGH"
        or (finding["issue_severity"] == "MEDIUM" and not judged(finding))
    ]


def audit_result(report: Mapping[str, Any]) -> tuple[list[str], int, int]:
    """(known faults, libraries asked about, libraries the service could not tell about).

    pip-audit calls a library "skipped" when the service does not know it, also when it knows none: then its own last
    line reads "No known vulnerabilities found", which is not what happened.
    """
    faults: list[str] = []
    asked = skipped = 0
    for library in report["dependencies"]:
        if "skip_reason" in library:
            skipped += 1
            continue
        asked += 1
        faults += [f"{library['name']} {library['version']}: {fault['id']}" for fault in library["vulns"]]
    return faults, asked, skipped


def run_json(*command: str, timeout: int) -> Any:
    """What a tool wrote as JSON; None when it could not do its work."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=timeout, check=False)
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None


def main(strict: bool) -> int:
    """Both checks; 0 clean or not asked, 1 findings."""
    programs = Path(sys.executable).parent
    report = run_json(str(programs / "bandit"), "-q", "-r", "src", "-f", "json", timeout=300)
    if report is None:
        print("bandit không chạy được · bandit could not run", file=sys.stderr)
        return 1
    faults = bandit_faults(report["results"])
    levels = [finding["issue_severity"] for finding in report["results"]]
    print(
        f"bandit: {levels.count('HIGH')} high, {levels.count('MEDIUM')} medium (judged), {levels.count('LOW')} low"
    )
    audit = run_json(
        str(programs / "pip-audit"), "-r", str(LOCK), "--require-hashes", "--disable-pip",
        "--progress-spinner", "off", "-f", "json", timeout=300,
    )  # fmt: skip
    known, asked, skipped = audit_result(audit) if audit else ([], 0, 0)
    faults += known
    unasked = asked == 0
    if unasked:
        print(
            "pip-audit: KHÔNG HỎI ĐƯỢC dịch vụ lỗ hổng, chưa biết thư viện nào có lỗi · the vulnerability service "
            f"could NOT BE ASKED ({skipped} libraries unknown to it): nothing is known about the libraries",
            file=sys.stderr,
        )
    else:
        print(
            f"pip-audit: {asked} libraries asked about, {len(known)} known faults, {skipped} not known to the service"
        )
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults or (strict and unasked) else 0


if __name__ == "__main__":
    sys.exit(main("--strict" in sys.argv[1:]))
