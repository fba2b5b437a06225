"""Sealing: numbers without gaps, bundles, persons and their erasure, new keys, the state shown, what blocks approvals."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tamdao.core.ledger import api, exporting, health, keys, sealer, sealing, vault, witness
from tamdao.core.ledger.acting import acting
from tamdao.core.ledger.canonical import parse
from tamdao.core.people.models import Person
from tamdao.core.units.models import Level
from tamdao.kit.errors import Conflict, DomainError, NotFound
from tamdao.verify import cli as verifier
from tests.ledger import fill, run, seal, without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    """Keys of persons outlive a transaction that is rolled back; numbers of rows do not."""
    settings.TAMDAO_HOME = tmp_path / "home"


def bodies() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM ledger_entry ORDER BY number")
        return [dict(parse(text)) for (text,) in cursor.fetchall()]


def checked(folder: Path) -> int:
    return verifier.run([str(folder), "--key", str(folder / "ledger.pub")])


def test_numbers_have_no_gaps_and_what_is_sealed_leaves_the_queue(
    django_capture_on_commit_callbacks: Any,
) -> None:
    fill(django_capture_on_commit_callbacks, batches=3)
    assert [body["#"] for body in bodies()] == list(range(len(bodies())))
    assert api.status().waiting == 0
    assert sealing.seal_batch() == 0
    assert bodies()[0]["kind"] == "key"


def test_a_bundle_is_one_entry_with_the_root_of_its_rows(django_capture_on_commit_callbacks: Any) -> None:
    with acting(by="person:1", bundle="file-1", event="packs.pack.installed"):
        Level.objects.bulk_create([Level(code=f"b{n}", depth=1) for n in range(7)])
        with acting(event="other.event"):
            Level.objects.filter(code="b0").delete()
    Level.objects.create(code="alone", depth=1)
    assert seal(django_capture_on_commit_callbacks) == 9
    _key, bundle, single = bodies()
    assert (bundle["kind"], bundle["count"], bundle["tables"]) == ("bundle", 8, {"units_level": 8})
    assert (single["kind"], single["pk"]) == ("row", "alone")
    (deleted, _added) = api.list_history("units.Level", "b0")
    assert (deleted.op, deleted.event, deleted.by) == ("D", "other.event", "person:1")


def test_a_bundle_is_never_cut_by_the_end_of_a_batch(django_capture_on_commit_callbacks: Any) -> None:
    with acting(bundle="long"):
        Level.objects.bulk_create([Level(code=f"b{n}", depth=1) for n in range(9)])
    Level.objects.create(code="z", depth=1)
    with django_capture_on_commit_callbacks(execute=True):
        assert sealing.seal_batch(limit=4) == 9
        assert sealing.seal_batch(limit=4) == 1
    assert [body["kind"] for body in bodies()] == ["key", "bundle", "row"]
    assert api.verify().ok


def test_an_update_keeps_the_old_values_of_what_changed(django_capture_on_commit_callbacks: Any) -> None:
    level = Level.objects.create(code="a", depth=1, name_vi="Cũ")
    level.name_vi = "Mới"
    level.save()
    seal(django_capture_on_commit_callbacks)
    assert bodies()[-1]["old"] == {"name_vi": "Cũ"}
    assert bodies()[-1]["new"]["name_vi"] == "Mới"


def test_a_person_is_unreadable_in_the_ledger_and_readable_with_the_key(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    person = Person.objects.create_person(username="le.thu", display_name="Tên Riêng")
    person.display_name = "Tên Khác"
    person.save()
    seal(django_capture_on_commit_callbacks)
    everything = json.dumps(bodies(), ensure_ascii=False)
    assert "Riêng" not in everything
    assert "le.thu" not in everything
    changed = api.list_history("people.person", str(person.pk))[0].changes
    assert [(one.column, one.before, one.after) for one in changed] == [
        ("display_name", "Tên Riêng", "Tên Khác")
    ]
    assert api.verify().ok


def test_an_erased_person_is_gone_for_good_and_the_chain_still_verifies(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    person = Person.objects.create_person(username="le.thu", display_name="Tên Riêng")
    subject = f"person:{person.pk}"
    with django_capture_on_commit_callbacks(execute=True):
        api.note_read(subject=subject, purpose="giải quyết đơn", by="person:1")
        api.erase_person(subject=subject, by="person:1", reason="đơn đề nghị")
    assert vault.is_erased(subject)
    # later writes about the same person are unreadable from the beginning
    Person.objects.filter(pk=person.pk).update(display_name="Tên Sau")
    seal(django_capture_on_commit_callbacks)
    assert "Tên Sau" not in json.dumps(bodies(), ensure_ascii=False)
    shown = {
        str(change.after)
        for line in api.list_history("people.Person", str(person.pk))
        for change in line.changes
    }
    assert "(đã xóa)" in shown
    assert not shown & {"Tên Riêng", "Tên Sau", "le.thu"}
    kinds = [body["kind"] for body in bodies()]
    assert kinds.count("read") == kinds.count("erase") == 1
    assert api.verify().problems == []
    with django_capture_on_commit_callbacks(execute=True):
        exporting.export(tmp_path / "out")
    assert checked(tmp_path / "out") == 0
    api.erase_person(subject=subject, by="person:1", reason="lần nữa")


def test_an_erasure_that_was_interrupted_is_finished_by_the_sealer(
    django_capture_on_commit_callbacks: Any,
) -> None:
    person = Person.objects.create_person(username="a", display_name="A")
    # the process ends between commit and the destruction of the key
    api.erase_person(subject=f"person:{person.pk}", by="person:1", reason="đơn")
    assert not vault.is_erased(f"person:{person.pk}")
    seal(django_capture_on_commit_callbacks)
    assert vault.is_erased(f"person:{person.pk}")


def test_a_read_without_a_purpose_is_refused() -> None:
    with pytest.raises(DomainError, match="mục đích"):
        api.note_read(subject="person:1", purpose=" ", by="person:2")


def test_changed_ciphertext_does_not_open() -> None:
    kept = vault.Keys()
    entered = kept.seal("Tên", subject="person:x", place="t|1|c")
    assert kept.open(entered, place="t|1|c") == (True, "Tên")
    with pytest.raises(ValueError, match="does not open"):
        kept.open(entered, place="t|2|c")
    with pytest.raises(ValueError, match="commitment"):
        kept.open(entered | {"commitment": "0" * 64}, place="t|1|c")
    assert kept.open(entered | {"person": "person:unknown"}, place="t|1|c") == (False, None)
    assert vault.path().stat().st_mode & 0o777 == 0o600


def test_a_new_key_is_endorsed_and_the_old_one_destroyed(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    fill(django_capture_on_commit_callbacks, batches=1)
    old = sealing.key_history()[-1]
    with django_capture_on_commit_callbacks(execute=True):
        new = api.rotate_key(by="cli:test", reason="định kỳ")
    assert api.public_key_file().read_text(encoding="utf-8").split("\n")[-3:-1] == [old.text, new.text]
    with pytest.raises(Conflict, match="khóa ký"):
        keys.load(old)
    Level.objects.create(code="after", depth=1)
    seal(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        exporting.export(tmp_path / "out")
    assert checked(tmp_path / "out") == 0
    assert verifier.run([str(tmp_path / "out"), "--key", old.text]) == 0
    assert api.verify().ok


def test_the_first_key_can_be_made_before_anything_is_sealed(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        api.rotate_key(by="cli:test", reason="lần đầu")
        exporting.export(tmp_path / "out")
    assert checked(tmp_path / "out") == 0
    assert [body["kind"] for body in bodies()] == ["key"]


def test_an_empty_ledger_exports_and_verifies(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    assert api.verify().ok
    with django_capture_on_commit_callbacks(execute=True):
        manifest = api.export(tmp_path / "out")
    assert manifest["size"] == 1
    assert checked(tmp_path / "out") == 0
    with pytest.raises(Conflict, match="không trống"):
        api.export(tmp_path / "out")


def test_a_lost_key_stops_sealing_and_is_never_replaced_silently(
    django_capture_on_commit_callbacks: Any,
) -> None:
    fill(django_capture_on_commit_callbacks, batches=1)
    keys.remove(sealing.key_history()[-1])
    Level.objects.create(code="later", depth=1)
    with pytest.raises(Conflict, match="khóa ký"):
        sealing.seal_pending()
    assert api.status().waiting == 1
    assert any(problem.where == "sealer" for problem in api.verify().problems)


def test_the_evidence_of_an_object_verifies_and_forged_evidence_does_not(
    tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    fill(django_capture_on_commit_callbacks, batches=3)
    for name, code in (("single", "s1"), ("bundled", "b13")):
        with django_capture_on_commit_callbacks(execute=True):
            api.evidence(tmp_path / name, kind="units.Level", id=code)
        folder = tmp_path / name
        assert checked(folder) == 0
        for path in sorted(folder.iterdir()):
            content = path.read_bytes()
            for at in range(0, len(content), 1 + len(content) // 9):
                path.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
                assert checked(folder) == 1, (path.name, at)
            path.write_bytes(content + b"\n")
            assert checked(folder) == 1, path.name
            path.write_bytes(content)
        witness_file = tmp_path / f"{name}.checkpoint"
        witness_file.write_text((folder / "checkpoint").read_text(encoding="utf-8"), encoding="utf-8")
        arguments = [str(folder), "--key", str(folder / "ledger.pub"), "--checkpoint", str(witness_file)]
        assert verifier.run(arguments) == 0
    with pytest.raises(Conflict, match="không có dòng"):
        api.evidence(tmp_path / "none", kind="units.Level", id="none")
    with pytest.raises(NotFound, match="không theo dõi"):
        api.evidence(tmp_path / "none", kind="people.PageVisit", id="1")


def test_a_clock_turned_back_is_noted_in_the_ledger_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    fill(django_capture_on_commit_callbacks, batches=1)
    past = timezone.now() - timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: past)
    api.note_read(subject="person:1", purpose="thử", by="person:2")
    seal(django_capture_on_commit_callbacks)
    assert "clock" in [body["kind"] for body in bodies()]
    report = api.verify()
    assert report.ok
    assert any("đồng hồ" in problem.message.vi for problem in report.warnings)
    with django_capture_on_commit_callbacks(execute=True):
        exporting.export(tmp_path / "out")
    assert checked(tmp_path / "out") == 0


def test_history_shows_what_waits_first_and_secrets_as_secrets(
    django_capture_on_commit_callbacks: Any,
) -> None:
    person = Person.objects.create_person(username="a", display_name="A", password="one")
    seal(django_capture_on_commit_callbacks)
    with acting(by="person:9", reason="quên mật khẩu"):
        person.set_password("two")
        person.save()
    first, second = api.list_history("people.Person", str(person.pk))
    assert (first.entry, first.by, first.reason) == (None, "person:9", "quên mật khẩu")
    assert [(one.column, one.secret) for one in first.changes] == [("password", True)]
    assert second.entry is not None
    assert ("display_name", None, "A") in [(one.column, one.before, one.after) for one in second.changes]


def test_a_baseline_can_be_taken_with_a_reason(django_capture_on_commit_callbacks: Any) -> None:
    Level.objects.create(code="a", depth=1)
    with without_triggers("units_level"):
        run("UPDATE units_level SET depth = 3")
    assert api.reconcile()
    assert api.take_baseline(by="cli:test", reason="chuyển cơ sở dữ liệu") == 1
    assert api.reconcile() == []
    api.install_triggers()
    seal(django_capture_on_commit_callbacks)
    assert api.verify().ok


# --- what blocks approvals -----------------------------------------------------------------------------------------

START = datetime(2026, 11, 26, 1, tzinfo=timezone.get_default_timezone())


def test_hours_of_failed_sealing_block_approvals_until_it_works_again() -> None:
    api.check_can_approve(at=START)
    at = START
    for _ in range(50):
        health.note_pulse(at=at, error="đĩa đầy")
        at += timedelta(minutes=5)
    with pytest.raises(Conflict, match="tạm ngừng phê duyệt") as refused:
        api.check_can_approve(at=at)
    assert "đĩa đầy" in refused.value.message.vi
    assert api.status(at=at).blocked
    health.note_pulse(at=at)
    api.check_can_approve(at=at)
    assert not api.status(at=at).blocked


def test_an_instance_that_was_off_for_a_week_approves_at_once() -> None:
    health.note_pulse(at=START)
    Level.objects.create(code="a", depth=1)
    api.check_can_approve(at=timezone.now() + timedelta(days=7))


def test_a_sealer_that_is_not_there_counts_while_approvals_are_asked_for() -> None:
    Level.objects.create(code="a", depth=1)
    at = timezone.now() + timedelta(minutes=3)
    for _ in range(4 * 12 + 1):
        api.check_can_approve(at=at)
        at += timedelta(minutes=5)
    with pytest.raises(Conflict, match="tạm ngừng"):
        api.check_can_approve(at=at)
    assert any("chờ niêm phong" in problem.message.vi for problem in api.status(at=at).warnings)


def test_signs_of_life_are_written_rarely() -> None:
    health.note_pulse(at=START)
    health.note_pulse(at=START + timedelta(seconds=5))
    assert api.status().last_pulse_at == START
    health.note_pulse(at=START + timedelta(seconds=6), error="x")
    assert api.status().last_pulse_at == START + timedelta(seconds=6)


def test_the_sealer_seals_fails_and_recovers(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.TAMDAO_WITNESS_DIR = tmp_path / "witness"
    clock = [0.0]
    one = sealer.Sealer(clock=lambda: clock[0])
    Level.objects.create(code="a", depth=1)
    with django_capture_on_commit_callbacks(execute=True):
        assert one.step() == sealer.PAUSE
    assert api.status().waiting == 0
    (folder,) = witness.configured()
    witness.Courier(folder, threading.Event()).step()
    assert api.status().witnessed_size == api.status().size
    monkeypatch.setattr(sealing, "seal_batch", _broken)
    monkeypatch.setattr(sealer, "close_old_connections", lambda: None)
    clock[0] += 100
    assert one.step() == 2.0
    assert one.step() == 4.0
    assert "đĩa" in api.status().error
    monkeypatch.undo()
    assert one.step() == sealer.PAUSE
    assert api.status().error == ""
    one.stop()
    assert one.run() == 0


def _broken(limit: int = 0) -> int:
    raise OSError("đĩa đầy")


def test_an_idle_sealer_asks_little(django_assert_max_num_queries: Any) -> None:
    one = sealer.Sealer(clock=lambda: 0.0)
    one.step()
    with django_assert_max_num_queries(1):
        one.step()


def test_without_a_witness_it_says_so_and_blocks_nothing(settings: Any, tmp_path: Path) -> None:
    assert any("nơi thứ hai" in problem.message.vi for problem in api.status().warnings)
    with transaction.atomic():
        sealing.begin()
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM ledger_checkpoint")
        note = cursor.fetchone()[0]
    assert witness.deliver(note) == [witness.NONE]
    taken = tmp_path / "file"
    taken.write_text("x")
    settings.TAMDAO_WITNESS_DIR = taken / "inside"
    (problem,) = witness.deliver(note)
    assert "không ghi được" in problem.message.vi
    api.check_can_approve()


def test_a_database_that_refuses_to_be_sealed_is_a_failure_of_the_batch_alone() -> None:
    Level.objects.create(code="a", depth=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        run("DELETE FROM ledger_pending")
    assert api.status().waiting == 1
