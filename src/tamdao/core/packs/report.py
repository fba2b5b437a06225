"""What check, diff and install answer, as plain values, JSON and text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

from .changes import ACTIONS, Change, Plan


@dataclass(frozen=True, slots=True)
class Report:
    """Outcome for one pack. `problems` refuse it; `notes` don't. `rows` counts what an install wrote, per kind."""

    name: str
    version: str
    records: Mapping[str, int]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    plan: Plan = field(default_factory=Plan)
    rows: Mapping[str, int] = field(default_factory=dict)
    installed: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing stands against installing."""
        return not self.problems

    def counts(self) -> dict[str, dict[str, int]]:
        """Number of changes by kind and action."""
        return {
            kind: {action: sum(change.action == action for change in changes) for action in ACTIONS}
            for kind, changes in self.plan.changes.items()
        }

    def local(self) -> list[Change]:
        """Records kept as they were edited here."""
        return [change for change in self.plan if change.action == "local"]

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "pack": self.name,
            "version": self.version,
            "ok": self.ok,
            "installed": self.installed,
            "records": dict(self.records),
            "problems": [_problem(problem) for problem in self.problems],
            "notes": [_problem(note) for note in self.notes],
            "counts": self.counts(),
            "changes": [_change(change) for change in self.plan if change.action != "unchanged"],
            "rows": dict(self.rows),
        }


def _problem(problem: Problem) -> dict[str, str]:
    file, _, line = problem.where.rpartition(":")
    place = {"file": file, "line": line} if line.isdigit() else {"file": problem.where, "line": ""}
    return place | {"field": problem.field, "vi": problem.message.vi, "en": problem.message.en}


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "key": change.key,
        "action": change.action,
        "where": change.record.where() if change.record else "",
        "fields": [
            {"field": side.field, "old": side.old, "live": side.live, "new": side.new}
            for side in change.fields
        ],
    }


# --- text --------------------------------------------------------------------------------------------------
_WORDS = {
    "added": Message("thêm", "added"),
    "changed": Message("đổi", "changed"),
    "unchanged": Message("giữ nguyên", "unchanged"),
    "removed": Message("gói không còn giao", "no longer delivered"),
    "local": Message("sửa tại chỗ, giữ lại", "edited here, kept"),
}
_SHOWN_CHANGES = 40


def problem_lines(problems: tuple[Problem, ...]) -> Iterator[str]:
    """Every problem: Vietnamese, then English below it."""
    for problem in problems:
        yield problem.text("vi")
        yield f"    {problem.message.en}"


def summary_lines(report: Report) -> Iterator[str]:
    """One line per kind: how many records are added, changed …"""
    for kind, counts in report.counts().items():
        parts = (
            f"{counts[action]} {_WORDS[action].vi} ({_WORDS[action].en})"
            for action in ACTIONS
            if counts[action]
        )
        yield f"{kind}: {', '.join(parts)}"


def change_lines(report: Report) -> Iterator[str]:
    """Changes field by field; of many additions only the first ones."""
    shown = 0
    for change in report.plan:
        if change.action in {"unchanged", "added"}:
            continue
        shown += 1
        if shown > _SHOWN_CHANGES:
            continue
        yield f"{change.kind} {change.key}: {_WORDS[change.action].vi} ({_WORDS[change.action].en})"
        for side in change.fields:
            if change.action == "local":
                yield (
                    f"    {side.field}: gói trước (pack before) {side.old!r} · ở đây (here) {side.live!r} · "
                    f"gói mới (pack now) {side.new!r}"
                )
            elif change.action == "changed":
                yield f"    {side.field}: {side.old!r} → {side.new!r}"
    if shown > _SHOWN_CHANGES:
        yield f"… +{shown - _SHOWN_CHANGES}: --format json"
