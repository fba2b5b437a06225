"""Whatever writes to an audited table leaves a row: each way of writing, on both databases."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.models import F

from tamdao.core.files.models import SourceDocument
from tamdao.core.ledger.acting import acting, as_text, become, current
from tamdao.core.ledger.capture import connections, triggers, upkeep
from tamdao.core.people.models import ApiClient, Person, RoleHolding
from tamdao.core.units.models import Level, Unit
from tests.ledger import captured, newest, run, without_triggers

pytestmark = pytest.mark.django_db


def level(code: str, depth: int = 1) -> Level:
    return Level(code=code, depth=depth, name_vi="Cấp", name_en="Level")


def level_row(code: str, depth: int) -> str:
    truth = "1" if connection.vendor == "sqlite" else "true"
    return f"('{code}', {depth}, 'Cấp', 'Level', {truth})"


INSERT = "INSERT INTO units_level (code, depth, name_vi, name_en, territorial) VALUES "


def raw(sql: str) -> Callable[[], object]:
    return lambda: run(sql)


def many(*rows: tuple[str, int]) -> str:
    return INSERT + ", ".join(level_row(*row) for row in rows)


def executemany() -> None:
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE units_level SET depth = %s WHERE code = %s", [(7, "a"), (8, "b")])


def bulk_update() -> None:
    rows = list(Level.objects.filter(code__in=["a", "b"]))
    for row in rows:
        row.depth += 1
    Level.objects.bulk_update(rows, ["depth"])


def upsert() -> None:
    Level.objects.bulk_create(
        [level("a", 9), level("n", 9)], update_conflicts=True, unique_fields=["code"], update_fields=["depth"]
    )


def loaddata() -> None:
    fields = {"depth": 4, "name_vi": "Cấp", "name_en": "Level", "territorial": True}
    path = (
        Path(connection.settings_dict["NAME"] if connection.vendor == "sqlite" else "/tmp/x").parent
        / "levels.json"
    )
    path.write_text(
        json.dumps([{"model": "units.level", "pk": code, "fields": fields} for code in ("a", "n")])
    )
    call_command("loaddata", str(path), verbosity=0)


def _raise_depth(apps: object, editor: object) -> None:
    Level.objects.filter(code="a").update(depth=6)


def data_migration() -> None:
    state = migrations.state.ProjectState()
    step = migrations.RunPython(_raise_depth)
    step.database_forwards("units", SimpleNamespace(connection=connection), state, state)  # type: ignore[arg-type]


def rolled_back() -> None:
    with transaction.atomic(), acting(by="person:99"):
        Level.objects.filter(code="a").update(depth=5)
        transaction.set_rollback(True)


# way of writing → rows it must leave, in any order
WAYS: dict[str, tuple[Callable[[], object], list[tuple[str, str]]]] = {
    "save, new": (lambda: level("n").save(force_insert=True), [("I", "n")]),
    "save, changed": (lambda: level("a", 2).save(), [("U", "a")]),
    "save, unchanged": (lambda: level("a").save(), []),
    "create": (lambda: Level.objects.create(code="n", depth=1), [("I", "n")]),
    "get_or_create": (lambda: Level.objects.get_or_create(code="n", defaults={"depth": 1}), [("I", "n")]),
    "update_or_create": (
        lambda: Level.objects.update_or_create(code="a", defaults={"depth": 2}),
        [("U", "a")],
    ),
    "delete": (lambda: Level.objects.get(code="a").delete(), [("D", "a")]),
    "queryset delete": (lambda: Level.objects.filter(code__in=["a", "b"]).delete(), [("D", "a"), ("D", "b")]),
    "raw queryset delete": (lambda: Level.objects.filter(code="a")._raw_delete("default"), [("D", "a")]),
    "update": (lambda: Level.objects.filter(code__in=["a", "b"]).update(depth=5), [("U", "a"), ("U", "b")]),
    "update of nothing": (lambda: Level.objects.update(depth=F("depth")), []),
    "update with F": (lambda: Level.objects.filter(code="a").update(depth=F("depth") + 1), [("U", "a")]),
    "update of the key": (lambda: Level.objects.filter(code="a").update(code="n"), [("D", "a"), ("I", "n")]),
    "bulk_create": (lambda: Level.objects.bulk_create([level("n"), level("m")]), [("I", "n"), ("I", "m")]),
    "bulk_create, ignoring": (
        lambda: Level.objects.bulk_create([level("a", 9), level("n")], ignore_conflicts=True),
        [("I", "n")],
    ),
    "bulk_create, updating": (upsert, [("U", "a"), ("I", "n")]),
    "bulk_update": (bulk_update, [("U", "a"), ("U", "b")]),
    "cascade": (lambda: SourceDocument.objects.get(code="d").delete(), [("D", "d")]),
    "raw insert": (lambda: run(many(("n", 1), ("m", 2))), [("I", "n"), ("I", "m")]),
    "raw update": (raw("UPDATE units_level SET depth = 3 WHERE code = 'a'"), [("U", "a")]),
    "raw delete": (raw("DELETE FROM units_level WHERE code = 'a'"), [("D", "a")]),
    "executemany": (executemany, [("U", "a"), ("U", "b")]),
    "insert from select": (
        raw(
            "INSERT INTO units_level (code, depth, name_vi, name_en, territorial) "
            "SELECT code || '2', depth, name_vi, name_en, territorial FROM units_level WHERE code IN ('a', 'b')"
        ),
        [("I", "a2"), ("I", "b2")],
    ),
    "loaddata": (loaddata, [("U", "a"), ("I", "n")]),
    "data migration": (data_migration, [("U", "a")]),
    "rolled back": (rolled_back, []),
}


@pytest.fixture
def _rows() -> None:
    Level.objects.bulk_create([level("a"), level("b")])
    SourceDocument.objects.create(code="d", kind="law", title_vi="Luật", text_read=True)


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("way", list(WAYS))
def test_each_way_of_writing_leaves_its_rows(way: str) -> None:
    write, expected = WAYS[way]
    before = newest()
    with acting(by="person:7", reason="thử", event="test.wrote", request="r1"):
        write()
    rows = captured(before)
    assert sorted((row.op, row.pk) for row in rows) == sorted(expected)
    for row in rows:
        assert row.acting == {"by": "person:7", "reason": "thử", "event": "test.wrote", "request": "r1"}
        assert (row.old is None) == (row.op == "I")
        assert (row.new is None) == (row.op == "D")
        if row.op == "U":
            assert row.old != row.new


def test_a_cascade_in_python_leaves_a_row_for_each_it_takes_along() -> None:
    from tamdao.modules.scoring.models import Edition, EditionYear

    document = SourceDocument.objects.create(code="d", kind="law", title_vi="Luật", text_read=True)
    place = Level.objects.create(code="a", depth=1)
    edition = Edition.objects.create(code="e", document=document, level=place, name_vi="Bộ chỉ số")
    for year in (2021, 2022, 2023):
        EditionYear.objects.create(edition=edition, level=place, year=year)
    before = newest()
    edition.delete()
    assert sorted((row.table, row.op) for row in captured(before)) == [
        ("scoring_edition", "D"),
        *[("scoring_editionyear", "D")] * 3,
    ]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE is a word of SQLite")
def test_replace_leaves_the_row_it_removes() -> None:
    Level.objects.create(code="a", depth=1)
    before = newest()
    run("REPLACE" + many(("a", 2)).removeprefix("INSERT"))
    assert [(row.op, row.pk) for row in captured(before)] == [("D", "a"), ("I", "a")]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", ["units_level", "ledger_pending", "ledger_entry"])
def test_truncate_is_refused(table: str) -> None:
    with pytest.raises(DatabaseError, match="TRUNCATE"), transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="MERGE is of PostgreSQL")
def test_merge_and_copy_are_seen() -> None:
    Level.objects.create(code="a", depth=1)
    before = newest()
    run(
        "MERGE INTO units_level t USING (VALUES ('a', 5), ('n', 6)) s(code, depth) ON t.code = s.code "
        "WHEN MATCHED THEN UPDATE SET depth = s.depth "
        "WHEN NOT MATCHED THEN INSERT VALUES (s.code, s.depth, 'Cấp', 'Level', true)"
    )
    with connection.cursor() as cursor, cursor.cursor.copy("COPY units_level FROM STDIN") as copy:
        copy.write("m\t1\tCấp\tLevel\tt\n")
    rows = captured(before)
    assert sorted((row.op, row.pk) for row in rows[:2]) == [("I", "n"), ("U", "a")]
    assert [(row.op, row.pk) for row in rows[2:]] == [("I", "m")]
    # what does not pass through Django's cursor carries no name and is captured all the same
    assert rows[-1].acting == {}


@pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="PostgreSQL captures other programs without a name"
)
def test_another_program_can_read_but_not_write() -> None:
    place = str(connection.settings_dict["NAME"])
    other = sqlite3.connect(place, timeout=0)
    try:
        assert other.execute("SELECT count(*) FROM units_level").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="tamdao_acting"):
            other.execute(INSERT + level_row("x", 1))
    finally:
        other.close()


def test_a_name_given_outside_every_block_goes_with_nothing() -> None:
    become(by="person:1")
    assert current().by == ""


def test_without_an_actor_the_row_is_there_and_names_nobody() -> None:
    before = newest()
    Level.objects.create(code="n", depth=1)
    assert [row.acting for row in captured(before)] == [{}]


def test_an_actor_does_not_outlive_a_rolled_back_savepoint() -> None:
    before = newest()
    with acting(by="person:1"):
        Level.objects.create(code="a", depth=1)
        rolled_back()
        Level.objects.create(code="b", depth=1)
    Level.objects.create(code="c", depth=1)
    assert [row.acting.get("by") for row in captured(before)] == ["person:1", "person:1", None]


def test_marks_hold_any_text() -> None:
    before = newest()
    reason = "*/ ; 'x' %s {} \\ \n — Đề nghị “gấp” 100 %"
    with acting(by="person:1", reason=reason):
        Level.objects.create(code="a", depth=1)
        Level.objects.filter(code="a").update(name_vi="/* tamdao e30= */")
    assert [row.acting["reason"] for row in captured(before)] == [reason, reason]


def test_long_reasons_are_cut_and_parts_are_inherited() -> None:
    with acting(by="person:1", reason="x" * 3000), acting(event="a.b"):
        assert current().by == "person:1"
        assert len(json.loads(as_text(current()))["reason"]) == 1000
        become(by="client:bc")
        assert current().by == "client:bc"
    assert current().by == ""


def test_secrets_are_never_written_only_that_they_changed() -> None:
    person = Person.objects.create_person(username="a", display_name="A", password="one")
    client = ApiClient.objects.create(
        name="c", prefix="p", key_sha256="1" * 64, role="analyst", created_at="2026-01-01T00:00:00Z"
    )
    before = newest()
    person.set_password("two")
    person.save()
    ApiClient.objects.filter(pk=client.pk).update(key_sha256="2" * 64, name="d")
    rows = captured(before)
    assert [(row.table, row.op, row.hidden) for row in rows] == [
        ("people_person", "U", "password"),
        ("people_apiclient", "U", "key_sha256"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(old, '') || coalesce(new, '') FROM ledger_pending")
        everything = " ".join(text for (text,) in cursor.fetchall())
    assert "password" not in everything
    assert "2" * 64 not in everything


def test_dates_and_truths_are_exact() -> None:
    Level.objects.create(code="a", depth=1)
    Unit.objects.create(id="01@2025-07-01", level_id="a", first_date=date(2025, 7, 1))
    person = Person.objects.create_person(username="a", display_name="A")
    before = newest()
    RoleHolding.objects.create(
        person=person, role="admin", unit_id="01@2025-07-01", from_date=date(2025, 7, 1)
    )
    (row,) = captured(before)
    assert row.new is not None
    assert (row.new["from_date"], row.new["end_date"], row.new["unit_id"]) == (
        "2025-07-01",
        None,
        "01@2025-07-01",
    )


def test_a_missing_or_changed_trigger_is_found_and_mended() -> None:
    assert triggers.check(connection) == []
    if connection.vendor == "sqlite":
        run(
            'DROP TRIGGER "ledger_units_level_update"',
            'CREATE TRIGGER "ledger_units_level_update" AFTER UPDATE ON units_level BEGIN SELECT 1; END',
            'DROP TRIGGER "ledger_entry_no_delete"',
        )
        expected = {"units_level": ["ledger_units_level_update"], "ledger_entry": ["ledger_entry_no_delete"]}
    else:
        run(
            "ALTER TABLE units_level DISABLE TRIGGER ledger_update",
            "DROP TRIGGER ledger_no_change ON ledger_entry",
            "CREATE OR REPLACE FUNCTION ledger_capture_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        )
        expected = {
            "": ["ledger_capture_delete"], "units_level": ["ledger_update"], "ledger_entry": ["ledger_no_change"],
        }  # fmt: skip
    assert triggers.find_faults(connection) == expected
    assert {problem.where or "" for problem in triggers.check(connection)} == {
        name or "PostgreSQL" for name in expected
    }
    triggers.install(connection)
    assert triggers.find_faults(connection) == {}


def test_what_was_written_without_triggers_enters_as_it_is_found() -> None:
    Level.objects.bulk_create([level("a"), level("b"), level("c")])
    before = newest()
    with without_triggers("units_level"):
        run("UPDATE units_level SET depth = 9 WHERE code = 'a'", "DELETE FROM units_level WHERE code = 'b'")
        run(many(("n", 1)))
        assert captured(before) == []
    if connection.vendor == "sqlite":
        run('DROP TRIGGER "ledger_units_level_insert"')
    else:
        run('DROP TRIGGER "ledger_insert" ON units_level')
    upkeep.after_migrate()
    rows = captured(before)
    assert sorted((row.op, row.pk, row.new is None) for row in rows) == [
        ("B", "a", False), ("B", "b", True), ("B", "n", False),
    ]  # fmt: skip
    assert {row.acting["by"] for row in rows} == {"system:migrate"}


def test_a_table_with_rows_and_no_history_gets_a_baseline() -> None:
    Level.objects.bulk_create([level("a"), level("b")])
    run("DELETE FROM ledger_coverage WHERE table_name = 'units_level'")
    before = newest()
    upkeep.after_migrate()
    assert [(row.op, row.pk) for row in captured(before)] == [("B", "a"), ("B", "b")]
    upkeep.after_migrate()
    assert len(captured(before)) == 2


def test_a_table_that_is_altered_is_watched_again() -> None:
    Level.objects.create(code="a", depth=1)
    if connection.vendor == "sqlite":
        # the guard lets Django's own rebuilds and drops of columns pass
        run("CREATE TABLE other (a integer)", 'ALTER TABLE "units_level" ADD COLUMN "more" integer')
        assert "units_level" in triggers.find_faults(connection)
        run("ALTER TABLE units_level DROP COLUMN more")
    else:
        with connection.schema_editor() as editor:
            field = models.IntegerField(null=True)
            field.set_attributes_from_name("more")
            editor.add_field(Level, field)
            editor.remove_field(Level, field)
    upkeep.after_migrate()
    assert triggers.find_faults(connection) == {}


def test_preparing_a_connection_twice_changes_nothing() -> None:
    wrappers = list(connection.execute_wrappers)
    connections.prepare(connection)
    assert connection.execute_wrappers == wrappers
