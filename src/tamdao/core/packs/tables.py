"""Kinds of which one record is one row of one table: reading and writing by a declaration of the fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from .kinds import MANY_NAMES, Applying
from .records import Data

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the record ("conversion.rule" for a nested one) and the attribute of the model that holds it."""

    field: str
    attribute: str
    kind: str = "plain"  # plain | date


def columns(plain: str = "", dates: str = "", **renamed: str) -> tuple[Column, ...]:
    """Columns of the same name (`plain`, `dates`: separated by spaces) and renamed ones (field=attribute)."""
    return (
        *(Column(name, name) for name in plain.split()),
        *(Column(name, name, "date") for name in dates.split()),
        *(Column(name.replace("__", "."), attribute) for name, attribute in renamed.items()),
    )


@dataclass(frozen=True, slots=True)
class Table:
    """A model, its columns, the attribute others refer to it by, and attributes derived from the record."""

    model: type[models.Model]
    columns: tuple[Column, ...]
    name: str
    identity: tuple[str, ...] = ()  # attributes that identify a row; default: `name`
    derived: Callable[[Data], Mapping[str, Any]] | None = None
    blanks: Mapping[str, Any] = field(
        default_factory=dict
    )  # what an absent field becomes where it is not "" or None

    def key(self, data: Data) -> str:
        """The key of a record: its identifying fields joined by "/"."""
        fields = {column.attribute: column.field for column in self.columns}
        return "/".join(str(get(data, fields[attribute])) for attribute in self.identity or (self.name,))

    def stored(self, names: Collection[str] | None) -> dict[str, Data]:
        """Live rows as records by key, at least those with one of the names."""
        rows = self.model._default_manager.order_by("pk")
        if names is not None and len(names) <= MANY_NAMES:
            rows = rows.filter(**{f"{self.name}__in": names})
        attributes = [column.attribute for column in self.columns]
        found = (self._record(values) for values in rows.values_list(*attributes))
        return {self.key(data): data for data in found}

    def stored_names(self) -> Collection[str]:
        """What others may refer to."""
        return set(self.model._default_manager.values_list(self.name, flat=True))

    def apply(self, applying: Applying) -> int:
        """Insert added records, update changed ones; a removed one stays."""
        self.model._default_manager.bulk_create(
            [self.model(**self._attributes(change.data)) for change in applying.added], batch_size=BATCH
        )
        for change in applying.changed:
            values = self._attributes(change.data)
            identity = {name: values.pop(name) for name in self.identity or (self.name,)}
            self.model._default_manager.filter(**identity).update(**values)
        return len(applying.added) + len(applying.changed)

    def _record(self, values: Sequence[Any]) -> Data:
        data: Data = {}
        for column, value in zip(self.columns, values, strict=True):
            put(data, column.field, value.isoformat() if isinstance(value, date) else value)
        return data

    def _attributes(self, data: Data) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in self.columns:
            value = get(data, column.field)
            if value is None:
                value = self._blank(column)
            elif column.kind == "date":
                value = date.fromisoformat(value)
            values[column.attribute] = value
        return values | dict(self.derived(data) if self.derived else {})

    def _blank(self, column: Column) -> Any:
        if column.attribute in self.blanks:
            return self.blanks[column.attribute]
        found: Any = self.model._meta.get_field(column.attribute.removesuffix("_id"))
        if found.has_default():
            return found.get_default()
        return None if found.null else ""


def get(data: Data, path: str) -> Any:
    """The value at a dotted path, None when absent."""
    value: Any = data
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def put(data: Data, path: str, value: Any) -> None:
    """Set the value at a dotted path."""
    *outer, last = path.split(".")
    for part in outer:
        data = data.setdefault(part, {})
    data[last] = value
