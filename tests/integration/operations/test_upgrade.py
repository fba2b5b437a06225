"""Upgrade of a real instance: it goes through, or fails, or is killed; the records are new, or as they were."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tamdao.config.operations import backup, notes, serving, upgrading
from tamdao.config.operations.store import Store
from tamdao.config.operations.store_postgres import PostgresStore
from tamdao.config.operations.store_sqlite import SQLiteStore
from tamdao.kit.errors import Conflict, DomainError, Problem
from tamdao.kit.messages import Message
from tests.operations import (
    AT,
    in_django,
    make_home,
    postgres_database,
    postgres_url,
    programs_folder,
    run_sql,
    silent,
)

ROOT = Path(__file__).parents[3]
ON_POSTGRES = os.environ.get("TAMDAO_TEST_DATABASE") == "postgres"
PERSON = """
from tamdao.core.people.models import Person
Person.objects.create_person(username="so-khcn", display_name="Sở Khoa học và Công nghệ")
"""


class Instance:
    """A migrated instance in a folder of its own, on the database the tests run on."""

    def __init__(self, home: Path, store: Store, **environ: str) -> None:
        self.home, self.store = home, store
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("TAMDAO_", "DJANGO_"))
        }
        self.environ = (
            kept | environ | {"TAMDAO_HOME": str(home), "TAMDAO_BACKUPS": str(home.parent / "backups")}
        )

    def run(self, *arguments: str, halfway: str = "") -> subprocess.CompletedProcess[str]:
        paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        extra = {"PYTHONPATH": paths}
        if halfway:
            extra |= {"DJANGO_SETTINGS_MODULE": "tests.halfway.settings", "TAMDAO_TEST_HALFWAY": halfway}
        return subprocess.run(
            [sys.executable, "-m", "tamdao.config.cli", *arguments],
            env=self.environ | extra,
            capture_output=True,
            text=True,
            check=False,
        )

    def names(self) -> list[str]:
        statement = "SELECT display_name FROM people_person"
        if isinstance(self.store, PostgresStore):
            return [row[0] for row in run_sql(self.store, statement)]
        database = sqlite3.connect(self.home / "tamdao.sqlite3")
        try:
            return [row[0] for row in database.execute(statement)]
        finally:
            database.close()


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    home = tmp_path_factory.mktemp("office") / "home"
    if not ON_POSTGRES:
        yield prepared(Instance(home, SQLiteStore(home / "tamdao.sqlite3")))
        return
    with postgres_database() as store:
        environ = {
            "TAMDAO_DATABASE_URL": postgres_url(store),
            "TAMDAO_POSTGRES_PROGRAMS": str(programs_folder()),
        }
        yield prepared(Instance(home, store, **environ))


def prepared(made: Instance) -> Instance:
    assert made.run("migrate").returncode == 0
    in_django(
        made.environ | {"PYTHONPATH": str(ROOT / "src")},
        PERSON,
        "from tamdao.core.ledger.api import seal_pending",
        "seal_pending()",
    )
    return made


@pytest.mark.parametrize("way", ["fail", "kill"])
def test_migration_that_stops_half_way_leaves_the_old_state(instance: Instance, way: str) -> None:
    before = instance.store.snapshot()
    done = instance.run("upgrade", halfway=way)
    if way == "kill":
        assert done.returncode == -9
        # what the kill left is not served, and the doctor says what mends it
        refused = instance.run("serve", "--port", "8999", halfway="go on")
        assert refused.returncode == 1
        assert "tamdao upgrade" in refused.stderr
        assert "→ tamdao upgrade" in instance.run("doctor").stdout
        again = instance.run("upgrade")
        assert again.returncode == 0, again.stderr
        assert "đặt lại bản sao lưu" in again.stdout
    else:
        assert done.returncode == 1
        assert "half-way" in done.stderr
        assert "Bản ghi đã trở lại như trước" in done.stderr
    assert instance.store.snapshot() == before
    assert instance.names() == ["Sở Khoa học và Công nghệ"]
    assert "upgrade" not in notes.read(instance.home)
    assert instance.run("migrate", "--check").returncode == 0


def test_upgrade_that_goes_through_points_the_service_to_this_release(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "current"
    link.symlink_to(tmp_path)
    done = instance.run("upgrade", "--current", str(link), halfway="go on")
    assert done.returncode == 0, done.stderr
    assert instance.names() == ["half-way"]
    assert link.resolve() == ROOT
    newest = backup.list_backups(instance.home.parent / "backups")[-1]
    monkeypatch.setenv("TAMDAO_POSTGRES_PROGRAMS", instance.environ.get("TAMDAO_POSTGRES_PROGRAMS", ""))
    # back to the state before, for the other tests of this module
    upgrading._put_back(instance.home, instance.store, newest)
    assert instance.names() == ["Sở Khoa học và Công nghệ"]


def test_instance_that_is_served_is_not_upgraded(instance: Instance) -> None:
    with serving.serving(instance.home):
        done = instance.run("upgrade")
    assert done.returncode == 1
    assert "systemctl stop tamdao" in done.stderr


def test_other_machines_are_seen_by_their_connections(instance: Instance) -> None:
    if not isinstance(instance.store, PostgresStore):
        upgrading.check_nobody_else(instance.store)
        return
    with instance.store.opened(), pytest.raises(Conflict, match="dừng mọi máy trước"):
        upgrading.check_nobody_else(instance.store)


def test_faults_found_afterwards_put_the_backup_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = make_home(home)
    before = store.snapshot()

    def migrate() -> None:
        database = sqlite3.connect(store.path)
        with database:
            database.execute("DELETE FROM figure")
        database.close()

    work = upgrading.Work(migrate, lambda: [Problem(Message("bẫy bị mất", "a trigger is gone"))])
    with pytest.raises(DomainError) as refused:
        upgrading.run(
            home=home, store=store, into=tmp_path / "backups", at=AT, work=work, step=silent, seal=dict
        )
    assert refused.value.code == "upgrade.failed"
    assert [problem.message.vi for problem in refused.value.problems] == ["bẫy bị mất"]
    assert store.snapshot() == before


def test_what_is_no_link_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    with pytest.raises(Conflict):
        upgrading.point_to(tmp_path / "current", ROOT)
