"""Restores of a small instance: all comes back; nothing half, nothing damaged, nothing over records."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from tamdao.config.operations import backup, manifest, notes, restore, serving
from tamdao.config.operations.sealing import Passphrase
from tamdao.config.operations.store_sqlite import SQLiteStore
from tamdao.kit.errors import Conflict, DomainError, Problem
from tamdao.kit.messages import Message
from tests.operations import EVIDENCE, WORDS, back_up, dump_of, make_home, put_back, tree

FLIPS = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 20


def test_everything_comes_back(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    made = back_up(home, store, tmp_path / "backups")
    assert made.place.name == "2026-11-26T16-00-00Z"
    assert stat.S_IMODE((tmp_path / "backups").stat().st_mode) == 0o700
    new = tmp_path / "new"
    restored = put_back(made.place, new, SQLiteStore(new / "tamdao.sqlite3"))
    assert not restored.problems
    assert dump_of(new / "tamdao.sqlite3") == dump_of(home / "tamdao.sqlite3")
    assert dump_of(new / "vault/keys.sqlite3") == dump_of(home / "vault/keys.sqlite3")
    for name in ("secret-key", "ledger/signing-1.pem"):
        assert (new / name).read_bytes() == (home / name).read_bytes()
        assert stat.S_IMODE((new / name).stat().st_mode) == 0o600
    kept = sorted(path.read_bytes() for path in (new / "files").rglob("*") if path.is_file())
    assert kept == sorted(EVIDENCE)
    assert not (new / "static").exists()
    assert not (new / notes.RESTORING).exists()
    assert notes.read(home)["backup"]["place"] == str(made.place)


def test_flipped_or_cut_backup_is_refused_with_the_reason(
    home: Path, store: SQLiteStore, tmp_path: Path
) -> None:
    made = back_up(home, store, tmp_path / "backups")
    whole = tree(made.place)
    chance = random.Random(20261126)
    for number in range(FLIPS):
        damaged = tmp_path / "damaged"
        shutil.copytree(made.place, damaged)
        name = chance.choice(sorted(whole))
        content = bytearray(whole[name])
        place = chance.randrange(len(content))
        if number % 3 == 2:
            del content[place:]
        else:
            content[place] ^= 1 << chance.randrange(8)
        (damaged / name).write_bytes(content)
        target = tmp_path / "target"
        with pytest.raises(DomainError) as refused:
            put_back(damaged, target, SQLiteStore(target / "tamdao.sqlite3"))
        told = [refused.value.message.vi, *(problem.text() for problem in refused.value.problems)]
        assert refused.value.code == "backup.refused", f"{name} at {place}"
        assert name in " ".join(told), told
        assert not target.exists(), f"{name} at {place}: something was written"
        shutil.rmtree(damaged)


def test_missing_added_and_replaced_parts_are_all_named_at_once(
    home: Path, store: SQLiteStore, tmp_path: Path
) -> None:
    made = back_up(home, store, tmp_path / "backups")
    (made.place / backup.CONFIGURATION).unlink()
    (made.place / "stranger").write_bytes(b"?")
    (made.place / backup.SEALED).unlink()
    (made.place / backup.SEALED).symlink_to(home / "secret-key")
    with pytest.raises(DomainError) as refused:
        manifest.check(made.place)
    assert {problem.where for problem in refused.value.problems} == {
        backup.CONFIGURATION, "stranger", backup.SEALED
    }  # fmt: skip


@pytest.mark.parametrize("kept", ["database", "files", "vault"])
def test_target_with_records_is_refused(home: Path, store: SQLiteStore, tmp_path: Path, kept: str) -> None:
    made = back_up(home, store, tmp_path / "backups")
    target = tmp_path / "target"
    target.mkdir()
    if kept == "database":
        shutil.copy(home / "tamdao.sqlite3", target / "tamdao.sqlite3")
    else:
        shutil.copytree(home / kept, target / kept)
    before = tree(target)
    with pytest.raises(Conflict, match="không trống") as refused:
        put_back(made.place, target, SQLiteStore(target / "tamdao.sqlite3"))
    assert "TAMDAO_HOME" in refused.value.message.en
    assert tree(target) == before


def test_started_but_unused_instance_counts_as_empty(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    made = back_up(home, store, tmp_path / "backups")
    target = tmp_path / "target"
    (target / "static").mkdir(parents=True)
    (target / "files").mkdir()
    (target / "secret-key").write_text("another", encoding="utf-8")
    put_back(made.place, target, SQLiteStore(target / "tamdao.sqlite3"))
    assert (target / "secret-key").read_bytes() == (home / "secret-key").read_bytes()


def test_restore_that_was_cut_begins_anew(
    home: Path, store: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(home, store, tmp_path / "backups")
    target = tmp_path / "target"
    into = SQLiteStore(target / "tamdao.sqlite3")

    def cut(_store: SQLiteStore, _copy: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteStore, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            put_back(made.place, target, into)
    assert not into.path.exists()
    assert not put_back(made.place, target, into).problems


@pytest.mark.parametrize("cut", ["before the check", "found damaged"])
def test_restore_that_was_cut_after_its_database_begins_anew(
    home: Path, store: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    made = back_up(home, store, tmp_path / "backups")
    target = tmp_path / "target"
    into = SQLiteStore(target / "tamdao.sqlite3")

    def stop(_store: SQLiteStore) -> list[Problem]:
        if cut == "found damaged":
            return [Problem(Message("hỏng", "damaged"))]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteStore, "faults", stop)
        with contextlib.suppress(KeyboardInterrupt):
            put_back(made.place, target, into)
    assert not into.is_empty()
    # it looks whole, and nobody may use it
    with pytest.raises(Conflict, match="tamdao restore"), serving.using(target):
        pass
    # a database that was none of that restore's business is not touched
    other = make_home(tmp_path / "other")
    before = dump_of(other.path)
    with pytest.raises(Conflict, match="không trống"):
        put_back(made.place, target, other)
    assert dump_of(other.path) == before
    assert not put_back(made.place, target, into).problems
    with serving.using(target):
        assert dump_of(into.path) == dump_of(store.path)


def test_backup_of_a_newer_release_or_another_database_is_refused(
    home: Path, store: SQLiteStore, tmp_path: Path
) -> None:
    made = back_up(home, store, tmp_path / "backups")
    target = SQLiteStore(tmp_path / "target/tamdao.sqlite3")
    with pytest.raises(DomainError) as refused:
        put_back(made.place, target.path.parent, target, known_migrations=set)
    assert "facts.0001_initial" in refused.value.problems[0].message.en
    found = manifest.read(made.place)
    found.database["vendor"] = "postgresql"
    manifest.write(made.place, found)
    with pytest.raises(DomainError) as refused:
        put_back(made.place, target.path.parent, target)
    assert "TAMDAO_DATABASE_URL" in refused.value.problems[0].message.en


def test_restore_that_does_not_fit_the_disk_writes_nothing(
    home: Path, store: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(home, store, tmp_path / "backups")
    target = SQLiteStore(tmp_path / "target/tamdao.sqlite3")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 10, made.size // 2))
    with pytest.raises(DomainError, match="phục hồi cần tới") as refused:
        put_back(made.place, target.path.parent, target)
    assert str(tmp_path) in refused.value.message.en
    assert not target.path.parent.exists()


def test_disk_that_fills_up_meanwhile_keeps_no_half_database(
    home: Path, store: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(home, store, tmp_path / "backups")
    target = SQLiteStore(tmp_path / "target/tamdao.sqlite3")

    def full(_source: Path, draft: Path) -> None:
        draft.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", full)
        with pytest.raises(OSError, match="No space"):
            target.replace(made.place / store.file)
    assert not list(target.path.parent.iterdir())


def test_sealed_part_that_is_none_refuses_the_backup(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    made = back_up(home, store, tmp_path / "backups")
    (made.place / backup.SEALED).write_bytes(b"cut")
    with pytest.raises(DomainError) as refused:
        restore.how_sealed(made.place)
    assert refused.value.code == "backup.refused"
    assert [problem.where for problem in refused.value.problems] == [backup.SEALED]


def test_wrong_passphrase_writes_nothing(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    made = back_up(home, store, tmp_path / "backups")
    target = SQLiteStore(tmp_path / "target/tamdao.sqlite3")
    with pytest.raises(DomainError, match="sai câu mật khẩu"):
        put_back(made.place, target.path.parent, target, by=Passphrase("một câu khác hẳn"))
    assert not target.path.parent.exists()


def test_without_secrets_the_records_come_back(home: Path, store: SQLiteStore, tmp_path: Path) -> None:
    made = back_up(home, store, tmp_path / "backups", to=None)
    assert restore.how_sealed(made.place) == ""
    target = SQLiteStore(tmp_path / "target/tamdao.sqlite3")
    assert not put_back(made.place, target.path.parent, target, by=None).problems
    assert not (target.path.parent / "ledger").exists()


def test_rows_and_files_that_differ_afterwards_are_named(
    home: Path, store: SQLiteStore, tmp_path: Path
) -> None:
    made = back_up(home, store, tmp_path / "backups")
    new = tmp_path / "new"
    target = SQLiteStore(new / "tamdao.sqlite3")
    found = put_back(made.place, new, target).manifest
    with contextlib.closing(sqlite3.connect(target.path)) as database, database:
        database.execute("DELETE FROM office")
        database.execute("DELETE FROM django_migrations")
    next((new / "files/ab/cd").iterdir()).unlink()
    told = [problem.where for problem in [*target.faults(), *restore._differences(found, target)]]
    assert {"figure", "office", "django_migrations"} <= set(told)
    assert len(restore._changed_files(found, new)) == 1
    assert WORDS.words not in str(told)
