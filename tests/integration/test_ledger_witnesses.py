"""Witnesses that fail in every way a disk or a server can: a warning each time, and sealing goes on."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from tamdao.config.operations import trust
from tamdao.core.ledger import api, sealer, vault, witness
from tamdao.core.ledger.models import WitnessState
from tamdao.core.people.models import Person
from tamdao.core.people.policy import Role
from tamdao.core.units.models import Level
from tests.integration.test_ledger_pages import signed_in
from tests.ledger import seal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    settings.TAMDAO_HOME = tmp_path / "home"
    settings.TAMDAO_WITNESS_DIR = tmp_path / "witness"


@pytest.fixture
def note(django_capture_on_commit_callbacks: Any) -> str:
    """The newest checkpoint of a ledger."""
    Level.objects.create(code="a", depth=1)
    seal(django_capture_on_commit_callbacks)
    return api.status().checkpoint


def told() -> list[str]:
    return [problem.message.en for problem in api.status().warnings]


def test_a_folder_that_cannot_be_reached_warns_on_every_surface_and_recovers(
    note: str, tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "file").write_text("x")
    settings.TAMDAO_WITNESS_DIR = tmp_path / "file" / "inside"
    (problem,) = witness.deliver(note)
    assert "can't be" in problem.message.en
    assert told() == [problem.message.en]
    (fault,) = [one for one in trust.state_faults(timezone.now()) if one.name == "witness"]
    assert not fault.wrong
    assert api.verify().ok
    (tmp_path / "file").unlink()
    assert witness.deliver(note) == []
    assert told() == []


def test_a_folder_that_refuses_to_be_read_is_a_warning_of_the_check(
    note: str, tmp_path: Path, settings: Any
) -> None:
    # a path longer than any file system takes fails like a share that is gone: with an error that is none of "absent"
    settings.TAMDAO_WITNESS_DIR = tmp_path / ("x" * 300)
    report = api.verify()
    assert report.ok
    assert any("folder of the witness" in problem.message.en for problem in report.warnings)
    assert len(witness.deliver(note)) == 1


def test_latest_is_on_the_disk_when_the_call_returns(
    note: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    assert witness.deliver(note) == []
    place = tmp_path / "witness"
    assert sum(Path(path).name.startswith(f".{witness.LATEST}") for path in synced) == 1
    # the file before its name, its name with the folder
    assert synced[-1] == str(place)
    assert (place / witness.LATEST).read_text(encoding="utf-8") == note
    assert not [path for path in place.iterdir() if path.name.startswith(".")]


def test_an_older_checkpoint_does_not_replace_a_newer_one(
    note: str, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    Level.objects.create(code="b", depth=1)
    seal(django_capture_on_commit_callbacks)
    newer = api.status().checkpoint
    assert witness.deliver(newer) == []
    assert witness.deliver(note) == []
    assert (tmp_path / "witness" / witness.LATEST).read_text(encoding="utf-8") == newer


def test_a_letter_without_a_mail_server_is_a_warning(note: str, settings: Any) -> None:
    settings.TAMDAO_WITNESS_DIR = None
    settings.TAMDAO_WITNESS_EMAIL = ["luutru@example.vn"]
    settings.TAMDAO_SMTP_URL = "smtp://127.0.0.1:9"
    (problem,) = witness.deliver(note)
    assert "mailed" in problem.message.en
    since = WitnessState.objects.get(pk="mail").failing_since
    assert witness.deliver(note) == [problem]
    assert WitnessState.objects.get(pk="mail").failing_since == since


def test_what_nobody_thought_of_is_a_warning_too(note: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tamdao.kit import durable

    def odd(*_given: Any) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr(durable, "write", odd)
    (problem,) = witness.deliver(note)
    assert "odd" in problem.message.en


def test_a_vault_that_fails_is_a_failure_of_sealing_and_not_its_end(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    one = sealer.Sealer()
    # the connection of a test is one for the whole of it
    monkeypatch.setattr(sealer, "close_old_connections", lambda: None)
    Person.objects.create_person(username="a", display_name="A")
    vault.path().mkdir()
    try:
        assert one.step() == 2.0
    finally:
        vault.path().rmdir()
    assert "unable to open" in api.status().error
    with django_capture_on_commit_callbacks(execute=True):
        assert one.step() == sealer.PAUSE
    assert api.status().error == ""


@pytest.mark.django_db(transaction=True)
def test_a_share_that_hangs_delays_no_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    hanging, free = threading.Event(), threading.Event()

    def hang(*_given: Any) -> str:
        hanging.set()
        free.wait(60)
        return ""

    monkeypatch.setattr("tamdao.core.ledger.witness.folders.Folder.deliver", hang)
    one = sealer.Sealer()

    def run() -> None:
        one.run()
        connections.close_all()

    Level.objects.create(code="a", depth=1)
    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert hanging.wait(30)
        Level.objects.create(code="b", depth=1)
        end = time.monotonic() + 20
        while api.status().waiting and time.monotonic() < end:
            time.sleep(0.05)
        assert api.status().waiting == 0
    finally:
        one.stop()
        thread.join(30)
        free.set()
        for other in threading.enumerate():
            if other.name.startswith("witness"):
                other.join(10)
    assert not thread.is_alive()


def test_the_page_names_each_witness_and_what_fails(note: str, settings: Any, tmp_path: Path) -> None:
    browser = signed_in(Role.ADMIN)
    assert witness.deliver(note) == []
    page = browser.get("/ledger/").content.decode()
    assert str(tmp_path / "witness") in page
    (tmp_path / "file").write_text("x")
    settings.TAMDAO_WITNESS_DIR = tmp_path / "file" / "inside"
    witness.deliver(note)
    assert "nhân chứng thư mục" in browser.get("/ledger/").content.decode()
