"""The parts of the pack mechanism that need no database."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tamdao.core.packs import schemas
from tamdao.core.packs.changes import canonical
from tamdao.core.packs.graphs import find_circles
from tamdao.core.packs.manifest import satisfies
from tamdao.core.packs.reading import read_csv, read_yaml
from tamdao.core.packs.records import Findings, canonical_json
from tamdao.core.packs.schema import _FORMS, DECIMAL, FORMATS, Validator, say_decimal, typed, with_defaults
from tamdao.core.units.packs import UNITS_SCHEMA


@pytest.mark.parametrize(
    ("version", "needed", "good"),
    [
        ("1.0.0", ">=1.0", True),
        ("1.10.0", ">=1.9", True),
        ("0.9.9", ">=1.0", False),
        ("2.0.0", ">=1.0,<2", False),
        ("1.9.9", ">=1.0,<2", True),
        ("1.0.0", "==1", True),
        ("1.0.1", ">1.0", True),
        ("1.0.0", ">1.0", False),
        ("1.0.0", "<=1.0", True),
        ("3.1.4", "", True),
    ],
)
def test_version_ranges(version: str, needed: str, good: bool) -> None:
    assert satisfies(version, needed) is good


@pytest.mark.parametrize(
    ("graph", "circles"),
    [
        ({}, []),
        ({"a": ["b"], "b": ["c"]}, []),
        ({"a": ["a"]}, [["a", "a"]]),
        ({"a": ["b"], "b": ["a"]}, [["a", "b", "a"]]),
        ({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]}, [["a", "b", "a"], ["c", "d", "c"]]),
    ],
)
def test_circles(graph: dict[str, list[str]], circles: list[list[str]]) -> None:
    found = find_circles(graph)
    assert sorted(sorted(set(circle)) for circle in found) == sorted(
        sorted(set(circle)) for circle in circles
    )
    for circle in found:
        assert all(after in graph[before] for before, after in pairwise(circle))


def test_yaml_stays_text_with_its_lines() -> None:
    findings = Findings()
    parsed = read_yaml("- code: 01\n  value: 12.10\n  empty: ~\n  no: no\n  list: [1, 2]\n", "f", findings)
    assert parsed is not None
    value, lines = parsed
    assert value == [{"code": "01", "value": "12.10", "empty": None, "no": "no", "list": ["1", "2"]}]
    assert (lines["0.value"], lines["0.list.1"]) == (2, 5)
    assert findings.problems == []


def test_a_text_that_says_null_in_quotes_stays() -> None:
    parsed = read_yaml('- "null"\n- ""\n- ~\n', "f", Findings())
    assert parsed is not None
    assert parsed[0] == ["null", "", None]


@pytest.mark.parametrize(
    "text", ["a: &x [*x]", "- &a {b: 1}\n- *a\n", "a: {b: 1, b: 2}", "[a", "a: 1\n---\nb: 2\n", "[" * 3000]
)
def test_yaml_that_packs_do_not_use(text: str) -> None:
    findings = Findings()
    read_yaml(text, "f", findings)
    assert findings.problems


def test_csv_rows_keep_their_line_across_broken_lines() -> None:
    findings = Findings()
    text = 'a,b\n1,"two\nlines"\n\n3,\n'
    rows = read_csv(text, "f", frozenset("ab"), frozenset(), findings).rows
    assert rows == [(2, {"a": "1", "b": "two\nlines"}), (5, {"a": "3"})]


@pytest.mark.parametrize("text", ["a,a\n1,2\n", "a,z\n", "a\tb\n", 'a,b\n1,"x\n', "a,b\n1\n"])
def test_csv_that_is_refused(text: str) -> None:
    findings = Findings()
    assert read_csv(text, "f", frozenset("ab"), frozenset(), findings).rows == []
    assert findings.problems


def test_unknown_and_missing_columns_come_together_and_the_rows_are_read() -> None:
    findings = Findings()
    table = read_csv("a,z\n1,2\n", "f", frozenset("abc"), frozenset("ab"), findings)
    assert (table.rows, table.absent) == ([(2, {"a": "1"})], frozenset("b"))
    assert [(problem.where, problem.field) for problem in findings.problems] == [("f:1", "z"), ("f:1", "b")]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("x,2024,1.234,5,y", "value", "dấu phẩy thập phân tách ô này làm hai"),
        ("x,2024,12,5%,y", "value", "dấu phẩy thập phân"),
        ("x,2024,12,Sở, ngành", "", "đặt trong ngoặc kép"),
        ("x,2024", "", "Dòng có 2 ô, tiêu đề có 4."),
    ],
)
def test_a_row_of_another_length_names_its_cause(row: str, column: str, words: str) -> None:
    findings = Findings()
    columns = frozenset({"code", "period", "value", "note"})
    numbers = frozenset({"value"})
    read_csv(f"code,period,value,note\n{row}\n", "f", columns, frozenset(), findings, numbers=numbers)
    [problem] = findings.problems
    assert (problem.where, problem.field) == ("f:2", column)
    assert words in problem.message.vi


def test_an_empty_csv_is_a_fault_and_one_without_rows_is_noted() -> None:
    findings = Findings()
    read_csv("", "f", frozenset("ab"), frozenset(), findings)
    assert "cần dòng tiêu đề" in findings.problems[0].message.vi
    read_csv("a,b\n", "g", frozenset("ab"), frozenset(), findings)
    assert [note.where for note in findings.notes] == ["g"]


@pytest.mark.parametrize(
    "text", ["[a", "a: [1\nb: 2", "a: b: c", "- a\n b", "a: \tx: @", "a: 'x", "a\n---\nb", "[" * 3000]
)
def test_sentences_about_yaml_are_vietnamese(text: str) -> None:
    findings = Findings()
    read_yaml(text, "f", findings)
    for problem in findings.problems:
        assert not re.search(r"expected|found|mapping|token|end>|block|not allow", problem.message.vi)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('a,b\n1,"x\n', "ngoặc kép chưa đóng"),
        ('a,b\n1,"x"y\n', "phải là dấu phẩy"),
        (f"a,b\n1,{'x' * 140_000}\n", "dài quá"),
    ],
)
def test_sentences_about_csv_are_vietnamese(text: str, words: str) -> None:
    findings = Findings()
    read_csv(text, "f", frozenset("ab"), frozenset(), findings)
    assert words in findings.problems[0].message.vi


def test_a_form_is_described_not_shown_as_a_pattern() -> None:
    data = {
        "unit": "26",
        "level": "province",
        "from_date": "2020-01-01",
        "code": "26",
        "name_vi": "x",
        "type_vi": "y",
    }
    [(path, message)] = Validator(UNITS_SCHEMA).problems(data)
    assert path == "unit"
    assert message.vi == "“26” không đúng dạng: mã@ngày đầu tiên, ví dụ 26@2020-01-01."


def test_every_pattern_of_a_published_schema_has_words() -> None:
    text = json.dumps(schemas.published())
    patterns = set(re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', text))
    assert len(patterns) > 8
    assert {json.loads(pattern) for pattern in patterns} - _FORMS.keys() == {DECIMAL["pattern"]}


def test_typing_follows_the_schema_only() -> None:
    schema = {
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "count": {"type": "integer"},
            "good": {"type": "boolean"},
            "years": {"type": "array", "items": {"type": "integer"}},
            "nested": {"type": "object", "properties": {"n": {"type": "integer"}}},
            "map": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
    }
    data = {
        "code": "01",
        "count": "5",
        "good": "true",
        "years": "2021; 2022",
        "nested": {"n": "1"},
        "map": {"m": "2"},
    }
    expected: Any = {
        "code": "01", "count": 5, "good": True, "years": [2021, 2022], "nested": {"n": 1}, "map": {"m": 2},
    }  # fmt: skip
    assert typed(schema, data) == expected
    assert typed(schema, {"count": "05", "good": "yes", "code": None}) == {"count": "05", "good": "yes"}


def test_defaults_do_not_make_a_record_different() -> None:
    schema = {"properties": {"a": {"type": "boolean", "default": True}, "b": {"type": "string"}}}
    assert with_defaults(schema, {"b": "x"}) == {"a": True, "b": "x"}
    assert canonical(schema, {"a": True, "b": "x"}) == canonical(schema, {"b": "x"}) == {"b": "x"}
    assert canonical(schema, {"a": False, "b": ""}) == {"a": False}


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("NaN", "not a number"), ("-inf", "not a number"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
        ("1e5", "100000"),        ("1e999999999", "too large"), ("12.10", "12.1"), ("-0", "0"), ("1.234", "decimal point"), ("x", "decimal point"),
        ("12.670", "write 12.67 or 12670 (decimal point"), ("1,234", "write 1.234 or 1234 (decimal point"),
    ],
)  # fmt: skip
def test_how_to_write_a_number_is_said(written: str, advice: str) -> None:
    assert advice in say_decimal(written).en


_VALUES = st.sampled_from(
    ["", "26@2020-01-01", "26", "2020-01-01", "2020-02-30", "Vĩnh Phúc", "x" * 200, "true"]
)


@given(st.dictionaries(st.sampled_from([*UNITS_SCHEMA["properties"], "unknown"]), _VALUES))
def test_validating_field_by_field_agrees_with_the_whole_schema(data: dict[str, str]) -> None:
    """The slow obvious reference: jsonschema on the whole record."""
    record = typed(UNITS_SCHEMA, data)
    reference = Draft202012Validator(UNITS_SCHEMA, format_checker=FORMATS)
    assert bool(list(Validator(UNITS_SCHEMA).problems(record))) is not reference.is_valid(record)


def test_canonical_json_has_one_form() -> None:
    assert canonical_json({"b": "ế", "a": [1]}) == '{"a":[1],"b":"ế"}'
