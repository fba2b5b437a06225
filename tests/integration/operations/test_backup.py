"""Backups of a small instance: of one moment, whole, without open secrets, and no larger than they need be."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sqlite3
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tamdao.config.operations import backup, manifest, restore
from tamdao.config.operations.sealing import open_sealed
from tamdao.config.operations.store_sqlite import SQLiteStore
from tamdao.kit.errors import Conflict, DomainError
from tests.operations import AT, EVIDENCE, WORDS, back_up, make_home, tree


def test_no_secret_stands_open_in_a_backup(
    home: Path, store: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAMDAO_DATABASE_URL", "postgres://tamdao:mật-khẩu-này@localhost/tamdao")
    monkeypatch.setenv("TAMDAO_WORKERS", "3")
    made = back_up(home, store, tmp_path / "backups")
    for name, content in tree(made.place).items():
        for secret in ("bí mật của phiên bản", "khóa ký", "mật-khẩu-này"):
            assert secret.encode() not in content, name
    assert b'"TAMDAO_WORKERS": "3"' in (made.place / backup.CONFIGURATION).read_bytes()
    assert stat.S_IMODE(made.place.stat().st_mode) == 0o700


def test_backup_while_others_write_is_of_one_moment(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    """Every transaction adds one office and one figure: a copy between the two would have unequal numbers."""
    stop = threading.Event()

    def write() -> None:
        with contextlib.closing(sqlite3.connect(store.path, timeout=30)) as database:
            number = 10_000
            while not stop.wait(0.002):
                number += 1
                with database:
                    database.execute("INSERT INTO office VALUES (?, 'x')", [number])
                    database.execute("INSERT INTO figure VALUES (?, ?, '1')", [number, number])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for count in range(5):
            made = back_up(home, store, tmp_path / "backups", at=AT + timedelta(minutes=count))
            copy = SQLiteStore(made.place / store.file)
            rows = copy.snapshot().rows
            assert rows["office"] - 1 == rows["figure"] - 300
            assert not copy.faults()
    finally:
        stop.set()
        writer.join()
    assert store.snapshot().rows["office"] > 1


def test_damaged_database_is_not_backed_up(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(store.path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with store.path.open("r+b") as file:
        file.seek(4096 * 3 + 100)
        file.write(b"\xff" * 2000)
    with pytest.raises(DomainError) as refused:
        back_up(home, store, tmp_path / "backups")
    assert refused.value.code == "backup.damaged"
    assert not backup.list_backups(tmp_path / "backups")
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".lock"]
    store.path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(DomainError) as refused:
        back_up(home, store, tmp_path / "backups")
    assert refused.value.code == "backup.damaged"


def test_database_of_no_instance_is_not_backed_up(home: Path, tmp_path: Path) -> None:
    for name in ("absent", "empty"):
        store = SQLiteStore(tmp_path / name)
        if name == "empty":
            sqlite3.connect(store.path).close()
        with pytest.raises(DomainError, match="chưa phải cơ sở dữ liệu"):
            back_up(home, store, tmp_path / "backups")


def test_damaged_file_is_backed_up_and_said(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    victim = next(path for path in (home / "files/ab/cd").iterdir())
    victim.write_bytes(b"damaged")
    made = back_up(home, store, tmp_path / "backups")
    assert [problem.where for problem in made.problems] == [str(victim)]
    assert [problem.where for problem in restore.check_names(home)] == [str(victim)]


def test_oldest_go_when_a_number_is_kept_and_same_files_take_no_room_twice(
    home: Path, store: SQLiteStore, tmp_path: Path
) -> None:
    into = tmp_path / "backups"
    (into / ".2026-11-25T00-00-00Z.abc").mkdir(parents=True)
    for day in range(4):
        made = back_up(home, store, into, at=AT + timedelta(days=day), keep=2)
        assert made.linked == (0 if day == 0 else len(EVIDENCE))
    names = [place.name for place in backup.list_backups(into)]
    assert names == ["2026-11-28T16-00-00Z", "2026-11-29T16-00-00Z"]
    assert made.removed == ["2026-11-27T16-00-00Z"]
    assert sorted(path.name for path in into.iterdir()) == [".lock", *names]
    for place in backup.list_backups(into):
        manifest.check(place)


def test_two_backups_of_one_second_do_not_meet(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    places = {back_up(home, store, tmp_path / "backups").place.name for _ in range(2)}
    assert places == {"2026-11-26T16-00-00Z", "2026-11-26T16-00-01Z"}


def test_backups_inside_the_instance_do_not_contain_themselves(home: Path, store: SQLiteStore) -> None:
    for _ in range(2):
        made = back_up(home, store, home / "backups")
    with_own = [name for name in tree(made.place) if "backups" in name]
    assert not with_own
    assert made.size < 2 * store.bytes()


def test_an_instance_below_a_folder_called_incoming_loses_nothing(tmp_path: Path) -> None:
    home = tmp_path / "incoming" / "home"
    store = make_home(home)
    made = back_up(home, store, tmp_path / "backups")
    assert sum(name.startswith("instance/files/ab/") for name in tree(made.place)) == len(EVIDENCE)
    assert "instance/files/incoming/half" not in tree(made.place)


@pytest.mark.parametrize("into", ["backups", "data/backups", "data/../data/backups"])
def test_backups_inside_the_instance_are_never_sealed_into_others(
    home: Path, store: SQLiteStore, tmp_path: Path, into: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither into themselves nor, when the next one is made elsewhere, into that one."""
    (home / "data").mkdir()
    inner = back_up(home, store, home / into)
    monkeypatch.setenv("TAMDAO_BACKUPS", str(home / into))
    outer = back_up(home, store, tmp_path / "outside", at=AT + timedelta(days=1))
    for made in (inner, outer):
        found = open_sealed((made.place / backup.SEALED).read_bytes(), by=WORDS)
        assert not [name for name in found if "backups" in name]
        assert "ledger/signing-1.pem" in found


def test_a_journal_beside_a_key_store_stays_out(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    """Put back beside the copy, SQLite would roll it back into it."""
    (home / "vault/keys.sqlite3-journal").write_bytes(b"of a transaction that is going on")
    made = back_up(home, store, tmp_path / "backups")
    found = open_sealed((made.place / backup.SEALED).read_bytes(), by=WORDS)
    assert "vault/keys.sqlite3" in found
    assert "vault/keys.sqlite3-journal" not in found


def test_files_that_vanish_between_listing_and_reading_stop_nothing(
    home: Path, store: SQLiteStore, tmp_path: Path
) -> None:
    """A link to nothing is listed and can't be read, as a file that is cleared away meanwhile."""
    gone = "0" * 64
    for place in (home / "files/ab/cd" / gone, home / "ledger/.ledger.pub.x1", home / "files/ab/ce"):
        place.symlink_to(tmp_path / "nothing")
    made = back_up(home, store, tmp_path / "backups")
    assert not made.problems
    assert restore.check_names(home) == []
    assert f"instance/files/ab/cd/{gone}" not in tree(made.place)


def test_files_that_are_linked_need_no_room(
    home: Path, store: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "backups"
    big = b"x" * 4_000_000
    (home / "files/ab/cd" / hashlib.sha256(big).hexdigest()).write_bytes(big)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 10, 2_000_000))
    with pytest.raises(DomainError) as refused:
        back_up(home, store, into)
    assert refused.value.code == "backup.no_room"
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 10, 8_000_000))
        back_up(home, store, into)
    assert back_up(home, store, into, at=AT + timedelta(days=1)).linked == len(EVIDENCE) + 1


def test_a_disk_that_knows_no_links_gets_copies(
    home: Path, store: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a share of another machine or a USB stick, where link(2) says EPERM."""

    def refuse(*_paths: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    back_up(home, store, tmp_path / "backups")
    monkeypatch.setattr(os, "link", refuse)
    made = back_up(home, store, tmp_path / "backups")
    assert made.linked == 0
    manifest.check(made.place)


def test_second_backup_at_the_same_time_is_refused(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    into = tmp_path / "backups"

    def again() -> dict[str, object]:
        with pytest.raises(Conflict, match="Một lệnh sao lưu khác"):
            back_up(home, store, into)
        return {}

    back_up(home, store, into, ledger=again)


def test_full_disk_is_refused_before_anything_is_written(
    home: Path, store: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(DomainError, match="còn trống 0 MB"):
        back_up(home, store, tmp_path / "backups")
    assert not backup.list_backups(tmp_path / "backups")
