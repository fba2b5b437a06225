"""Objects and values of the ledger as people call them: names instead of numbers, yes and no, days, actors.

Names are read from the tables of today and stand beside what the ledger keeps; evidence holds the ids alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tamdao.kit.dates import format_date, format_datetime
from tamdao.kit.messages import Message

from .history import Erased, find_table
from .vault import erased_subjects
from .words import actor_words, shown_value

Names = Mapping[tuple[str, str], Message]
Resolver = Callable[[Collection[str]], Mapping[str, Message]]

# what a row is called after; the first one that its model has, unless `NAMED_BY` says otherwise
_NAME_COLUMNS = ("display_name", "name_vi", "title_vi", "summary_vi", "name")
# rows without a name of their own are called after what they join, by label of their model
NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "people.RoleHolding": ("person", "role", "unit"),
    "people.Delegation": ("receiver", "holding"),
    "people.GroupMember": ("person", "group"),
    "people.RehomingDecision": ("holding",),
    "accounts.SignIn": ("person",),
    "accounts.Identity": ("person",),
    "accounts.PasswordReset": ("person",),
    "mfa.Authenticator": ("user",),
    "facts.Observation": ("indicator", "unit", "period"),
    "facts.TargetBase": ("target",),
    "facts.TargetLink": ("target", "indicator"),
    "units.UnitLink": ("from_unit", "to_unit"),
    "units.Boundary": ("unit",),
    "scoring.EditionYear": ("edition", "year"),
}
# a search looks through thousands of entries: so many names are asked for at once
_AT_ONCE = 2000
_DEEPEST = 3

_registered: dict[str, Resolver] = {}
YES, NO = Message("có", "yes"), Message("không", "no")
ERASED = Message("(đã xóa)", "(erased)")
# whose names the ledger forgets when they are erased, whatever the table still holds
_PEOPLE = "people.Person"


def register_object_names(label: str, resolve: Resolver) -> None:
    """`resolve` gives the names of rows of the model `label` whose table holds none."""
    _registered[label] = resolve


def object_names(rows: Iterable[tuple[str, str]]) -> Names:
    """(table or label, key) → name, for the rows that still exist and have one.

    First what joined rows are made of, floor by floor; then every table that holds names once.
    """
    wanted = {(find_table(table).label, key) for table, key in rows}
    joined: dict[tuple[str, str], _Parts] = {}
    new = wanted
    for _floor in range(_DEEPEST):
        read = _read_joined(by_label(row for row in new if row[0] in NAMED_BY and row not in joined))
        joined |= read
        new = {reference for parts in read.values() for reference in _needed(parts)} - wanted
        wanted |= new
    found = _read_named(by_label(row for row in wanted if row[0] not in NAMED_BY))
    for _floor in range(_DEEPEST):
        # the names of joined rows are made of names that are there already, or of joined rows below them
        found |= {row: _join(parts, found) for row, parts in joined.items()}
    return found


_Parts = list[tuple["models.Field[Any, Any]", Any]]


def by_label(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Keys of each label, in a stable order."""
    found: dict[str, list[str]] = defaultdict(list)
    for label, key in sorted(rows):
        found[label].append(key)
    return found


def _read_joined(rows: Mapping[str, list[str]]) -> dict[tuple[str, str], _Parts]:
    found = {}
    for label, keys in rows.items():
        model, columns = apps.get_model(label), NAMED_BY[label]
        fields = [_field(model, column) for column in columns]
        for key, values in _read(model, keys, columns):
            pairs = zip(fields, values, strict=True)
            found[label, key] = [
                (field, value) for field, value in pairs if field is not None and value not in {None, ""}
            ]
    return found


def _needed(parts: _Parts) -> Iterable[tuple[str, str]]:
    return (
        (field.related_model._meta.label, str(value))
        for field, value in parts
        if isinstance(field, models.ForeignKey)
    )


def _join(parts: _Parts, names: Names) -> Message:
    told = [tell(field, value, names) for field, value in parts]
    return Message(", ".join(one.vi for one in told), ", ".join(one.en for one in told))


def _read_named(rows: Mapping[str, list[str]]) -> dict[tuple[str, str], Message]:
    found: dict[tuple[str, str], Message] = {}
    gone = erased_subjects() if _PEOPLE in rows else frozenset()
    for label, keys in rows.items():
        if label in _registered:
            found |= {(label, key): name for key, name in _registered[label](keys).items()}
            continue
        for key, values in _read(apps.get_model(label), keys, _name_columns(label)):
            if label == _PEOPLE and f"person:{key}" in gone:
                found[label, key] = ERASED
            else:
                found[label, key] = Message(str(values[0]), str(values[-1] or values[0]))
    return found


@cache
def _name_columns(label: str) -> tuple[str, ...]:
    """The column that names a model's rows, and its English twin where there is one; () for none."""
    model = apps.get_model(label)
    names = {field.name for field in model._meta.local_concrete_fields}
    for column in _NAME_COLUMNS:
        if column in names:
            english = column.replace("_vi", "_en")
            return (column, english) if english in names else (column,)
    return ()


def _read(
    model: type[models.Model], keys: list[str], columns: tuple[str, ...]
) -> Iterable[tuple[str, tuple[Any, ...]]]:
    if not columns:
        return
    wanted = []
    for key in keys:
        try:
            wanted.append(model._meta.pk.to_python(key))
        except ValidationError:
            # what was changed by hand may be no key at all
            continue
    for start in range(0, len(wanted), _AT_ONCE):
        rows = model._default_manager.filter(pk__in=wanted[start : start + _AT_ONCE])
        for row in rows.values_list("pk", *columns):
            yield str(row[0]), row[1:]


@cache
def _app_values() -> dict[str, Callable[[str], Message]]:
    """Columns that hold codes, by name or "Model.name": how apps put a code into words (`audit_values`)."""
    found: dict[str, Callable[[str], Message]] = {}
    for app in apps.get_app_configs():
        found |= getattr(app, "audit_values", {})
    return found


def references(table: str, changes: Iterable[tuple[str, Any]]) -> set[tuple[str, str]]:
    """Rows that the values of these columns point to, people who acted among them."""
    model = find_table(table).model
    found: set[tuple[str, str]] = set()
    for column, value in changes:
        if value is None or value == "" or isinstance(value, Erased):
            continue
        field = _field(model, column)
        if isinstance(field, models.ForeignKey):
            found.add((field.related_model._meta.label, str(value)))
        elif _names_actor(field):
            found |= actors([str(value)])
    return found


def actors(bys: Iterable[str]) -> set[tuple[str, str]]:
    """The rows of those of these actors who are people."""
    parts = (by.partition(":") for by in bys)
    return {(_PEOPLE, number) for kind, _, number in parts if kind == "person" and number.isdigit()}


def tell_actor(by: str, names: Names) -> Message:
    """An actor by name where `names` (of `actors`) holds one."""
    kind, _, number = by.partition(":")
    return (names.get((_PEOPLE, number)) if kind == "person" else None) or actor_words(by)


def _names_actor(field: models.Field[Any, Any] | None) -> bool:
    return field is not None and (field.name == "by" or field.name.endswith("_by"))


def told(table: str, column: str, value: Any, names: Names) -> Message:
    """A value of a column in words; `names` are those of `references`."""
    if isinstance(value, Erased):
        return ERASED
    return tell(_field(find_table(table).model, column), value, names)


def _field(model: type[models.Model], column: str) -> models.Field[Any, Any] | None:
    for field in model._meta.local_concrete_fields:
        if column in {field.column, field.name}:
            return field
    return None


def tell(field: models.Field[Any, Any] | None, value: Any, names: Names) -> Message:
    """A value of a field in words."""
    plain = shown_value(value)
    if field is None or value is None or value == "":
        return Message(plain, plain)
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model._meta.label, str(value))) or Message(plain, plain)
    if isinstance(field, models.BooleanField):
        return YES if str(value) in {"1", "True", "true", "t"} else NO
    values = _app_values()
    coded = values.get(f"{field.model._meta.object_name}.{field.name}") or values.get(field.name)
    if coded is not None:
        return coded(str(value))
    if _names_actor(field):
        return tell_actor(str(value), names)
    day = _day(field, value)
    return Message(day, day) if day else Message(plain, plain)


def _day(field: models.Field[Any, Any], value: Any) -> str:
    """A day or a moment as offices write it; "" for what is neither."""
    try:
        if isinstance(field, models.DateTimeField):
            moment = value if isinstance(value, datetime) else parse_datetime(str(value))
            if moment is None:
                return ""
            return format_datetime(
                timezone.localtime(moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC))
            )
        if isinstance(field, models.DateField):
            return format_date(value if isinstance(value, date) else date.fromisoformat(str(value)))
    except ValueError:
        return ""
    return ""


def check_named_by() -> list[str]:
    """What `NAMED_BY` says of models or columns that do not exist."""
    wrong = []
    for label, columns in NAMED_BY.items():
        try:
            model = apps.get_model(label)
            for column in columns:
                model._meta.get_field(column)
        except (LookupError, FieldDoesNotExist) as error:
            wrong.append(f"{label}: {error}")
    return wrong
