"""A database or a folder that can't be used is a sentence in both languages with exit code 1, never a traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.utils import OperationalError

from tamdao.config import cli, failures
from tamdao.kit import durable
from tests.support import free_port

POSTGRES = pytest.mark.skipif(
    os.environ.get("TAMDAO_TEST_DATABASE") != "postgres", reason="asks a PostgreSQL server"
)


def tamdao(home: Path, *words: str, url: str = "") -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TAMDAO_", "DJANGO_"))}
    environ = kept | {"TAMDAO_HOME": str(home), "TAMDAO_DATABASE_URL": url}
    command = [sys.executable, "-m", "tamdao.config.cli", *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize(
    "words", [["figure", "dti", "VN", "2024"], ["targets", "--unit", "VN"], ["demo", "--no-serve"]]
)
def test_database_that_does_not_answer(words: list[str], tmp_path: Path) -> None:
    url = f"postgres://somebody:hidden@localhost:{free_port()}/z"
    done = tamdao(tmp_path, *words, url=url)
    assert done.returncode == 1
    assert "Không dùng được cơ sở dữ liệu z (localhost:" in done.stderr
    assert "the server does not answer. Check TAMDAO_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden" not in done.stderr


@POSTGRES
def test_database_that_does_not_exist(tmp_path: Path) -> None:
    base, _, query = os.environ["TAMDAO_TEST_POSTGRES_URL"].partition("?")
    done = tamdao(tmp_path, "targets", "--unit", "VN", url=f"{base.rpartition('/')[0]}/nobody?{query}")
    assert done.returncode == 1
    assert "chưa có cơ sở dữ liệu hoặc người dùng này" in done.stderr


def test_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "tamdao.sqlite3").write_bytes(b"no database " * 500)
    done = tamdao(tmp_path, "targets", "--unit", "VN")
    assert done.returncode == 1
    assert "tệp không phải cơ sở dữ liệu SQLite" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("number", "vi"),
    [
        (errno.EROFS, "ổ đĩa chỉ cho đọc"),
        (errno.ENOSPC, "ổ đĩa đã đầy"),
    ],
)
def test_folder_that_takes_no_files(
    number: int,
    vi: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(path: Path, *_more: object) -> int:
        raise OSError(number, os.strerror(number), str(path))

    def write(**_words: object) -> None:
        durable.write(tmp_path / "prepared.json", "{}")

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(cli.cli, "main", write)
    assert cli.run(["demo"]) == 1
    said = capsys.readouterr().err
    assert f"prepared.json: {vi}" in said
    assert "can't be written or read" in said


def test_folder_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a USB stick that nobody has mounted."""
    monkeypatch.setattr(cli.cli, "main", lambda **_words: durable.write(tmp_path / "usb/key.pem", "x"))
    assert cli.run(["secrets"]) == 1
    assert f"{tmp_path / 'usb'}: không có tệp hoặc thư mục này" in capsys.readouterr().err


def test_other_errors_of_files_and_tables_are_not_explained() -> None:
    assert failures.explained(OSError(errno.EMFILE, "too many", "x")) is None
    assert failures.explained(OSError("no file")) is None
    assert failures.explained(ValueError("x")) is None


def test_reasons_of_postgres() -> None:
    said = [
        failures.unreachable(OperationalError(words)).message.en
        for words in (
            'FATAL: password authentication failed for user "x"',
            'could not translate host name "y" to address',
            "sorry, too many clients already",
        )
    ]
    expected = ("the user name or the password is wrong", "no host of that name", "no more connections")
    assert all(words in sentence for words, sentence in zip(expected, said, strict=True))
    assert str(connection.settings_dict["NAME"]) in said[0]
