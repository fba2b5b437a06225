"""What installing a pack would change: the three-way comparison of delivered before, live now, delivered now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .kinds import Kind, list_kinds
from .models import PackRecord
from .records import Data, Pack, Record, sha256_of

Action = Literal["added", "changed", "unchanged", "removed", "local"]
ACTIONS: tuple[Action, ...] = ("added", "changed", "unchanged", "removed", "local")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: as delivered before, as it is now, as delivered now. None = absent."""

    field: str
    old: Any
    live: Any
    new: Any


@dataclass(slots=True)
class Change:
    """One record and what is to become of it.

    added      new to the database
    changed    delivered differently now, and not edited here: it will follow the pack
    unchanged  nothing to do
    removed    no longer delivered: kept in the database, and no longer the pack's
    local      edited here (or made here under the same key): kept; `fields` shows all three sides
    """

    kind: str
    key: str
    action: Action
    record: Record | None = None
    old: Data | None = None
    live: Data | None = None
    new: Data | None = None
    # The sha256 of `new` differs from the one on record, so the delivered version is noted although local stays.
    redelivered: bool = False

    @property
    def data(self) -> Data:
        """What is to be written: the delivered record with its defaults."""
        if self.record is None:
            raise LookupError(f"{self.kind} {self.key} is not delivered")
        return self.record.data

    @property
    def fields(self) -> list[FieldChange]:
        """Fields that are not the same on all sides that exist."""
        old, new = self.old or {}, self.new or {}
        live = old if self.live is None else self.live
        if self.action == "changed" and self.old is None:
            # given up by a pack before and delivered again: what stands here is what changes
            old = live
        names = dict.fromkeys([*old, *live, *new])
        sides = (FieldChange(name, old.get(name), live.get(name), new.get(name)) for name in names)
        if self.action == "added":
            return [side for side in sides if side.new is not None]
        if self.action == "local":
            return [
                side
                for side in sides
                if side.live != side.new or (self.old is not None and side.live != side.old)
            ]
        return [side for side in sides if side.old != side.new]


@dataclass(slots=True)
class Plan:
    """All changes by kind, in the order in which kinds are written."""

    changes: dict[str, list[Change]] = field(default_factory=dict)

    def of(self, kind: str, *actions: Action) -> list[Change]:
        """Changes of a kind with one of the actions (all of them when none is named)."""
        return [change for change in self.changes.get(kind, []) if not actions or change.action in actions]

    def __iter__(self) -> Iterator[Change]:
        for changes in self.changes.values():
            yield from changes


def stored_of(kind: Kind, records: Sequence[Record]) -> Mapping[str, Data]:
    """Live rows for these records."""
    names = {name for record in records for name in kind.names_of(record.data)}
    return kind.stored(names) if names else {}


def plan(pack: Pack) -> Plan:
    """Compare the pack with what it delivered before and with the live rows. Reads only."""
    name = pack.manifest.name
    delivered: dict[str, dict[str, tuple[str, Data]]] = {}
    for kind_name, key, sha256, data in PackRecord.objects.filter(pack_id=name).values_list(
        "kind", "key", "sha256", "data"
    ):
        delivered.setdefault(kind_name, {})[key] = (sha256, data)
    result = Plan()
    for kind in list_kinds():
        records, before = pack.of(kind.name), delivered.get(kind.name, {})
        if records or before:
            result.changes[kind.name] = [
                *_given_back(kind, list(_compare(kind, records, before))),
                *_removed(kind, {record.key for record in records}, before),
            ]
    return result


def _compare(kind: Kind, records: list[Record], before: Mapping[str, tuple[str, Data]]) -> Iterator[Change]:
    stored = stored_of(kind, records)
    for record in records:
        live = stored.get(record.key)
        live = None if live is None else canonical(kind.schema, live)
        new = canonical(kind.schema, record.data)
        sha256, old = before.get(record.key, (None, None))
        redelivered = sha256 != sha256_of(new)
        yield Change(kind.name, record.key, _action(old, live, new), record, old, live, new, redelivered)


def _given_back(kind: Kind, changes: list[Change]) -> list[Change]:
    """Rows that a pack wrote and gave up follow the pack that delivers them again."""
    strays = {change.key: change for change in changes if change.action == "local" and change.old is None}
    for key in kind.packs_own(strays.keys()) if strays else ():
        strays[key].action = "changed"
    return changes


def _action(old: Data | None, live: Data | None, new: Data) -> Action:
    if live is None:
        return "added"
    if live == new:
        return "unchanged"
    return "changed" if live == old else "local"


def _removed(kind: Kind, keys: Collection[str], before: Mapping[str, tuple[str, Data]]) -> Iterator[Change]:
    for key, (_sha256, old) in before.items():
        if key not in keys:
            yield Change(kind.name, key, "removed", old=old)


def canonical(schema: Mapping[str, Any], data: Data) -> Data:
    """`data` without empty values and without defaults: the form in which records are compared and kept."""
    properties = schema.get("properties", {})
    result: Data = {}
    for name, value in data.items():
        part = properties.get(name, {})
        kept = _inside(part, value)
        if kept not in (None, "", [], {}) and kept != part.get("default"):
            result[name] = kept
    return result


def _inside(part: Mapping[str, Any], value: Any) -> Any:
    if part.get("type") == "object" and part.get("properties"):
        return canonical(part, value or {})
    if part.get("type") == "array" and part["items"].get("properties"):
        return [canonical(part["items"], item) for item in value]
    return value
