"""The tamper table inside the database: the ledger's own tables, rows behind dropped triggers, an old copy put back."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tamdao.core.ledger import api, witness
from tamdao.core.ledger.tree import leaf_hash
from tamdao.core.units.models import Level
from tests.ledger import fill, fill_more, run, seal, without_guards, without_triggers

pytestmark = pytest.mark.django_db


def _bodies() -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, body FROM ledger_entry ORDER BY number")
        return list(cursor.fetchall())


def _set(column: str, value: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_entry SET {column} = %s WHERE number = %s", [value, number])


def _edit_row(chance: random.Random, number: int) -> None:
    text = dict(_bodies())[number]
    _set("body", text.replace("e", "f", 1), number)


def _edit_and_hash(chance: random.Random, number: int) -> None:
    text = dict(_bodies())[number].replace("e", "f", 1)
    _set("body", text, number)
    _set("leaf", leaf_hash(text.encode()).hex(), number)


def _delete(chance: random.Random, number: int) -> None:
    run(f"DELETE FROM ledger_entry WHERE number = {number}")


def _cut_tail(chance: random.Random, number: int) -> None:
    run(f"DELETE FROM ledger_entry WHERE number >= {number}")


def _swap(chance: random.Random, number: int) -> None:
    texts = dict(_bodies())
    other = number - 1 if number else 1
    _set("body", texts[other], number)
    _set("body", texts[number], other)


def _search_column(chance: random.Random, number: int) -> None:
    _set(chance.choice(["by", "at", "kind"]), "forged", number)


def _nothing(chance: random.Random, number: int) -> None:
    _set(chance.choice(["body", "leaf"]), chance.choice(["", "null", "{}", "[1]"]), number)


def _checkpoint_root(chance: random.Random, number: int) -> None:
    run(
        f"UPDATE ledger_checkpoint SET root = '{'0' * 64}' WHERE size = (SELECT min(size) FROM ledger_checkpoint)"
    )


def _checkpoint_note(chance: random.Random, number: int) -> None:
    run("UPDATE ledger_checkpoint SET note = replace(note, 'time 2', 'time 1')")


def _bundle_row(chance: random.Random, number: int) -> None:
    change = chance.choice(["replace(body, 'Huế', 'Hue')", "''", "'{'", "'[]'"])
    run(f"UPDATE ledger_sealedrow SET body = {change} WHERE body <> '' AND position = 2")


def _lost_row(chance: random.Random, number: int) -> None:
    run("DELETE FROM ledger_sealedrow WHERE pending = (SELECT max(pending) FROM ledger_sealedrow)")


def _stray_row(chance: random.Random, number: int) -> None:
    run("INSERT INTO ledger_sealedrow VALUES (999999, 999999, 0, 'x', 'x', '')")


def _pending_renumbered(chance: random.Random, number: int) -> None:
    """An approval is undone: the row goes back to what it was, and the old change is numbered as the newest."""
    run(
        "UPDATE units_level SET depth = 1 WHERE code = 's0'",
        "UPDATE ledger_sealedrow SET pending = 1000000 + pending WHERE pending = "
        "(SELECT min(pending) FROM ledger_sealedrow WHERE pk_text = 's0')",
    )


def _text_beside_an_entry(chance: random.Random, number: int) -> None:
    """The entry of a row is right; a text beside it is to be taken for the newest image."""
    run(
        "UPDATE units_level SET depth = 9 WHERE code = 's0'",
        "UPDATE ledger_sealedrow SET body = (SELECT replace(e.body, '\"depth\":2', '\"depth\":9') FROM ledger_entry e "
        "WHERE e.number = entry) WHERE pk_text = 's0' AND entry = (SELECT max(entry) FROM ledger_sealedrow WHERE pk_text = 's0')",
    )


def _row_under_a_key(chance: random.Random, number: int) -> None:
    """A row that no entry speaks of, hung on an entry that has none."""
    run(
        "INSERT INTO ledger_sealedrow VALUES (999999, 0, 0, 'units_level', 'forged', "
        '\'{"new":{"code":"forged","depth":1}}\')'
    )


IN_DATABASE = {
    "edit": _edit_row, "edit and hash": _edit_and_hash, "delete": _delete, "cut tail": _cut_tail, "swap": _swap,
    "search column": _search_column, "nothing": _nothing, "root": _checkpoint_root, "note": _checkpoint_note,
    "row of a bundle": _bundle_row, "row lost": _lost_row, "row of nothing": _stray_row,
    "pending renumbered": _pending_renumbered, "text beside an entry": _text_beside_an_entry,
    "row under a key": _row_under_a_key,
}  # fmt: skip


@pytest.mark.parametrize("places", [2, pytest.param(60, marks=pytest.mark.soak)])
def test_what_is_done_to_the_tables_of_the_ledger_is_found(
    places: int, django_capture_on_commit_callbacks: Any
) -> None:
    fill(django_capture_on_commit_callbacks, batches=2)
    assert api.verify().problems == []
    chance = random.Random(7)
    missed = []
    numbers = [number for number, _body in _bodies()]
    for name, attack in IN_DATABASE.items():
        for _ in range(places):
            with transaction.atomic():
                with without_guards():
                    attack(chance, chance.choice(numbers))
                if api.verify().ok:
                    missed.append(name)
                transaction.set_rollback(True)
    assert not missed
    assert api.verify().ok


@pytest.mark.parametrize("places", [3, pytest.param(60, marks=pytest.mark.soak)])
def test_a_row_changed_behind_dropped_triggers_is_found(
    places: int, django_capture_on_commit_callbacks: Any
) -> None:
    fill(django_capture_on_commit_callbacks, batches=2)
    chance = random.Random(8)
    codes = list(Level.objects.values_list("code", flat=True))
    for _ in range(places):
        code = chance.choice(codes)
        change = chance.choice(
            [
                f"UPDATE units_level SET depth = 77 WHERE code = '{code}'",
                f"DELETE FROM units_level WHERE code = '{code}'",
                f"UPDATE units_level SET code = 'new' WHERE code = '{code}'",
                "UPDATE people_person SET display_name = 'Người khác'",
            ]
        )
        with transaction.atomic():
            with without_triggers("units_level"), without_triggers("people_person"):
                run(change)
            assert api.check_triggers() == []
            problems = api.verify().problems
            assert problems, change
            assert {problem.where for problem in problems} <= {"units_level", "people_person"}
            assert api.reconcile() == problems
            transaction.set_rollback(True)
    assert api.verify().ok


def test_a_secret_column_is_not_compared_but_its_change_is_seen(
    django_capture_on_commit_callbacks: Any,
) -> None:
    fill(django_capture_on_commit_callbacks, batches=1)
    with without_triggers("people_person"):
        run("UPDATE people_person SET password = 'x'")
    assert api.verify().ok


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("ledger_entry", "kind"),
        ("ledger_sealedrow", "body"),
        ("ledger_checkpoint", "note"),
        ("ledger_pending", "op"),
    ],
)
def test_the_database_refuses_to_rewrite_the_ledger(
    table: str, column: str, statement: str, django_capture_on_commit_callbacks: Any
) -> None:
    fill(django_capture_on_commit_callbacks, batches=1)
    Level.objects.create(code="w", depth=1)
    with pytest.raises(DatabaseError, match="ledger"), transaction.atomic():
        run(statement.format(table, column, "'x'"))


def test_an_old_copy_put_back_contradicts_the_witness(
    tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.TAMDAO_WITNESS_DIR = tmp_path / "witness"
    fill(django_capture_on_commit_callbacks, batches=1)
    with transaction.atomic():
        fill_more(django_capture_on_commit_callbacks)
        newest = notes_of_database()[-1]
        assert witness.deliver(newest) == []
        assert api.verify().problems == []
        transaction.set_rollback(True)
    told = api.verify().problems
    assert told
    assert {problem.where for problem in told} == {
        path.name for path in settings.TAMDAO_WITNESS_DIR.iterdir()
    }
    # the evidence is not written over by what goes on from the old copy
    seal(django_capture_on_commit_callbacks)
    assert witness.deliver(notes_of_database()[-1])
    assert (settings.TAMDAO_WITNESS_DIR / witness.LATEST).read_text(encoding="utf-8") == newest
    (settings.TAMDAO_WITNESS_DIR / "torn.checkpoint").write_text("x")
    assert "torn.checkpoint" in {problem.where for problem in api.verify().problems}


def notes_of_database() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM ledger_checkpoint ORDER BY size")
        return [note for (note,) in cursor.fetchall()]
