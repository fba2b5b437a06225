"""Checks beside a busy sealer: all their queries see one moment, and nobody waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from tamdao.core.ledger import api, exporting, sealing, witness
from tamdao.core.ledger.moments import one_moment
from tamdao.core.units.models import Level
from tamdao.kit.errors import Conflict
from tamdao.verify import cli as verifier

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    settings.TAMDAO_HOME = tmp_path / "home"
    settings.TAMDAO_WITNESS_DIR = tmp_path / "witness"


def beside(act: Callable[[], Any]) -> Any:
    """Run on another connection; what it returned."""
    told: list[Any] = []

    def run() -> None:
        try:
            told.append(act())
        except Exception as error:
            told.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    (answer,) = told
    if isinstance(answer, Exception):
        raise answer
    return answer


def write_and_seal() -> None:
    """What happens in the house all the time; the witness gets it at once."""
    Level.objects.filter(code="a").update(depth=Level.objects.get(code="a").depth + 1)
    Level.objects.create(code=f"n{Level.objects.count()}", depth=1)
    sealing.seal_pending()
    witness.deliver(api.status().checkpoint)


@contextmanager
def interrupted() -> Iterator[list[int]]:
    """Other connections write and seal before each query of the test's own connection that reads the ledger."""
    count = [0]

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if connection.in_atomic_block and "ledger_" in sql and sql.lstrip().upper().startswith("SELECT"):
            count[0] += 1
            if count[0] > 1:
                beside(write_and_seal)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield count


@pytest.fixture
def _begun() -> None:
    Level.objects.create(code="a", depth=1)
    sealing.seal_pending()


@pytest.mark.usefixtures("_begun")
def test_a_check_beside_a_sealer_raises_no_alarm() -> None:
    with interrupted() as count:
        report = api.verify()
        assert count[0] > 3
        assert report.problems == []
        assert report.size < api.newest_size()
        assert api.reconcile() == []


@pytest.mark.usefixtures("_begun")
def test_an_export_and_evidence_beside_a_sealer_verify(tmp_path: Path) -> None:
    with interrupted() as count:
        exporting.export(tmp_path / "whole")
        api.evidence(tmp_path / "one", kind="units.Level", id="a")
        assert count[0] > 6
    for name in ("whole", "one"):
        key = str(tmp_path / name / "ledger.pub")
        assert verifier.run([str(tmp_path / name), "--key", key]) == 0


@pytest.mark.usefixtures("_begun")
def test_evidence_seals_nothing_and_says_what_waits(tmp_path: Path, capsys: Any) -> None:
    Level.objects.filter(code="a").update(depth=2)
    manifest = api.evidence(tmp_path / "one", kind="units.Level", id="a")
    assert manifest["waiting"] == 1
    assert api.status().waiting == 1
    key = str(tmp_path / "one" / "ledger.pub")
    assert verifier.run([str(tmp_path / "one"), "--key", key]) == 0
    assert "waited for their seal" in capsys.readouterr().out
    Level.objects.create(code="b", depth=1)
    with pytest.raises(Conflict, match="chờ niêm phong"):
        api.evidence(tmp_path / "two", kind="units.Level", id="b")


@pytest.mark.usefixtures("_begun")
def test_a_reading_moment_writes_nothing_and_holds_no_writer() -> None:
    with one_moment():
        before = Level.objects.get(code="a").depth
        beside(lambda: Level.objects.filter(code="a").update(depth=9))
        assert Level.objects.get(code="a").depth == before
        with pytest.raises(DatabaseError, match="read"):
            Level.objects.create(code="no", depth=1)
        connection.needs_rollback = False
    assert Level.objects.get(code="a").depth == 9
    Level.objects.create(code="yes", depth=1)
