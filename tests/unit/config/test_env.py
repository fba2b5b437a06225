"""The environment is read once, by declared names, and refused with a sentence."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tamdao.config import env
from tamdao.kit.errors import DomainError


def test_default_database_is_sqlite_in_the_instance(tmp_path: Path) -> None:
    found = env.database({"TAMDAO_HOME": str(tmp_path)})
    assert found["NAME"] == str(tmp_path / "tamdao.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


@pytest.mark.parametrize(
    ("url", "name", "host", "port", "user", "password"),
    [
        (
            "postgres://tam:d%40o@db.local:5433/tamdao?sslmode=verify-full",
            "tamdao",
            "db.local",
            "5433",
            "tam",
            "d@o",
        ),
        ("postgresql:///tamdao?host=/run/pg", "tamdao", "", "", "", ""),
    ],
)
def test_postgres_by_url(url: str, name: str, host: str, port: str, user: str, password: str) -> None:
    found = env.database({"TAMDAO_DATABASE_URL": url})
    assert (found["NAME"], found["HOST"], found["PORT"]) == (name, host, port)
    assert (found["USER"], found["PASSWORD"]) == (user, password)


@pytest.mark.parametrize(
    "url",
    [
        "postgres://tam:bimat@db.local/t",
        "postgres://tam:bimat@db.local/t?sslmode=require",
        "postgres://tam:bimat@10.0.0.5/t?sslmode=verify-ca",
        "postgres:///t?host=/run/pg,db.local&password=bimat",
        "postgres://localhost/t?hostaddr=10.0.0.5&password=bimat",
        "postgres:///t?service=bimat",
    ],
)
def test_postgres_on_another_machine_is_refused_without_checked_tls(url: str) -> None:
    with pytest.raises(DomainError, match="sslmode=verify-full") as refused:
        env.database({"TAMDAO_DATABASE_URL": url})
    assert "bimat" not in refused.value.message.vi + refused.value.message.en


@pytest.mark.parametrize("where", ["", "localhost", "127.0.0.1:5433", "[::1]", "%2Frun%2Fpg"])
def test_postgres_on_this_machine_needs_no_tls(where: str) -> None:
    env.database({"TAMDAO_DATABASE_URL": f"postgres://{where}/t"})


def test_host_of_the_driver_counts_too() -> None:
    url = {"TAMDAO_DATABASE_URL": "postgres:///t"}
    with pytest.raises(DomainError, match="sslmode=verify-full"):
        env.database(url | {"PGHOST": "db.local"})
    env.database(url | {"PGHOST": "db.local", "PGSSLMODE": "verify-full"})


def test_scanner_of_another_machine_is_refused() -> None:
    for address in ("/run/clamav/clamd.ctl", "127.0.0.1:3310", "localhost:3310", ""):
        assert env.clamd({"TAMDAO_CLAMD": address}) == address
    with pytest.raises(DomainError, match="TAMDAO_CLAMD"):
        env.clamd({"TAMDAO_CLAMD": "10.0.0.5:3310"})


def test_query_of_the_url_reaches_the_driver() -> None:
    found = env.database({"TAMDAO_DATABASE_URL": "postgres:///t?host=/run/pg&sslmode=require"})
    # a writer waits for a lock as long as on SQLite
    assert found["OPTIONS"] == {
        "host": "/run/pg",
        "sslmode": "require",
        "options": "-c lock_timeout=30s",
    }


def test_mail_server_is_refused_when_it_is_no_address() -> None:
    assert env.smtp_url({}) == ""
    assert env.smtp_url({"TAMDAO_SMTP_URL": "smtps://mail.example.vn"}) == "smtps://mail.example.vn"
    for wrong in ("mail.example.vn", "https://mail.example.vn", "smtp://"):
        with pytest.raises(DomainError, match="TAMDAO_SMTP_URL"):
            env.smtp_url({"TAMDAO_SMTP_URL": wrong})


def test_sqlite_url_relative_and_absolute(tmp_path: Path) -> None:
    assert (
        env.database({"TAMDAO_DATABASE_URL": f"sqlite:///{tmp_path}/a b.db"})["NAME"] == f"{tmp_path}/a b.db"
    )
    assert env.database({"TAMDAO_DATABASE_URL": "sqlite:///x.db"})["NAME"] == str(Path.cwd() / "x.db")


def test_unknown_database_is_refused_without_showing_the_password() -> None:
    with pytest.raises(DomainError) as refused:
        env.database({"TAMDAO_DATABASE_URL": "mysql://u:geheim@h/db"})
    assert "geheim" not in refused.value.message.vi + refused.value.message.en


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("Yes", True), ("0", False), ("off", False), ("", False)]
)
def test_bool(text: str, value: bool) -> None:
    assert env.read_bool("TAMDAO_DEBUG", {"TAMDAO_DEBUG": text}) is value


@pytest.mark.parametrize("text", ["2.0", "-1", "0", "hai", "²"])
def test_int_refuses(text: str) -> None:
    with pytest.raises(DomainError):
        env.read_int("TAMDAO_WORKERS", {"TAMDAO_WORKERS": text})


def test_bool_refuses_anything_else() -> None:
    with pytest.raises(DomainError):
        env.read_bool("TAMDAO_DEBUG", {"TAMDAO_DEBUG": "maybe"})


def test_undeclared_variable_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        env.read("TAMDAO_UNDECLARED")


def test_list_has_no_blanks() -> None:
    assert env.read_list("TAMDAO_ALLOWED_HOSTS", {"TAMDAO_ALLOWED_HOSTS": " a.vn, ,b.vn,"}) == [
        "a.vn",
        "b.vn",
    ]


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    environ = {"TAMDAO_HOME": str(tmp_path / "instance")}
    first = env.secret_key(environ)
    path = tmp_path / "instance" / "secret-key"
    assert len(first) >= 64
    assert env.secret_key(environ) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret-key"]


def test_secret_key_from_the_environment_leaves_no_file(tmp_path: Path) -> None:
    environ = {"TAMDAO_HOME": str(tmp_path / "instance"), "TAMDAO_SECRET_KEY": "given"}
    assert env.secret_key(environ) == "given"
    assert not (tmp_path / "instance").exists()


def test_instance_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DomainError, match="TAMDAO_HOME"):
        env.private_folder(tmp_path / "file" / "instance")
