"""What is told to PostgreSQL: the comment of a statement, and functions that say what the policy table says."""

from __future__ import annotations

import base64
import json
import re
from datetime import date

import pytest

from tamdao.core.people import policy, rows
from tamdao.core.people.policy import Relation, Role
from tamdao.core.people.rows import scope
from tamdao.core.people.rows.functions import WAYS, functions
from tamdao.core.people.rows.tables import policies, tables

TODAY = date(2026, 11, 22)


def said() -> object:
    """What the comment of this moment holds."""
    found = re.fullmatch(r"\n/\* tamdao rows ([A-Za-z0-9+/=]*) \*/", scope.current())
    assert found is not None
    return json.loads(base64.b64decode(found[1]))


def test_outside_of_requests_the_house_works_and_stays_what_it_is() -> None:
    assert said() == {"house": True}
    rows.read_as(me=7, day=TODAY, rights=[])
    rows.widen()
    assert said() == {"house": True}


def test_a_request_reads_for_nobody_until_somebody_is_named() -> None:
    with rows.request_rows():
        assert said() == {"me": None, "day": "1970-01-01", "rights": []}
        rows.read_as(
            me=7, day=TODAY, rights=[("leader", "25@2025-07-01", ["matters.view"]), ("person", None, None)]
        )
        assert said() == {
            "me": 7,
            "day": "2026-11-22",
            "rights": [["leader", "25@2025-07-01", ["matters.view"]], ["person", None, None]],
        }
        with rows.house_rows():
            assert said() == {"house": True}
        assert isinstance(said(), dict)
        rows.widen()
        assert said() == {"house": True}
    with rows.request_rows():
        assert said() != {"house": True}, "one request never widens the next"


def test_the_parts_of_a_stream_are_made_in_the_scope_of_their_request() -> None:
    with rows.request_rows() as kept:
        rows.read_as(me=7, day=TODAY, rights=[])
        mine = scope.current()
    made = list(scope.within(kept, (scope.current() for _ in range(2))))
    assert made == [mine, mine]
    assert said() == {"house": True}


def test_nothing_that_is_said_ends_the_comment() -> None:
    with rows.request_rows():
        rows.read_as(me=1, day=TODAY, rights=[("*/ SELECT 1 /*", "%s", ["'"])])
        text = scope.current()
    assert text.count("*/") == text.count("/*") == 1
    assert "%" not in text


def test_the_functions_say_what_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def rules() -> set[tuple[str, ...]]:
        found = re.findall(r"\('(\w+)', '(\w+)', '(\w+)', '(\w+)'\)", functions()["tamdao_rows_grounds"].body)
        return set(found)

    wanted = {
        (rule.role.value, rule.resource, rule.action, relation.value)
        for rule in policy.rules()
        for relation in rule.relations
        if rule.resource in {*WAYS, "account"}
    }
    assert rules() == wanted
    row = ((Role.OFFICER,), "person", "view", (Relation.EVERY,))
    monkeypatch.setattr(policy, "TABLE", (*policy.TABLE, row))
    assert rules() == wanted | {("officer", "person", "view", "every")}
    assert all(name in made.create(name) for name, made in functions().items())


def test_every_kept_table_lets_the_house_in_and_says_who_else() -> None:
    by_table: dict[str, set[str]] = {table: set() for table in tables()}
    for one in policies():
        by_table[one.table].add(one.name)
        assert one.create().startswith(f'CREATE POLICY {one.name} ON "{one.table}" FOR {one.command} USING (')
    assert all("tamdao_house" in names for names in by_table.values())
    assert by_table["people_person"] == {"tamdao_house", "tamdao_read", "tamdao_own"}
    assert by_table["accounts_passwordreset"] == {"tamdao_house"}
    assert by_table["accounts_signin"] == {"tamdao_house", "tamdao_own"}
