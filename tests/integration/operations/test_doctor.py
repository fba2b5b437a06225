"""The doctor names each injected fault with its place and the command that mends it, and finds none where there is none."""

from __future__ import annotations

import contextlib
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection

from tamdao.config import env
from tamdao.config.cli import run
from tamdao.config.operations import contents, notes, sealing, serving
from tamdao.config.operations.doctor import instance, machine, records
from tamdao.config.operations.doctor.faults import Check, Fault, Look, examine
from tamdao.core.people import demo
from tamdao.core.people.models import Person
from tamdao.facts import append_only
from tamdao.facts.models import FactChange
from tamdao.kit.messages import Message
from tests.operations import AT, WORDS, back_up, make_home
from tests.support import free_port

NOW = AT + timedelta(hours=1)


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """A sound instance: private folder, recipient, a fresh backup, a drill."""
    home = tmp_path / "home"
    store = make_home(home)
    for path in home.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    home.chmod(0o700)
    (home / "secret-key").write_text("x" * 60, encoding="utf-8")
    (home / contents.RECIPIENT).write_bytes(sealing.new_key(WORDS)[1])
    back_up(home, store, tmp_path / "backups")
    notes.note(home, drill={"at": AT.isoformat()})
    environ = {
        "TAMDAO_ALLOWED_HOSTS": "tamdao.example.vn",
        "TAMDAO_HTTPS": "1",
        "TAMDAO_BACKUPS": str(tmp_path / "backups"),
    }
    return Look(home, environ, NOW, free_port())


def with_settings(look: Look, **changes: str) -> Look:
    return Look(look.home, {**look.environ, **changes}, look.now, look.port)


def faults(look: Look, *checks: Check) -> dict[str, Fault]:
    return {fault.name: fault for fault in examine(look, checks) if fault.wrong}


def only(found: dict[str, Fault], name: str, mend: str, where: str = "") -> None:
    assert list(found) == [name]
    assert mend in found[name].mend
    assert where in found[name].where
    assert found[name].what.vi != found[name].what.en


def test_sound_instance_has_no_fault(look: Look) -> None:
    assert not faults(look, *instance.CHECKS, machine.check_disk, machine.check_port, machine.check_workers)


def test_check_that_fails_itself_is_a_fault_and_the_others_run(look: Look) -> None:
    def broken(_look: Look) -> Iterator[Fault]:
        raise RuntimeError("hỏng")

    def sound(_look: Look) -> list[Fault]:
        return [Fault("other", Message("a", "b"), "", "")]

    assert set(faults(look, broken, sound)) == {"check", "other"}


# --- folder and settings --------------------------------------------------------------------------------------------


def test_missing_folder(look: Look, tmp_path: Path) -> None:
    absent = Look(tmp_path / "absent", look.environ, look.now)
    only(faults(absent, instance.check_folder), "folder", "tamdao migrate", "absent")


@pytest.mark.parametrize("name", [".", "secret-key", "ledger/signing-1.pem", "vault/keys.sqlite3", "files"])
def test_rights(look: Look, name: str) -> None:
    (look.home / name).chmod(0o755)
    only(faults(look, instance.check_folder), "rights", f"chmod go-rwx {look.home / name}", str(look.home))


def test_owner(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "user_id", lambda: 4321)
    only(faults(look, instance.check_folder), "owner", "sudo /usr/local/bin/tamdao doctor")


def test_unfinished_restore_and_upgrade(look: Look) -> None:
    (look.home / notes.RESTORING).touch()
    only(faults(look, instance.check_folder), "restore", "tamdao restore")
    (look.home / notes.RESTORING).unlink()
    notes.note(look.home, upgrade={"backup": "x"})
    only(faults(look, instance.check_folder), "upgrade", "tamdao upgrade")


@pytest.mark.parametrize(
    ("name", "value", "fault", "mend"),
    [
        ("TAMDAO_DEBUG", "1", "debug", "TAMDAO_DEBUG=0"),
        ("TAMDAO_DEBUG", "vâng", "settings", "TAMDAO_DEBUG=0"),
        ("TAMDAO_HTTPS", "0", "https", "TAMDAO_HTTPS=1"),
        ("TAMDAO_ALLOWED_HOSTS", "*", "hosts", "TAMDAO_ALLOWED_HOSTS="),
        ("TAMDAO_SECRET_KEY", "short", "key", "systemctl restart tamdao"),
    ],
)
def test_settings(look: Look, name: str, value: str, fault: str, mend: str) -> None:
    only(faults(with_settings(look, **{name: value}), instance.check_settings), fault, mend)


def test_settings_of_a_local_instance_are_its_own_business(look: Look) -> None:
    local = with_settings(look, TAMDAO_ALLOWED_HOSTS="localhost", TAMDAO_DEBUG="1", TAMDAO_HTTPS="0")
    assert not faults(local, instance.check_settings)


# --- certificate and mail -------------------------------------------------------------------------------------------


def certificate(path: Path, *, ends: datetime, name: str, issuer: str = "authority") -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tamdao")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ends - timedelta(days=400))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return str(path)


@pytest.mark.parametrize(
    ("days", "name", "mend"),
    [
        (200, "tamdao.example.vn", ""),
        (200, "*.example.vn", ""),
        (5, "tamdao.example.vn", "systemctl reload nginx"),
        (-5, "tamdao.example.vn", "systemctl reload nginx"),
        (200, "other.example.vn", "openssl x509 -noout -ext subjectAltName"),
    ],
)
def test_certificate(look: Look, tmp_path: Path, days: int, name: str, mend: str) -> None:
    file = certificate(tmp_path / "tls.pem", ends=NOW + timedelta(days=days), name=name)
    found = faults(with_settings(look, TAMDAO_TLS_CERTIFICATE=file), instance.check_certificate)
    if mend:
        only(found, "certificate", mend, "tls.pem")
    else:
        assert not found


def test_certificate_that_nobody_vouches_for(look: Look, tmp_path: Path) -> None:
    file = certificate(
        tmp_path / "tls.pem", ends=NOW + timedelta(days=200), name="tamdao.example.vn", issuer="tamdao"
    )
    found = faults(with_settings(look, TAMDAO_TLS_CERTIFICATE=file), instance.check_certificate)
    only(found, "certificate", "openssl x509 -noout -issuer", "tls.pem")


def test_certificate_that_is_none(look: Look, tmp_path: Path) -> None:
    absent = with_settings(look, TAMDAO_TLS_CERTIFICATE=str(tmp_path / "absent.pem"))
    only(faults(absent, instance.check_certificate), "certificate", "openssl x509", "absent.pem")


def test_mail_server_that_is_away_and_one_that_answers(look: Look) -> None:
    port = free_port()
    settings = with_settings(look, TAMDAO_SMTP_URL=f"smtp://127.0.0.1:{port}/")
    only(faults(settings, instance.check_mail), "mail", f"nc -vz 127.0.0.1 {port}", f"127.0.0.1:{port}")
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        assert not faults(settings, instance.check_mail)
    finally:
        server.stop()
    (advice,) = examine(look, [instance.check_mail])
    assert not advice.wrong
    assert "TAMDAO_SMTP_URL" in advice.mend


# --- backups --------------------------------------------------------------------------------------------------------


def test_no_backup(look: Look, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "backups")
    only(faults(look, instance.check_backups), "backup", f"tamdao backup {tmp_path / 'backups'} --keep 14")


def test_old_backup(look: Look) -> None:
    later = Look(look.home, look.environ, AT + timedelta(hours=30))
    found = faults(later, instance.check_backups)
    only(found, "backup", "tamdao backup")
    assert "30 giờ" in found["backup"].what.vi


def test_backup_whose_manifest_is_damaged(look: Look, tmp_path: Path) -> None:
    (next((tmp_path / "backups").glob("2*")) / "manifest.sha256").write_text("0", encoding="ascii")
    only(faults(look, instance.check_backups), "backup", "tamdao backup")


def test_no_sealing_key(look: Look) -> None:
    (look.home / contents.RECIPIENT).unlink()
    only(faults(look, instance.check_backups), "sealing-key", "tamdao secrets new-key")


@pytest.mark.parametrize("drill", [None, {"at": (NOW - timedelta(days=100)).isoformat()}])
def test_no_drill(look: Look, drill: dict[str, str] | None) -> None:
    notes.note(look.home, drill=drill)
    only(faults(look, instance.check_drill), "drill", "tamdao drill")


# --- machine --------------------------------------------------------------------------------------------------------


def test_python_and_libraries(look: Look, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert not faults(look, machine.check_python)
    lock = tmp_path / "base.txt"
    lock.write_text("django==0.1\nnot-there==1\nelsewhere==1 ; sys_platform == 'win32'\n", encoding="utf-8")
    monkeypatch.setattr(machine, "LOCK", lock)
    found = faults(look, machine.check_python)
    only(found, "libraries", "make setup")
    assert "2 libraries" in found["libraries"].what.en
    monkeypatch.setattr(machine, "LEAST_PYTHON", (4, 0))
    assert "apt-get install python3" in faults(look, machine.check_python)["python"].mend


def test_full_disk_and_no_inodes(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LEAST_FREE", 1 << 62)
    only(faults(look, machine.check_disk), "disk", "du -xh")
    monkeypatch.setattr(machine, "LEAST_FREE", 0)
    monkeypatch.setattr(machine, "LEAST_SHARE", 2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(1, 0, 10))
    only(faults(look, machine.check_disk), "inodes", "du -x --inodes")


def test_zone_and_workers_are_advice(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        time, "localtime", lambda: time.struct_time((2026, 1, 1, 0, 0, 0, 0, 1, 0), {"tm_gmtoff": 0})
    )
    many = with_settings(look, TAMDAO_WORKERS="999")
    zone, workers = examine(many, [machine.check_zone, machine.check_workers])
    assert (zone.mend, zone.wrong) == ("timedatectl set-timezone Asia/Ho_Chi_Minh", False)
    assert workers.mend.startswith("TAMDAO_WORKERS=")


def test_journal_that_is_not_kept(look: Look, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "RUNNING_SYSTEMD", tmp_path)
    monkeypatch.setattr(machine, "KEPT_JOURNAL", tmp_path / "absent")
    only(faults(look, machine.check_journal), "journal", "systemctl restart systemd-journald")


def test_port_taken_by_another_program(look: Look) -> None:
    with socket.create_server(("127.0.0.1", look.port)) as other:
        other.settimeout(5)
        with _answering(other, b"HTTP/1.0 404 Not Found\r\n\r\n"):
            only(faults(look, machine.check_port), "port", "ss -ltnp")


def test_served_but_not_answering(look: Look) -> None:
    with serving.serving(look.home):
        only(faults(look, machine.check_port), "port", "systemctl restart tamdao")
    assert not faults(look, machine.check_port)


@contextlib.contextmanager
def _answering(server: socket.socket, answer: bytes) -> Iterator[None]:
    def once() -> None:
        client, _ = server.accept()
        with client:
            client.recv(1000)
            client.sendall(answer)

    thread = threading.Thread(target=once)
    thread.start()
    yield
    thread.join()


# --- records --------------------------------------------------------------------------------------------------------


def on(look: Look) -> Look:
    return Look(look.home, look.environ, datetime.now(UTC))


@pytest.mark.django_db
def test_sound_records_have_no_fault(look: Look, settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}", encoding="utf-8")
    # the tests' own server keeps nothing on the disk and its programs are not where a server's are
    checks = [check for check in records.CHECKS if check is not records.check_database]
    assert not faults(on(look), *checks)


@pytest.mark.django_db
def test_demo_accounts_where_others_come_in(look: Look) -> None:
    Person.objects.create(username="thu", display_name="Tài khoản thử", demo=True)
    only(faults(on(look), records.check_accounts), "demo-accounts", "tamdao demo --close-accounts")
    assert not faults(with_settings(on(look), TAMDAO_ALLOWED_HOSTS="localhost"), records.check_accounts)
    assert demo.close() == ["thu"]
    assert not faults(on(look), records.check_accounts)


@pytest.mark.django_db
def test_clock_behind_the_newest_record(look: Look) -> None:
    assert not faults(on(look), records.check_clock)
    later = datetime.now(UTC) + timedelta(days=1)
    FactChange.objects.create(at=later, kind="unit", key="x", by="tests")
    only(faults(on(look), records.check_clock), "clock", "timedatectl set-ntp true", "facts_factchange")


@pytest.mark.django_db
def test_missing_migration_and_static_files(
    look: Look, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.STATIC_ROOT = look.home / "absent"
    monkeypatch.setattr(records, "missing_migrations", lambda: ["facts.0009"])
    found = faults(on(look), records.check_tables)
    assert found["migrations"].mend == "tamdao upgrade"
    assert found["static"].mend == "tamdao assets"


@pytest.mark.django_db
def test_missing_trigger_comes_back_by_the_command_named(look: Look) -> None:
    append_only.remove(connection)
    found = faults(on(look), records.check_tables)
    assert found["triggers"].mend == "tamdao migrate"
    assert "facts_observation_no_" in found["triggers"].what.en
    assert run(["migrate"]) == 0
    assert not append_only.missing(connection)


def test_absent_damaged_and_slow_database(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("about the file of SQLite")

    def found(path: Path, *, synchronous: int = 2) -> dict[str, Fault]:
        monkeypatch.setattr(records, "connection", _sqlite_connection(path, synchronous))
        return faults(look, records.check_database)

    only(found(tmp_path / "absent"), "database", "tamdao migrate")
    (tmp_path / "damaged").write_bytes(b"nothing of a database" * 100)
    only(found(tmp_path / "damaged"), "database", "tamdao restore")
    with contextlib.closing(sqlite3.connect(tmp_path / "rollback")) as database:
        database.execute("CREATE TABLE t (x)")
    only(found(tmp_path / "rollback"), "journal-mode", "PRAGMA journal_mode=WAL")
    assert not found(look.home / "tamdao.sqlite3")
    slow = found(look.home / "tamdao.sqlite3", synchronous=1)
    only(slow, "synchronous", "PRAGMA synchronous=FULL")


def _sqlite_connection(path: Path, synchronous: int) -> Any:
    """What the check asks of Django's connection, for another file."""

    @contextlib.contextmanager
    def cursor() -> Iterator[Any]:
        yield SimpleNamespace(execute=lambda _sql: None, fetchone=lambda: (synchronous,))

    return SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(path)}, cursor=cursor)


@pytest.mark.django_db
def test_postgresql_that_may_lose_work_or_lacks_its_programs(
    look: Look, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("about the settings of a server")
    monkeypatch.setenv("TAMDAO_POSTGRES_PROGRAMS", str(tmp_path))
    found = faults(look, records.check_database)
    # the server of the tests runs without waiting for the disk
    assert "ALTER SYSTEM RESET fsync" in found["synchronous"].mend
    assert "apt-get install postgresql-client-" in found["pg_dump"].mend
    monkeypatch.setattr(records, "LEAST_POSTGRES", 99)
    assert "pg_upgradecluster" in faults(look, records.check_database)["database-version"].mend
