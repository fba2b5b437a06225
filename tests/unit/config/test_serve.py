"""`tamdao serve` refuses with a sentence when the port is taken or the instance is not ready."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from django.db.utils import OperationalError
from pytest_django import Settings

from tamdao.config import instance
from tamdao.config.commands import serve
from tamdao.config.operations import trust
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message


def test_port_that_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DomainError, match=f"Cổng {port} đang có chương trình khác dùng"):
            serve.check_port("127.0.0.1", port)
    serve.check_port("127.0.0.1", port)


def test_address_that_is_not_ours() -> None:
    with pytest.raises(DomainError, match="Không lắng nghe được"):
        # a documentation address, never assigned
        serve.check_port("192.0.2.1", 8000)


@pytest.mark.django_db
def test_lists_everything_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr(instance, "missing_migrations", lambda: ["facts.0001"])
    with pytest.raises(DomainError) as refused:
        serve.check_ready()
    told = " ".join(problem.message.vi for problem in refused.value.problems)
    assert "tamdao migrate" in told
    assert "tamdao assets" in told


def test_says_when_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}", encoding="utf-8")

    def away() -> list[str]:
        raise OperationalError("connection refused")

    monkeypatch.setattr(instance, "missing_migrations", away)
    with pytest.raises(DomainError) as refused:
        serve.check_ready()
    assert "TAMDAO_DATABASE_URL" in refused.value.problems[0].message.en


@pytest.mark.django_db
def test_ready_instance_passes(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(instance, "missing_migrations", list)
    monkeypatch.setattr(trust, "trigger_faults", list)
    serve.check_ready()


@pytest.mark.django_db
def test_refuses_to_start_without_the_triggers_of_the_ledger(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}", encoding="utf-8")
    fault = Problem(Message("thiếu", "missing"), where="people_person")
    monkeypatch.setattr(instance, "missing_migrations", list)
    monkeypatch.setattr(trust, "trigger_faults", lambda: [fault])
    with pytest.raises(DomainError) as refused:
        serve.check_ready()
    assert refused.value.problems == (fault,)


def test_web_is_started_as_wsgi_with_the_workers_asked_for() -> None:
    web, worker, sealer = serve.programs(host="127.0.0.1", port=8123, workers=3)
    command = " ".join(web.command)
    assert "--interface wsgi" in command
    assert "--port 8123 --workers 3" in command
    assert worker.command[-1] == "worker"
    assert sealer.command[-2:] == ("ledger", "seal")
