"""Sealing beside writers: order of one object's changes, who waits for whom, two sealers, keys after a crash."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from tamdao.core.ledger import api, keys, notes, sealing
from tamdao.core.ledger.acting import acting
from tamdao.core.ledger.sealer import Sealer
from tamdao.core.units.models import Level
from tests.ledger import fill, seal


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    settings.TAMDAO_HOME = tmp_path / "home"


def entries() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.kind, s.pk_text FROM ledger_sealedrow s JOIN ledger_entry e ON e.number = s.entry "
            "ORDER BY s.entry, s.position"
        )
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_the_newest_change_stays_the_newest_when_others_write_between_rows_of_a_bundle(
    django_capture_on_commit_callbacks: Any,
) -> None:
    Level.objects.create(code="a", depth=1)
    seal(django_capture_on_commit_callbacks)
    with acting(bundle="file"):
        Level.objects.create(code="b", depth=1)
    Level.objects.filter(code="a").update(depth=5)
    with acting(bundle="file"):
        Level.objects.filter(code="a").update(depth=6)
    assert seal(django_capture_on_commit_callbacks) == 3
    assert entries() == [("row", "a"), ("bundle", "b"), ("row", "a"), ("bundle", "a")]
    newest = api.list_history("units.Level", "a")[0]
    assert [(change.before, change.after) for change in newest.changes] == [(5, 6)]
    assert api.newest_seals("units.Level", ["a"])["a"].entry == newest.entry
    assert api.verify().problems == []


@pytest.mark.django_db
def test_a_batch_that_ends_inside_a_bundle_overtakes_nobody(django_capture_on_commit_callbacks: Any) -> None:
    with acting(bundle="file"):
        Level.objects.create(code="a", depth=1)
        Level.objects.create(code="b", depth=1)
    Level.objects.create(code="c", depth=1)
    with acting(bundle="file"):
        Level.objects.filter(code="c").update(depth=2)
    with django_capture_on_commit_callbacks(execute=True):
        assert [sealing.seal_batch(limit=2), sealing.seal_batch(limit=2)] == [2, 2]
    assert api.verify().problems == []


@pytest.mark.django_db
def test_a_baseline_is_cut_where_the_batch_ends(django_capture_on_commit_callbacks: Any) -> None:
    with acting(bundle="baseline:units_level:now"):
        Level.objects.bulk_create([Level(code=f"b{n}", depth=1) for n in range(9)])
    with django_capture_on_commit_callbacks(execute=True):
        assert [sealing.seal_batch(limit=4) for _ in range(3)] == [4, 4, 1]
    assert api.verify().problems == []


def _while_signing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> list[Any]:
    """Run `act` once on a connection of its own while a batch is being signed; what it returned or raised."""
    told: list[Any] = []
    sign = notes.sign

    def once() -> None:
        try:
            told.append(act())
        except Exception as error:
            told.append(error)
        finally:
            connections.close_all()

    begun: list[bool] = []

    def signed(*given: Any) -> str:
        if not begun:
            begun.append(True)
            thread = threading.Thread(target=once)
            thread.start()
            thread.join()
        return sign(*given)

    monkeypatch.setattr(notes, "sign", signed)
    return told


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_a_batch_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    Level.objects.create(code="a", depth=1)
    sealing.seal_pending()
    Level.objects.filter(code="a").update(depth=2)
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.5)
    told = _while_signing(monkeypatch, lambda: Level.objects.create(code="meanwhile", depth=1).code)
    assert sealing.seal_batch() == 1
    assert told == ["meanwhile"]
    assert sealing.seal_batch() == 1
    assert api.verify().problems == []


@pytest.mark.django_db(transaction=True)
def test_what_a_faster_sealer_took_is_not_sealed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Level.objects.create(code="a", depth=1)
    sealing.seal_pending()
    Level.objects.bulk_create([Level(code=f"n{n}", depth=1) for n in range(4)])
    told = _while_signing(monkeypatch, lambda: sealing.seal_batch(limit=3))
    assert sealing.seal_batch() == 1
    assert told == [3]
    report = api.verify()
    assert report.problems == []
    assert report.size == 6


@pytest.mark.django_db
def test_a_private_key_that_a_crash_left_behind_goes_with_the_next_seal_or_start(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    fill(django_capture_on_commit_callbacks, batches=1)
    for heal in (
        lambda: (Level.objects.create(code="z", depth=1), seal(django_capture_on_commit_callbacks)),
        _start,
    ):
        old = sealing.key_history()[-1]
        # the process ends between the commit and what follows it
        new = api.rotate_key(by="cli:test", reason="định kỳ")
        assert keys.is_there(old)
        heal()
        assert not keys.is_there(old)
        assert keys.is_there(new)
        assert api.public_key_file().read_text(encoding="utf-8").splitlines()[-1] == new.text


def _start() -> None:
    sealer = Sealer()
    sealer.stop()
    assert sealer.run() == 0


@pytest.mark.django_db
def test_a_rotation_that_fails_leaves_no_new_key(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    fill(django_capture_on_commit_callbacks, batches=1)
    before = sorted(path.name for path in keys.folder().iterdir())

    def full(*_given: Any, **_more: Any) -> None:
        raise OSError("đĩa đầy")

    monkeypatch.setattr(sealing, "_store", full)
    with pytest.raises(OSError, match="đầy"):
        api.rotate_key(by="cli:test", reason="định kỳ")
    assert sorted(path.name for path in keys.folder().iterdir()) == before
