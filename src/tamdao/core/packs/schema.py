"""Typing and validating records by their JSON Schema (Draft 2020-12), with sentences an author can act on.

The published schema files say the same as the check: the schemas here are their only source. Two formats of ours,
`decimal` (canonical decimal text) and `period`, are explained in words when they are missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.numbers import canonical, parse_decimal, to_decimal
from tamdao.kit.periods import Period

from .records import Data

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 10 and bool(date.fromisoformat(value)))


@FORMATS.checks("decimal", raises=DomainError)
def _is_decimal(value: object) -> bool:
    return not isinstance(value, str) or to_decimal(value).is_finite()


@FORMATS.checks("period", raises=DomainError)
def _is_period(value: object) -> bool:
    return not isinstance(value, str) or Period.parse(value).key == value


# --- building blocks of schemas ----------------------------------------------------------------------------
_FORMS: dict[str, Message] = {}


def matching(pattern: str, vi: str, en: str, **more: Any) -> dict[str, Any]:
    """Text of a form; the words describe it where it is missed, in place of the pattern."""
    _FORMS[pattern] = Message(vi, en)
    return {"type": "string", "pattern": pattern, **more}


CODE = matching(
    r"^[A-Za-z0-9][A-Za-z0-9_.\-/]*$",
    "chữ không dấu, chữ số và _ . - /, bắt đầu bằng chữ hoặc số",
    "letters without marks, digits and _ . - /, a letter or digit first",
    maxLength=80,
)
DATE = {"type": "string", "format": "date"}
DECIMAL = {
    "type": "string",
    "format": "decimal",
    "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$",
    "maxLength": 60,
}
PERIOD = {"type": "string", "format": "period", "maxLength": 10}
TEXT: Mapping[str, Any] = {"type": "string"}
UNIT_ID = matching(
    r"^[A-Za-z0-9]{1,20}@[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "mã@ngày đầu tiên, ví dụ 26@2020-01-01",
    "code@first day, like 26@2020-01-01",
)
BOOLEAN = {"type": "boolean"}


def text(longest: int) -> dict[str, Any]:
    """Text of at least one and at most `longest` characters."""
    return {"type": "string", "minLength": 1, "maxLength": longest}


def one_of(*values: str, **more: Any) -> dict[str, Any]:
    """One of a few words."""
    return {"type": "string", "enum": list(values), **more}


def whole(least: int = 0, most: int | None = None, **more: Any) -> dict[str, Any]:
    """A whole number."""
    limit = {} if most is None else {"maximum": most}
    return {"type": "integer", "minimum": least, **limit, **more}


def list_of(items: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A list; in a CSV cell its parts are separated by ";"."""
    return {"type": "array", "items": dict(items), "uniqueItems": True, **more}


def record(title: str, required: str, properties: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Schema of one record: `required` names the fields that may not be absent, separated by spaces."""
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "properties": dict(properties),
        "required": required.split(),
        "additionalProperties": False,
        **more,
    }


# --- typing ------------------------------------------------------------------------------------------------
def typed(schema: Mapping[str, Any], value: Any) -> Any:
    """`value` (text, lists, mappings) as the schema types it; what does not fit stays as it is for the validator."""
    kind = schema.get("type")
    if kind == "object" and isinstance(value, dict):
        known, rest = schema.get("properties", {}), schema.get("additionalProperties")
        rest = rest if isinstance(rest, Mapping) else {}
        return {name: typed(known.get(name, rest), part) for name, part in value.items() if part is not None}
    if kind == "array":
        parts = [part.strip() for part in value.split(";")] if isinstance(value, str) else value
        return [typed(schema.get("items", {}), part) for part in parts] if isinstance(parts, list) else parts
    if kind == "integer" and isinstance(value, str) and re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", value):
        return int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def with_defaults(schema: Mapping[str, Any], data: Data) -> Data:
    """`data` with the defaults of the schema filled in, also inside lists and mappings. Absent stays absent."""
    result = dict(data)
    for name, part in schema.get("properties", {}).items():
        if name not in result:
            if "default" in part:
                result[name] = part["default"]
        elif part.get("type") == "object" and isinstance(result[name], dict):
            result[name] = with_defaults(part, result[name])
        elif part.get("type") == "array" and part["items"].get("type") == "object":
            result[name] = [with_defaults(part["items"], item) for item in result[name]]
    return result


# --- validating --------------------------------------------------------------------------------------------
class Validator:
    """Validates many records of one kind.

    A record schema is flat (fields, required, nothing else), so each field is validated by itself and equal values of
    a field only once: 25,000 rows take a second instead of ten, with the same answers.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        Draft202012Validator.check_schema(dict(schema))
        self.properties: Mapping[str, Any] = schema["properties"]
        self.required = tuple(schema["required"])
        self.validators = {
            name: Draft202012Validator(dict(part), format_checker=FORMATS)
            for name, part in self.properties.items()
        }
        self.seen: dict[tuple[str, Any], tuple[tuple[str, Message], ...]] = {}

    def problems(self, data: Data) -> Iterator[tuple[str, Message]]:
        """(dotted path, sentence) of everything that does not fit."""
        for name in data.keys() - self.properties.keys():
            yield name, unknown_field(name, self.properties)
        for name in self.required:
            if name not in data:
                yield name, Message("Thiếu trường bắt buộc này.", "This required field is missing.")
        for name, value in data.items():
            if name in self.properties:
                yield from self._of_field(name, value)

    def _of_field(self, name: str, value: Any) -> tuple[tuple[str, Message], ...]:
        if isinstance(value, list | dict):
            return self._validate(name, value)
        slot = (name, value)
        if slot not in self.seen:
            self.seen[slot] = self._validate(name, value)
        return self.seen[slot]

    def _validate(self, name: str, value: Any) -> tuple[tuple[str, Message], ...]:
        return tuple(
            found for error in self.validators[name].iter_errors(value) for found in _said(name, error)
        )


@cache
def _near(name: str, known: tuple[str, ...]) -> str:
    return (get_close_matches(name, known, n=1) or [""])[0]


def unknown_field(name: str, known: Mapping[str, Any]) -> Message:
    """The sentence for a key that is not a field, with the nearest field or all of them."""
    near = _near(name, tuple(known))
    if near:
        return Message(
            f"Không có trường “{name}”; có phải “{near}”?", f"There is no field “{name}”; is it “{near}”?"
        )
    fields = ", ".join(known)
    return Message(
        f"Không có trường “{name}”; các trường: {fields}.", f"There is no field “{name}”; fields: {fields}."
    )


def _said(name: str, error: ValidationError) -> Iterator[tuple[str, Message]]:
    path = ".".join([name, *(str(part) for part in error.absolute_path)])
    schema: Any = error.schema
    limit: Any = error.validator_value
    value: Any = error.instance
    rule = str(error.validator)
    if rule == "required":
        absent = [field for field in schema["required"] if field not in value]
        # one error of this rule is raised per absent field: each names its own
        field = next((field for field in absent if error.message.startswith(f"'{field}'")), absent[0])
        yield f"{path}.{field}", Message("Thiếu trường bắt buộc này.", "This required field is missing.")
    elif rule == "additionalProperties" and isinstance(value, dict):
        for field in value.keys() - schema.get("properties", {}).keys():
            yield f"{path}.{field}", unknown_field(field, schema.get("properties", {}))
    elif rule == "pattern" and "format" in schema:
        return  # the format says the same in better words
    else:
        yield path, _sentence(rule, limit, value)


def _sentence(rule: str, limit: Any, value: Any) -> Message:
    shown = value if isinstance(value, str) else repr(value)
    if len(shown) > 60:
        shown = shown[:57] + "…"
    if rule == "format":
        return {"date": say_date, "decimal": say_decimal, "period": say_period}[limit](shown)
    if rule == "enum":
        words = ", ".join(str(word) for word in limit)
        return Message(
            f"“{shown}” không được; chỉ dùng: {words}.", f"“{shown}” won't do; use one of: {words}."
        )
    if rule == "type":
        vi, en = _TYPES.get(str(limit), (str(limit), str(limit)))
        return Message(f"“{shown}” phải là {vi}.", f"“{shown}” must be {en}.")
    if rule == "pattern" and limit in _FORMS:
        form = _FORMS[limit]
        return Message(
            f"“{shown}” không đúng dạng: {form.vi}.", f"“{shown}” does not have the form: {form.en}."
        )
    if rule in _LIMITS:
        vi, en = _LIMITS[rule]
        return Message(f"“{shown}”: {vi.format(limit)}.", f"“{shown}”: {en.format(limit)}.")
    return Message(f"“{shown}” không hợp quy định {rule}.", f"“{shown}” breaks the rule {rule}.")


_TYPES = {
    "string": ("một đoạn chữ", "text"),
    "integer": ("số nguyên", "a whole number"),
    "boolean": ("true hoặc false", "true or false"),
    "array": ("một danh sách", "a list"),
    "object": ("một nhóm khóa: giá trị", "a mapping of keys to values"),
}
_LIMITS = {
    "maxLength": ("dài quá {} ký tự", "longer than {} characters"),
    "minLength": ("phải có ít nhất {} ký tự", "needs at least {} character"),
    "minimum": ("phải từ {} trở lên", "must be at least {}"),
    "maximum": ("không được quá {}", "must be at most {}"),
    "minItems": ("cần ít nhất {} mục", "needs at least {} entry"),
    "minProperties": ("cần ít nhất {} khóa", "needs at least {} key"),
    "uniqueItems": ("có mục lặp lại", "has an entry twice"),
}


def say_date(shown: str) -> Message:
    """What is wrong with a date."""
    return Message(
        f"“{shown}” không phải ngày có thật viết theo dạng 2025-07-01 (năm-tháng-ngày).",
        f"“{shown}” is not an existing day written as 2025-07-01 (year-month-day).",
    )


def say_period(shown: str) -> Message:
    """What is wrong with a period."""
    return Message(
        f"“{shown}” không phải kỳ số liệu; viết 2024, 2024-H1, 2024-Q3, 2024-10 hoặc 2024-10-05.",
        f"“{shown}” is not a period; write 2024, 2024-H1, 2024-Q3, 2024-10 or 2024-10-05.",
    )


def say_decimal(shown: str) -> Message:
    """What is wrong with a number in a pack, and how to write it."""
    if re.fullmatch(r"[+-]?(nan|inf|infinity)", shown, re.IGNORECASE):
        return Message(
            f"“{shown}” không phải số; chưa có số liệu thì để trống và ghi status: missing.",
            f"“{shown}” is not a number; where there is no figure leave it empty with status: missing.",
        )
    try:
        number = (
            _from_exponent(shown)
            if re.search(r"[0-9][eE][+-]?[0-9]", shown)
            else canonical(parse_decimal(shown))
        )
    except DomainError as error:
        if error.code == "number_ambiguous":
            return _say_both(shown)
        rule = Message(
            " Trong gói số viết với dấu chấm thập phân, không dấu nhóm: 1234.5.",
            " In packs numbers have a decimal point and no grouping: 1234.5.",
        )
        return Message(error.message.vi + rule.vi, error.message.en + rule.en)
    if number is None:
        return Message(
            f"“{shown}” quá lớn hoặc quá nhỏ để là một số liệu.",
            f"“{shown}” is too large or too small for a figure.",
        )
    return Message(f"“{shown}” phải viết là {number}.", f"“{shown}” must be written {number}.")


def _say_both(shown: str) -> Message:
    """A number with two readings, each as it is written in packs."""
    readings = (parse_decimal(shown, style="en"), parse_decimal(shown, style="vi"))
    small, large = map(canonical, sorted(readings, key=abs))
    return Message(
        f"“{shown}” đọc được hai cách; trong gói viết {small} hoặc {large} (dấu chấm thập phân, không dấu nhóm, "
        "không số 0 ở cuối).",
        f"“{shown}” has two readings; in packs write {small} or {large} (decimal point, no grouping, no zeros at the "
        "end).",
    )


def _from_exponent(shown: str) -> str | None:
    """The number without exponent; None where it would fill a line with zeros."""
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(shown)
    except InvalidOperation:
        return canonical(parse_decimal(shown))
    if abs(number.adjusted()) > 50:
        return None
    return canonical(number)
