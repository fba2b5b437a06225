"""The commands as an office types them, on a real instance: key, backup, drill, restore, sealed keys."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tamdao.config.operations import backup
from tamdao.config.operations.store_postgres import PostgresStore
from tamdao.config.operations.store_sqlite import SQLiteStore
from tests.operations import ROOT, Instance, empty_instance, in_django, postgres_database, postgres_url

WORDS = "một câu đủ dài\n"
PERSON = """
from tamdao.core.people.models import Person
Person.objects.create_person(username="so-khcn", display_name="Sở Khoa học và Công nghệ")
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A migrated instance with one person, a sealing key and one backup."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "words").write_text(WORDS, encoding="utf-8")
    with empty_instance(folder / "home") as made:
        assert made.run("migrate").returncode == 0
        in_django(made.environ | {"PYTHONPATH": str(ROOT / "src")}, PERSON)
        refused = made.run("backup", str(folder / "backups"))
        assert refused.returncode == 1
        assert "tamdao secrets new-key" in refused.stderr
        key = made.run(
            "secrets", "new-key", str(folder / "key.pem"), "--passphrase-file", str(folder / "words")
        )
        assert key.returncode == 0, key.stderr
        done = made.run("backup", str(folder / "backups"), "--keep", "3", "--format", "json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["problems"] == []
        yield made


def opening(office: Instance) -> list[str]:
    folder = office.home.parent
    return ["--key", str(folder / "key.pem"), "--passphrase-file", str(folder / "words")]


@pytest.fixture
def scratch(office: Instance) -> Iterator[dict[str, str]]:
    """Settings that name an empty database of the same kind."""
    if not isinstance(office.store, PostgresStore):
        yield {}
        return
    with postgres_database() as store:
        yield {"TAMDAO_DATABASE_URL": postgres_url(store)}


def test_restored_instance_has_the_records_and_a_ledger_that_verifies(
    office: Instance, scratch: dict[str, str], tmp_path: Path
) -> None:
    (made,) = backup.list_backups(office.home.parent / "backups")
    new = Instance(tmp_path / "home", office.store)
    new.environ = office.environ | scratch | {"TAMDAO_HOME": str(new.home)}
    closed = new.run("restore", str(made))
    assert closed.returncode == 1
    assert "--key" in closed.stderr
    done = new.run("restore", str(made), *opening(office), "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["problems"] == []
    assert (new.home / "secret-key").read_bytes() == (office.home / "secret-key").read_bytes()
    verified = new.run("ledger", "verify")
    assert verified.returncode == 0, verified.stderr
    again = new.run("restore", str(made), *opening(office))
    assert again.returncode == 1
    assert "không trống" in again.stderr


def test_a_key_is_not_replaced_between_the_copies_of_database_and_keys(
    office: Instance, scratch: dict[str, str], tmp_path: Path
) -> None:
    """Otherwise the backup would hold a database that names one key, and only the file of another."""
    slow = office.home / "files/slow"
    slow.parent.mkdir(exist_ok=True)
    os.mkfifo(slow)
    into = office.home.parent / "more"
    making = office.start("backup", str(into), "--format", "json")
    # opens when the backup has copied the database and comes to read this file
    writer = os.open(slow, os.O_WRONLY)
    try:
        refused = office.run("ledger", "rotate-key", "--reason", "hằng năm")
        slow.unlink()
        slow.touch()
    finally:
        os.close(writer)
    out, err = making.communicate()
    assert making.returncode == 0, err
    slow.unlink()
    assert refused.returncode == 1
    assert "đang được sao lưu" in refused.stderr
    new = Instance(tmp_path / "home", office.store)
    new.environ = office.environ | scratch | {"TAMDAO_HOME": str(new.home)}
    done = new.run("restore", json.loads(out)["place"], *opening(office))
    assert done.returncode == 0, done.stderr
    # the key in force is there: it signs
    assert new.run("ledger", "rotate-key", "--reason", "hằng năm").returncode == 0
    assert new.run("ledger", "verify").returncode == 0


def test_drill_is_noted_for_the_doctor(office: Instance, scratch: dict[str, str]) -> None:
    into = ["--into", scratch["TAMDAO_DATABASE_URL"]] if scratch else []
    assert "tamdao drill" in office.run("doctor").stdout
    done = office.run("drill", *opening(office), *into)
    assert done.returncode == 0, done.stderr
    told = json.loads(office.run("doctor", "--format", "json").stdout)
    names = {fault["name"] for fault in told["faults"]}
    assert not names & {"drill", "backup", "sealing-key", "migrations", "triggers", "ledger-triggers"}


def test_drill_says_what_it_needs(office: Instance, scratch: dict[str, str]) -> None:
    refused = office.run("drill", *opening(office), "--into", "sqlite:///x")
    assert refused.returncode == 1
    assert "postgres" in refused.stderr.lower()
    if scratch:
        refused = office.run("drill", *opening(office))
        assert refused.returncode == 1
        assert "--into postgres:///tamdao_thu" in refused.stderr


def test_drill_decrypts_into_the_instance_and_leaves_nothing(
    office: Instance, scratch: dict[str, str], tmp_path: Path
) -> None:
    into = ["--into", scratch["TAMDAO_DATABASE_URL"]] if scratch else []
    place = office.home / ".drill"
    words = tmp_path / "words"
    os.mkfifo(words)
    asks = ["drill", "--key", str(office.home.parent / "key.pem"), "--passphrase-file", str(words), *into]
    for number in (signal.SIGTERM, signal.SIGKILL):
        trying = office.start(*asks)
        # opens when the restore below it has come to ask
        writer = os.open(words, os.O_WRONLY)
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        again = office.run("drill", *opening(office), *into)
        assert again.returncode == 1
        assert "đang chạy" in again.stderr
        trying.send_signal(number)
        os.close(writer)
        trying.communicate()
        assert place.exists() == (number == signal.SIGKILL)
    assert f"rm -r {place}" in office.run("doctor").stdout
    done = office.run("drill", *opening(office), *into)
    assert done.returncode == 0, done.stderr
    assert not place.exists()


def test_doctor_changes_nothing_and_stops_where_there_is_no_database(tmp_path: Path) -> None:
    nowhere = Instance(tmp_path / "nowhere", SQLiteStore(tmp_path / "nowhere/tamdao.sqlite3"))
    told = json.loads(nowhere.run("doctor", "--format", "json").stdout)
    assert "folder" in {fault["name"] for fault in told["faults"]}
    assert not nowhere.home.exists()
    nowhere.home.mkdir()
    (nowhere.home / "tamdao.sqlite3").write_bytes(b"no database")
    names = [
        fault["name"] for fault in json.loads(nowhere.run("doctor", "--format", "json").stdout)["faults"]
    ]
    assert names.count("database") == 1
    assert "check" not in names


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files away, which root alone may")
def test_file_of_another_user_is_found(office: Instance) -> None:
    """As after a command that root ran without `tamdao` of the machine."""
    (office.home / "operations.json").chmod(0o600)
    os.chown(office.home / "operations.json", 12345, -1)
    try:
        told = office.run("doctor").stdout
    finally:
        os.chown(office.home / "operations.json", 0, -1)
    assert "operations.json" in told
    assert f"chown -R 0 {office.home}" in told


def test_keys_alone_are_sealed_and_opened(office: Instance, tmp_path: Path) -> None:
    assert office.run("secrets", "seal", str(tmp_path / "keys.sealed")).returncode == 0
    done = office.run(
        "secrets", "open", str(tmp_path / "keys.sealed"), str(tmp_path / "open"), *opening(office)
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "open/secret-key").read_bytes() == (office.home / "secret-key").read_bytes()
    assert list((tmp_path / "open/ledger").glob("signing-*.pem"))
    taken = office.run(
        "secrets", "open", str(tmp_path / "keys.sealed"), str(tmp_path / "open"), *opening(office)
    )
    assert taken.returncode == 1


def test_sealing_key_is_not_replaced_by_mistake(office: Instance, tmp_path: Path) -> None:
    words = ["--passphrase-file", str(office.home.parent / "words")]
    refused = office.run("secrets", "new-key", str(tmp_path / "new.pem"), *words)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    taken = office.run("secrets", "new-key", str(office.home.parent / "key.pem"), "--replace", *words)
    assert taken.returncode == 1
    assert not (tmp_path / "new.pem").exists()
