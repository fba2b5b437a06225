"""PostgreSQL copied by its own programs: the copy is of one moment and comes back whole, also over other tables."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tamdao.config.operations import postgres_programs
from tamdao.config.operations.store_postgres import PostgresStore
from tamdao.kit.errors import Conflict, DomainError
from tests.operations import (
    AT,
    SCHEMA,
    back_up,
    make_home,
    postgres_database,
    programs_folder,
    put_back,
    run_sql,
)

pytestmark = pytest.mark.skipif(
    os.environ.get("TAMDAO_TEST_DATABASE") != "postgres", reason="asks a PostgreSQL server"
)


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMDAO_POSTGRES_PROGRAMS", str(programs_folder()))


@pytest.fixture
def store() -> Iterator[PostgresStore]:
    with postgres_database() as made:
        run_sql(
            made,
            *SCHEMA,
            "INSERT INTO figure SELECT n, 1, n || ',5' FROM generate_series(0, 299) n",
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
            "CREATE TRIGGER figure_no_delete BEFORE DELETE ON figure FOR EACH ROW EXECUTE FUNCTION refuse()",
            "CREATE VIEW offices AS SELECT name FROM office",
        )
        yield made


@pytest.fixture
def target() -> Iterator[PostgresStore]:
    with postgres_database() as made:
        yield made


def contents(store: PostgresStore) -> list[tuple[object, ...]]:
    return run_sql(
        store, "SELECT f.id, f.value, o.name FROM figure f JOIN office o ON o.id = office_id ORDER BY 1"
    )


def test_everything_comes_back(store: PostgresStore, target: PostgresStore, tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_home(home)
    made = back_up(home, store, tmp_path / "backups")
    restored = put_back(made.place, tmp_path / "new", target)
    assert not restored.problems
    assert contents(target) == contents(store)
    with pytest.raises(Exception, match="no"):
        run_sql(target, "DELETE FROM figure")
    with pytest.raises(Conflict, match="không trống"):
        put_back(made.place, tmp_path / "other", target)


def test_backup_while_others_write_is_of_one_moment(store: PostgresStore, tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_home(home)
    stop = threading.Event()

    def write() -> None:
        number = 10_000
        with store.opened() as connection:
            while not stop.wait(0.002):
                number += 1
                connection.execute("INSERT INTO office VALUES (%s, 'x')", [number])
                connection.execute("INSERT INTO figure VALUES (%s, %s, '1')", [number, number])
                connection.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for count in range(3):
            made = back_up(home, store, tmp_path / "backups", at=AT + timedelta(minutes=count))
    finally:
        stop.set()
        writer.join()
    with postgres_database() as target:
        # compares the rows that were restored with those counted in the snapshot
        assert not put_back(made.place, tmp_path / "new", target).problems
        rows = target.snapshot().rows
    assert rows["office"] - 1 == rows["figure"] - 300 > 0


def test_replacing_leaves_nothing_of_what_stood_there(
    store: PostgresStore, target: PostgresStore, tmp_path: Path
) -> None:
    store.copy(tmp_path / "copy")
    run_sql(
        target,
        "CREATE TYPE mood AS ENUM ('new')",
        "CREATE TABLE half_migrated (id serial PRIMARY KEY, mood mood)",
        "CREATE TABLE figure (id text)",
        "CREATE VIEW v AS SELECT id FROM figure",
        "CREATE FUNCTION half() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    )
    target.replace(tmp_path / "copy")
    assert target.snapshot() == store.snapshot()
    target.replace(tmp_path / "copy")
    assert contents(target) == contents(store)
    assert run_sql(target, "SELECT count(*) FROM pg_type WHERE typname = 'mood'") == [(0,)]


def test_damaged_copy_leaves_the_target_empty(
    store: PostgresStore, target: PostgresStore, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    store.copy(copy)
    copy.write_bytes(copy.read_bytes()[:-200])
    with pytest.raises(DomainError, match="pg_restore không làm được"):
        target.replace(copy)
    assert target.is_empty()


def test_constraint_that_does_not_hold_is_a_fault(store: PostgresStore) -> None:
    assert not store.faults()
    run_sql(store, "ALTER TABLE figure ADD CONSTRAINT short CHECK (length(value) < 2) NOT VALID")
    assert [problem.where for problem in store.faults()] == ["figure"]


def test_server_that_is_away_is_told_without_the_password(store: PostgresStore) -> None:
    away = PostgresStore(store.connection | {"dbname": "không-có", "password": "mật-khẩu-này"})
    with pytest.raises(DomainError) as refused:
        away.is_empty()
    assert "không-có" in refused.value.message.vi
    assert "mật-khẩu-này" not in refused.value.message.vi + refused.value.message.en


def test_other_sessions_are_counted(store: PostgresStore) -> None:
    before = store.other_sessions()
    with store.opened():
        assert store.other_sessions() == before + 1


def test_program_that_is_missing_is_named_with_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TAMDAO_POSTGRES_PROGRAMS", str(tmp_path))
    with pytest.raises(DomainError, match="apt-get install postgresql-client-18"):
        postgres_programs.find("pg_dump", server=18)
