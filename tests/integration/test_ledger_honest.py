"""An honest ledger raises no alarm: writers and the sealer at work at once, over and over, then every check."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tamdao.core.ledger import api, exporting, sealing
from tamdao.core.ledger.acting import acting
from tamdao.core.units.models import Level
from tamdao.verify import cli as verifier


def _write(number: int, chance: random.Random, failures: list[str]) -> None:
    """One writer: single rows, bundles, deletes, and transactions that come to nothing."""
    try:
        with acting(by=f"person:{number}", reason="thử đồng thời"):
            for turn in range(4):
                key = f"w{number}{chance.randrange(3)}"
                with transaction.atomic(), acting(bundle=f"{number}-{turn}" if turn % 2 else ""):
                    Level.objects.update_or_create(code=key, defaults={"depth": chance.randrange(100)})
                    Level.objects.filter(code=f"shared{chance.randrange(3)}").update(
                        depth=chance.randrange(100)
                    )
                    if chance.random() < 0.2:
                        Level.objects.filter(code=key).delete()
                    transaction.set_rollback(chance.random() < 0.2)
    except Exception as error:
        failures.append(repr(error))
    finally:
        connections.close_all()


def _seal(stop: threading.Event, failures: list[str]) -> None:
    try:
        while not stop.is_set():
            sealing.seal_batch(limit=7)
            stop.wait(0.002)
    except Exception as error:
        failures.append(repr(error))
    finally:
        connections.close_all()


@pytest.mark.parametrize("runs", [8, pytest.param(1000, marks=pytest.mark.soak)])
@pytest.mark.django_db(transaction=True)
def test_no_false_alarm_with_concurrent_writers(runs: int, tmp_path: Path, settings: Any) -> None:
    settings.TAMDAO_HOME = tmp_path / "home"
    settings.TAMDAO_WITNESS_DIR = tmp_path / "witness"
    Level.objects.bulk_create([Level(code=f"shared{n}", depth=0) for n in range(3)])
    for run in range(runs):
        failures: list[str] = []
        stop = threading.Event()
        sealers = [threading.Thread(target=_seal, args=(stop, failures)) for _ in range(2)]
        writers = [
            threading.Thread(target=_write, args=(number, random.Random(run * 10 + number), failures))
            for number in range(3)
        ]
        for thread in [*sealers, *writers]:
            thread.start()
        for thread in writers:
            thread.join()
        stop.set()
        for thread in sealers:
            thread.join()
        assert not failures, run
        report = api.verify()
        assert report.problems == [], run
        assert report.warnings == [], run
    exporting.export(tmp_path / "out")
    assert (
        verifier.run([str(tmp_path / "out"), "--key", str(tmp_path / "home" / "ledger" / "ledger.pub")]) == 0
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(number) FROM ledger_entry")
        count, last = cursor.fetchone()
    assert count == last + 1
