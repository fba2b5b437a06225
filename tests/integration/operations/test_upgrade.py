"""Upgrade of a real instance: it goes through, or fails, or is killed; the records are new, or as they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tamdao.config.operations import backup, notes, serving, upgrading
from tamdao.config.operations.store_postgres import PostgresStore
from tamdao.kit.errors import Conflict, DomainError, Problem
from tamdao.kit.messages import Message
from tests.operations import (
    AT,
    Instance,
    empty_instance,
    in_django,
    make_home,
    silent,
    until,
)

ROOT = Path(__file__).parents[3]
PERSON = """
from tamdao.core.people.models import Person
Person.objects.create_person(username="so-khcn", display_name="Sở Khoa học và Công nghệ")
"""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with empty_instance(tmp_path_factory.mktemp("office") / "home") as made:
        yield prepared(made)


def names(instance: Instance) -> list[str]:
    return [name for (name,) in instance.query("SELECT display_name FROM people_person")]


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
        for words in (
            ("serve", "--port", "8999"),
            ("backup", str(instance.home.parent / "late")),
            ("people", "list"),
        ):
            refused = instance.run(*words, halfway="go on")
            assert refused.returncode == 1
            assert "tamdao upgrade" in refused.stderr, words
        assert "→ tamdao upgrade" in instance.run("doctor").stdout
        again = instance.run("upgrade")
        assert again.returncode == 0, again.stderr
        assert "đặt lại bản sao lưu" in again.stdout
    else:
        assert done.returncode == 1
        assert "half-way" in done.stderr
        assert "Bản ghi đã trở lại như trước" in done.stderr
    assert instance.store.snapshot() == before
    assert names(instance) == ["Sở Khoa học và Công nghệ"]
    assert "upgrade" not in notes.read(instance.home)
    assert instance.run("migrate", "--check").returncode == 0


def test_upgrade_that_goes_through_points_the_service_to_this_release(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "current"
    link.symlink_to(tmp_path)
    done = instance.run("upgrade", "--current", str(link), halfway="go on")
    assert done.returncode == 0, done.stderr
    assert names(instance) == ["half-way"]
    assert link.resolve() == ROOT
    newest = backup.list_backups(instance.home.parent / "backups")[-1]
    monkeypatch.setenv("TAMDAO_POSTGRES_PROGRAMS", instance.environ.get("TAMDAO_POSTGRES_PROGRAMS", ""))
    # back to the state before, for the other tests of this module
    upgrading._put_back(instance.home, instance.store, newest)
    assert names(instance) == ["Sở Khoa học và Công nghệ"]


def test_instance_that_is_served_is_not_upgraded(instance: Instance) -> None:
    with serving.serving(instance.home):
        done = instance.run("upgrade")
    assert done.returncode == 1
    assert "systemctl stop tamdao" in done.stderr


@pytest.mark.parametrize("words", [("worker",), ("ledger", "seal")])
def test_instance_that_is_worked_on_is_not_upgraded(instance: Instance, words: tuple[str, ...]) -> None:
    """By processes that systemd starts one by one, without `tamdao serve`."""
    working = instance.start(*words)
    try:
        until(lambda: not lock_is_free(instance))
        done = instance.run("upgrade")
    finally:
        working.terminate()
        working.communicate()
    assert done.returncode == 1
    assert "đang chạy" in done.stderr


@pytest.mark.parametrize(
    "words", [("pack", "install", "packs/vn-units"), ("people", "list"), ("secrets", "new-key", "key.pem")]
)
def test_nothing_works_beneath_a_replacement(instance: Instance, words: tuple[str, ...]) -> None:
    with serving.alone(instance.home):
        # from here, as from an upgrade, a child would pass: another process asks
        done = instance.run(*words, below=True)
    assert done.returncode == 1
    assert "đang được nâng cấp" in done.stderr


def test_what_a_replacement_starts_passes(instance: Instance) -> None:
    with serving.alone(instance.home):
        assert instance.run("migrate", "--check").returncode == 0


def lock_is_free(instance: Instance) -> bool:
    try:
        with serving.alone(instance.home):
            return True
    except Conflict:
        return False


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
