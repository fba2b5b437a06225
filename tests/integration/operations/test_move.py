"""A filled SQLite instance moves to PostgreSQL: same rows, numbers that go on, triggers awake, all or nothing."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tamdao.config import env
from tamdao.config.operations import moving
from tamdao.config.operations.store_postgres import PostgresStore
from tests.operations import in_django, postgres_database, postgres_url, run_sql

pytestmark = pytest.mark.skipif(
    os.environ.get("TAMDAO_TEST_DATABASE") != "postgres", reason="asks a PostgreSQL server"
)
ROOT = Path(__file__).parents[3]
PERSON = """
from tamdao.core.people.models import Person
from tamdao.facts.models import FactChange
from datetime import datetime, UTC
person = Person(id=7, username="so-khcn", display_name="Sở Khoa học và Công nghệ “một”")
person.save(force_insert=True)
for key in ("một", "hai"):
    FactChange.objects.create(at=datetime(2026, 11, 1, 1, 2, 3, 456789, tzinfo=UTC), kind="unit", key=key, by="tests")
"""


def environ(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TAMDAO_", "DJANGO_"))}
    return kept | {"TAMDAO_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}


def tamdao(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tamdao.config.cli", *arguments]
    return subprocess.run(command, env=environ(home), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite instance with a few rows of every difficult kind, a part of them sealed."""
    folder = tmp_path_factory.mktemp("home")
    assert tamdao(folder, "migrate").returncode == 0
    in_django(environ(folder), PERSON, "from tamdao.core.ledger.api import seal_pending", "seal_pending()")
    with contextlib.closing(sqlite3.connect(folder / "tamdao.sqlite3")) as database, database:
        # a number that was given and is gone must not be given again
        database.execute("UPDATE sqlite_sequence SET seq = 41 WHERE name = 'people_person'")
        database.execute("ANALYZE")
    return folder


@pytest.fixture
def target() -> Iterator[PostgresStore]:
    with postgres_database() as made:
        yield made


def test_rows_are_the_same_and_numbers_go_on(home: Path, target: PostgresStore) -> None:
    done = tamdao(home, "move-to-postgres", postgres_url(target), "--format", "json")
    assert done.returncode == 0, done.stderr
    tables = json.loads(done.stdout)["tables"]
    assert tables["people_person"]["rows"] == 1
    assert run_sql(target, "SELECT id, display_name, is_active FROM people_person") == [
        (7, "Sở Khoa học và Công nghệ “một”", True)
    ]
    assert run_sql(target, "SELECT nextval(pg_get_serial_sequence('people_person', 'id'))") == [(42,)]
    assert moving.MARK not in target.snapshot().rows
    with pytest.raises(Exception, match="append-only"):
        run_sql(target, "DELETE FROM facts_factchange")
    on_target = environ(home) | {"TAMDAO_DATABASE_URL": postgres_url(target)}
    verified = subprocess.run(
        [sys.executable, "-m", "tamdao.config.cli", "ledger", "verify"],
        env=on_target, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stderr
    again = tamdao(home, "move-to-postgres", postgres_url(target))
    assert again.returncode == 1
    assert "không trống" in again.stderr
    assert "createdb" in again.stderr


def test_move_that_was_cut_begins_anew(home: Path, target: PostgresStore) -> None:
    run_sql(target, f"CREATE TABLE {moving.MARK} (started_at timestamptz)", "CREATE TABLE half (id int)")
    done = tamdao(home, "move-to-postgres", postgres_url(target))
    assert done.returncode == 0, done.stderr
    assert "half" not in target.snapshot().rows


CUT = """
import os, signal
from tamdao.config import cli
from tamdao.config.lazy import set_up_django
set_up_django()
from tamdao.config.commands import move
go_on = move._on_target
def cut(url, *words):
    if words[0] == "-c":
        os.kill(os.getpid(), signal.SIGKILL)
    go_on(url, *words)
move._on_target = cut
cli.run(["move-to-postgres", {url!r}])
"""


def test_move_that_was_cut_after_its_rows_is_not_served(home: Path, target: PostgresStore) -> None:
    """All rows are there, and the ledger does not know them yet."""
    url = postgres_url(target)
    done = subprocess.run([sys.executable, "-c", CUT.format(url=url)], env=environ(home), check=False)
    assert done.returncode == -signal.SIGKILL
    assert target.snapshot().rows["people_person"] == 1
    on_target = environ(home) | {"TAMDAO_DATABASE_URL": url, "TAMDAO_DEBUG": "1"}
    for words in (("serve", "--port", "8998"), ("doctor",)):
        refused = subprocess.run(
            [sys.executable, "-m", "tamdao.config.cli", *words],
            env=on_target, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert refused.returncode == 1
        assert "tamdao move-to-postgres" in refused.stdout + refused.stderr, words
    assert tamdao(home, "move-to-postgres", url).returncode == 0
    assert moving.MARK not in target.snapshot().rows


def test_row_that_postgres_refuses_moves_nothing(home: Path, target: PostgresStore, tmp_path: Path) -> None:
    other = tmp_path / "home"
    other.mkdir(mode=0o700)
    with (
        contextlib.closing(sqlite3.connect(home / "tamdao.sqlite3")) as source,
        contextlib.closing(sqlite3.connect(other / "tamdao.sqlite3")) as copy,
    ):
        source.backup(copy)
    for keys in ("ledger", "vault"):
        if (home / keys).is_dir():
            shutil.copytree(home / keys, other / keys)
    # SQLite keeps what a column is too short for; PostgreSQL does not
    in_django(
        environ(other),
        "from tamdao.core.people.models import Person",
        "Person.objects.update(username='x' * 200)",
    )
    done = tamdao(other, "move-to-postgres", postgres_url(target))
    assert done.returncode == 1
    assert "SQLite còn nguyên" in done.stderr
    rows = target.snapshot().rows
    assert moving.MARK in rows
    assert rows["people_person"] == 0


def test_table_that_no_model_knows_is_refused(home: Path, target: PostgresStore) -> None:
    with contextlib.closing(sqlite3.connect(home / "tamdao.sqlite3")) as database, database:
        database.execute("CREATE TABLE stranger (id integer)")
        database.execute("INSERT INTO stranger VALUES (1)")
    try:
        done = tamdao(home, "move-to-postgres", postgres_url(target))
        assert done.returncode == 1
        assert "stranger" in done.stderr
        assert target.is_empty()
    finally:
        with contextlib.closing(sqlite3.connect(home / "tamdao.sqlite3")) as database, database:
            database.execute("DROP TABLE stranger")


def test_addresses_that_will_not_do_are_refused_before_anything_is_written(
    home: Path, target: PostgresStore
) -> None:
    done = tamdao(home, "move-to-postgres", "sqlite:///x")
    assert done.returncode == 1
    assert "postgres://" in done.stderr
    name = f"latin_{target.connection['dbname']}"
    latin = PostgresStore(target.connection | {"dbname": name})
    with target.opened(autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    try:
        done = tamdao(home, "move-to-postgres", postgres_url(latin))
        assert done.returncode == 1
        assert "createdb --encoding=UTF8" in done.stderr
        assert latin.is_empty()
    finally:
        with target.opened(autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name}")


def test_url_of_the_tests_is_read_back(target: PostgresStore) -> None:
    assert PostgresStore.of(env.database({"TAMDAO_DATABASE_URL": postgres_url(target)})) == target


@pytest.mark.django_db
def test_a_changed_row_changes_the_tally() -> None:
    from tamdao.core.people.models import Person

    person = Person.objects.create(username="a", display_name="Văn phòng")
    first = moving.tally(Person, "default")
    Person.objects.filter(pk=person.pk).update(display_name="Văn phòng ")
    assert moving.tally(Person, "default") != first
    assert moving.tally(Person, "default").rows == first.rows
