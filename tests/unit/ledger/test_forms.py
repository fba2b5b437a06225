"""The pattern of rows against the parser: what it lets through is canonical, what the sealer writes it lets through."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamdao.core.ledger.canonical import canonical
from tamdao.verify.files import strict
from tamdao.verify.forms import BUNDLED, ENTRY, is_row
from tamdao.verify.notes import Wrong

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
VALUE = st.one_of(st.none(), st.booleans(), st.integers(), TEXT, st.dictionaries(TEXT, TEXT, max_size=2))
IMAGE = st.dictionaries(TEXT, VALUE, max_size=3)
ROW = st.fixed_dictionaries(
    {"at": st.just("2026-11-26T00:00:00.000Z"), "op": st.sampled_from("IUDB"), "pk": TEXT, "table": TEXT},
    optional={
        "by": TEXT, "event": TEXT, "reason": TEXT, "request": TEXT, "new": IMAGE, "old": IMAGE,
        "hidden": st.lists(TEXT, min_size=1, max_size=2),
    },
)  # fmt: skip


@given(ROW, st.integers(min_value=0))
def test_what_the_sealer_writes_matches(row: dict[str, object], number: int) -> None:
    assert is_row(canonical(row).encode(), BUNDLED)
    assert is_row(canonical({"#": number, "kind": "row", **row}).encode(), ENTRY)


@given(ROW, st.data())
def test_what_matches_is_canonical_or_differs_in_the_order_of_columns(
    row: dict[str, object], data: st.DataObject
) -> None:
    text = canonical({"#": 1, "kind": "row", **row})
    at = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    changed = (
        text[:at]
        + data.draw(st.sampled_from(['"', " ", ".0", "e1", "\\", "0", "{", "-", "\u00e9"]))
        + text[at:]
    )
    if not is_row(changed.encode(), ENTRY):
        return
    try:
        strict(changed)
    except Wrong:
        found = json.loads(changed)
        # not canonical for no other reason than names of columns inside an image that came out of order, or twice
        assert found.keys() == json.loads(text).keys()
        assert {**found, "new": 0, "old": 0} == {**json.loads(text), "new": 0, "old": 0}


@pytest.mark.parametrize(
    "text",
    [
        '{"at":"2026-11-26T00:00:00.000Z","op":"I","pk":"1","table":"t" }',
        '{"at":"2026-11-26T00:00:00.000Z","new":{"a":1.0},"op":"I","pk":"1","table":"t"}',
        '{"at":"2026-11-26T00:00:00.000Z","new":{"a":01},"op":"I","pk":"1","table":"t"}',
        '{"at":"2026-11-26T00:00:00.000Z","new":{"a":-0},"op":"I","pk":"1","table":"t"}',
        '{"at":"2026-11-26T00:00:00.000Z","op":"I","pk":"\\u0041","table":"t"}',
        '{"at":"2026-11-26T00:00:00.000Z","op":"I","pk":"\\u000a","table":"t"}',
        '{"at":"2026-11-26T00:00:00.000Z","op":"I","op":"U","pk":"1","table":"t"}',
    ],
)  # fmt: skip
def test_another_form_does_not_match(text: str) -> None:
    assert not is_row(text.encode(), BUNDLED)


def test_what_is_no_utf_8_does_not_match() -> None:
    assert not is_row(b'{"at":"2026-11-26T00:00:00.000Z","op":"I","pk":"\xff","table":"t"}', BUNDLED)
