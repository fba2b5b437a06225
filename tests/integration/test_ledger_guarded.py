"""Capture under attack: reasons of any length and sign, triggers that were hollowed out, tables that shadow ours."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from tamdao.core.ledger.acting import Acting, acting
from tamdao.core.ledger.capture import connections, triggers
from tamdao.core.units.models import Level
from tests.ledger import captured, newest, run

pytestmark = pytest.mark.django_db

SIGNS = {
    "long": "x" * 100_000,
    "control characters": "".join(map(chr, range(1, 32))) * 3000,
    "NUL": "a\x00b" * 30_000,
    "half a sign": "\ud83d" * 100_000,
    "signs of four bytes": "\U0001f5c2" * 100_000,
    "looks like a mark": "*/ /* tamdao e30= */" * 4000,
}


@pytest.mark.parametrize("sign", list(SIGNS))
def test_no_reason_strips_the_actor(sign: str) -> None:
    text = SIGNS[sign]
    before = newest()
    with acting(by="person:7", reason=text, event=text, request=text, bundle=text):
        Level.objects.create(code="a", depth=1)
        Level.objects.filter(code="a").update(
            name_vi=text.replace("\x00", "").encode("utf-8", "replace").decode()[:60]
        )
    rows = captured(before)
    assert [(row.op, row.acting["by"]) for row in rows] == [("I", "person:7"), ("U", "person:7")]
    kept = re.sub("[\x00\ud83d]", "\ufffd", text[:1000])
    assert {row.acting["reason"] for row in rows} == {kept}
    assert {row.acting["event"] for row in rows} == {kept[:200]}


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="on SQLite no mark travels")
@pytest.mark.parametrize("mark", ["bm90anNvbg==", "eyJhIjoiXHUwMDAwIn0=", "!!!!", "A", ""])
def test_a_mark_that_cannot_be_read_names_nobody_and_loses_no_row(mark: str) -> None:
    before = newest()
    with connection.cursor() as cursor:
        cursor.cursor.execute(
            f"INSERT INTO units_level VALUES ('n', 1, 'Cấp', 'Level', true) /* tamdao {mark} */"
        )
    assert [(row.op, row.acting) for row in captured(before)] == [("I", {})]


NOTHING = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
CALL = "AFTER INSERT ON units_level REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION"
# what somebody at the database does so that writes leave nothing → table and name that are told
HOLLOWED: dict[str, dict[str, tuple[list[str], dict[str, list[str]]]]] = {
    "sqlite": {
        "body": (
            ['DROP TRIGGER "ledger_entry_no_update"',
             "CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT 1; END"],
            {"ledger_entry": ["ledger_entry_no_update"]},
        ),
        "swallowed": (
            ["CREATE TRIGGER quiet BEFORE INSERT ON ledger_pending BEGIN SELECT RAISE(IGNORE); END"],
            {"": ["quiet"]},
        ),
    },
    "postgresql": {
        "same name in another schema": (
            ["CREATE SCHEMA evil", f"CREATE FUNCTION evil.ledger_capture_insert() {NOTHING}",
             "DROP TRIGGER ledger_insert ON units_level",
             f"CREATE TRIGGER ledger_insert {CALL} evil.ledger_capture_insert('code', '{{}}', '{{}}')"],
            {"units_level": ["ledger_insert"]},
        ),
        "other function": (
            [f"CREATE FUNCTION quiet() {NOTHING}", "DROP TRIGGER ledger_insert ON units_level",
             f"CREATE TRIGGER ledger_insert {CALL} quiet('code', '{{}}', '{{}}')"],
            {"units_level": ["ledger_insert"]},
        ),
        "swallowed": (
            [f"CREATE FUNCTION quiet() {NOTHING}",
             "CREATE TRIGGER quiet BEFORE INSERT ON ledger_pending FOR EACH ROW EXECUTE FUNCTION quiet()"],
            {"ledger_pending": ["quiet"]},
        ),
        "rule": (
            ["CREATE RULE quiet AS ON INSERT TO ledger_pending DO INSTEAD NOTHING"],
            {"ledger_pending": ["quiet"]},
        ),
        "path": (
            ["ALTER FUNCTION ledger_capture_insert() RESET search_path"],
            {"": ["ledger_capture_insert"]},
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("vendor", "way"), [(vendor, way) for vendor, ways in HOLLOWED.items() for way in ways]
)
def test_capture_that_was_hollowed_out_is_found_and_mended(vendor: str, way: str) -> None:
    if connection.vendor != vendor:
        pytest.skip(f"of {vendor}")
    statements, told = HOLLOWED[vendor][way]
    if vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
    run(*statements)
    assert triggers.find_faults(connection) == told
    triggers.install(connection)
    assert triggers.find_faults(connection) == {}
    before = newest()
    Level.objects.create(code="n", depth=1)
    assert [row.op for row in captured(before)] == ["I"]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="a trigger of SQLite means its own database")
def test_a_temporary_table_of_the_same_name_swallows_nothing() -> None:
    before = newest()
    run("CREATE TEMPORARY TABLE ledger_pending (LIKE public.ledger_pending INCLUDING ALL)")
    Level.objects.create(code="n", depth=1)
    run("DROP TABLE pg_temp.ledger_pending")
    assert [row.pk for row in captured(before)] == ["n"]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="on SQLite no mark travels")
def test_the_longest_mark_is_found_behind_a_long_statement() -> None:
    longest = Acting(*("\x01" * length for length in (200, 1000, 200, 200, 200)))
    assert 14_000 < len(connections.mark(longest)) < 16_000
    before = newest()
    with acting(
        by="\x01" * 999, reason="\x01" * 9999, request="\x01" * 999, event="\x01" * 999, bundle="\x01" * 999
    ):
        Level.objects.bulk_create([Level(code=f"n{n}", depth=1, name_vi="Cấp" * 15) for n in range(300)])
    assert {row.acting["by"] for row in captured(before)} == {"\x01" * 200}
