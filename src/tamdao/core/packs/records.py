"""What a pack file says, with the place where it says it, and everything found wrong with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from tamdao.kit.errors import Problem
from tamdao.kit.messages import Message

Data: TypeAlias = dict[str, Any]
MANIFEST = "pack.yaml"


@dataclass(slots=True)
class Record:
    """One record of one kind: a mapping of a YAML list or a row of a CSV file.

    `data` holds JSON values only (dates and numbers stay text); `lines` gives the line of a field, as dotted path
    ("nodes.3.code"), where it differs from `line`. `bad` are the paths that don't fit the schema.
    """

    kind: str
    data: Data
    file: str
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)
    key: str = ""
    bad: frozenset[str] = frozenset()

    def line_of(self, path: str) -> int:
        """Line of a field; of its nearest enclosing field when it is absent itself."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path.rpartition(".")[0]
        return self.line

    def where(self, path: str = "") -> str:
        """file:line of a field."""
        return f"{self.file}:{self.line_of(path)}"

    @property
    def key_field(self) -> str:
        """The field that is the key; "" where several fields are."""
        return next((name for name, value in self.data.items() if value == self.key), "")

    @property
    def shown_key(self) -> str:
        """The key for people: its parts without those that are empty."""
        return " · ".join(part for part in self.key.split("|") if part)


@dataclass(slots=True)
class Findings:
    """Collects everything found, so that an author mends a pack in one round. `notes` refuse nothing."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def problem(self, where: str, message: Message, *, path: str = "") -> None:
        """Something that must be mended before the pack can be installed."""
        self.problems.append(Problem(message, where=where, field=path))

    def at(self, record: Record, path: str, message: Message) -> None:
        """The same, at a field of a record."""
        self.problem(record.where(path), message, path=path)

    def note(self, where: str, message: Message, *, path: str = "") -> None:
        """Something the author should know."""
        self.notes.append(Problem(message, where=where, field=path))


@dataclass(frozen=True, slots=True)
class Requirement:
    """Another pack that must be installed first, with the versions that will do (">=1.0,<2")."""

    name: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """pack.yaml; `lines` gives the line of a field, as dotted path."""

    name: str
    version: str
    title_vi: str
    title_en: str
    description_vi: str = ""
    description_en: str = ""
    licence: str = ""
    requires: tuple[Requirement, ...] = ()
    map_from: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    def where(self, path: str) -> str:
        """file:line of a field."""
        return f"{MANIFEST}:{self.lines.get(path, 1)}"


@dataclass(slots=True)
class Pack:
    """A pack as read: manifest, records by kind in the order of the files, and what was found on the way.

    `faulty` are the records that don't fit their schema: they take part in the check of references alone.
    """

    folder: Path
    manifest: Manifest
    records: dict[str, list[Record]]
    findings: Findings
    faulty: dict[str, list[Record]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Record]:
        """Records of a kind, none when the pack has no such folder."""
        return self.records.get(kind, [])

    def content_hash(self) -> str:
        """sha256 over manifest and records: equal packs are equal however their files are cut."""
        digest = hashlib.sha256(canonical_json(manifest_data(self.manifest)).encode())
        for kind in sorted(self.records):
            for record in sorted(self.records[kind], key=lambda record: record.key):
                digest.update(f"\n{kind} {record.key} {canonical_json(record.data)}".encode())
        return digest.hexdigest()


def manifest_data(manifest: Manifest) -> Data:
    """The manifest as JSON values."""
    requires = [{"name": need.name, "version": need.version} for need in manifest.requires]
    values = {
        name: getattr(manifest, name) for name in Manifest.__slots__ if name not in {"requires", "lines"}
    }
    return values | {"requires": requires}


def canonical_json(data: object) -> str:
    """The one JSON text of a value: keys sorted, no spaces, UTF-8."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(data: Data) -> str:
    """sha256 of the canonical JSON of a record."""
    return hashlib.sha256(canonical_json(data).encode()).hexdigest()
