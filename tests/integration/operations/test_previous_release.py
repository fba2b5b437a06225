"""The database of the previous release, filled, comes up to date and keeps what it held; a killed migration runs again.

tools/previous_release.py makes the fixture.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tamdao.config.operations.store_postgres import PostgresStore
from tests.operations import ROOT, Instance, empty_instance

FIXTURES = ROOT / "tests/data/previous"
KILLS = 10 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 3
# what no upgrade may change, whatever it does to the tables around
HELD = (
    "SELECT username, display_name, is_active FROM people_person ORDER BY username",
    "SELECT name, key_sha256 FROM people_apiclient ORDER BY name",
    "SELECT id, indicator_id, unit_id, period, value, status FROM facts_observation ORDER BY id",
    "SELECT id, kind, key, rows FROM facts_factchange ORDER BY id",
    "SELECT code, title_vi FROM files_sourcedocument ORDER BY code",
    "SELECT unit_id, code, name_vi FROM units_unitversion ORDER BY unit_id, from_date",
    "SELECT app, name FROM django_migrations WHERE app IN ('facts', 'units', 'people') AND name LIKE '0001%' ORDER BY 1",
)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """An instance as the previous release left it."""
    with empty_instance(tmp_path / "home") as made:
        made.home.mkdir(mode=0o700)
        if isinstance(made.store, PostgresStore):
            text = gzip.decompress((FIXTURES / "postgres.sql.gz").read_bytes()).decode()
            with made.store.opened() as connection:
                connection.execute(text)
        else:
            text = gzip.decompress((FIXTURES / "sqlite.sql.gz").read_bytes()).decode()
            with contextlib.closing(sqlite3.connect(made.home / "tamdao.sqlite3")) as database:
                database.executescript(text)
        yield made


def held(instance: Instance) -> list[list[tuple[object, ...]]]:
    return [instance.query(statement) for statement in HELD]


def check_whole(instance: Instance, before: list[list[tuple[object, ...]]]) -> None:
    assert held(instance) == before
    assert not instance.store.faults()
    assert instance.run("migrate", "--check").returncode == 0
    verified = instance.run("ledger", "verify")
    assert verified.returncode == 0, verified.stderr


def test_previous_release_comes_up_to_date_and_keeps_what_it_held(instance: Instance) -> None:
    before = held(instance)
    assert all(before)
    assert len(before[0]) == 40
    done = instance.run("upgrade")
    assert done.returncode == 0, done.stderr
    check_whole(instance, before)
    with pytest.raises(Exception, match=r"append-only|tamdao_acting"):
        instance.query("DELETE FROM facts_factchange")


def test_migration_that_was_killed_runs_again(instance: Instance) -> None:
    """Killed ever later: while it starts, in the middle, near its end."""
    before = held(instance)
    command = [sys.executable, "-m", "tamdao.config.cli", "migrate"]
    environ = instance.environ | {"PYTHONPATH": str(ROOT / "src")}
    killed = 0
    for number in range(KILLS):
        process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1.0 + 1.5 * number / KILLS)
        process.kill()
        killed += process.wait() == -9
    assert killed
    assert held(instance) == before
    done = instance.run("migrate")
    assert done.returncode == 0, done.stderr
    check_whole(instance, before)
