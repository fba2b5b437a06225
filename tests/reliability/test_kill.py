"""kill -9 of every process in turn while clients write: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.house import Client, House, counts
from tests.reliability.probe_content import content

POSTGRES = os.environ.get("TAMDAO_TEST_DATABASE") == "postgres"
TARGETS = ("web worker", "worker", "web", "sealer")
CODES = "SELECT code FROM files_sourcedocument WHERE code LIKE '%-%-%'"
Ask = Callable[[str], list[Any]]


@contextmanager
def database(folder: Path) -> Iterator[tuple[str, Ask, Callable[[], None] | None]]:
    """URL of the database of the house, a way to ask it, and how to kill its server (SQLite has none)."""
    if POSTGRES:
        from tests.reliability.server import server

        with server(folder) as made:
            yield made.url, made.ask, made.kill
        return
    import sqlite3

    def ask(sql: str) -> list[Any]:
        connection = sqlite3.connect(folder / "home" / "tamdao.sqlite3", timeout=30)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    yield "", ask, None


def storm(folder: Path, *, kills: int, seed: int) -> str:
    """Kill `kills` times under the load of four clients, then count; the figures in a sentence."""
    chance = random.Random(seed)
    home = folder / "home"
    home.mkdir()
    with database(folder) as (url, ask, kill_server), House(home, url=url) as house:
        targets = (*TARGETS, *(("server",) if kill_server else ()))
        clients = [Client(house, range(start, 10**9, 4)) for start in range(4)]
        for client in clients:
            client.start()
        for number in range(kills):
            time.sleep(chance.uniform(0.2, 1.5))
            target = targets[number % len(targets)]
            if target == "server" and kill_server is not None:
                kill_server()
            else:
                house.kill(target)
            before = sum(len(client.acknowledged) for client in clients)
            # the house works again before the next blow
            house.wait(
                lambda before=before: sum(len(client.acknowledged) for client in clients) > before,  # type: ignore[misc]  # the default binds the number
                f"no command was acknowledged after {target} was killed",
            )
        for client in clients:
            client.over.set()
        for client in clients:
            client.join()
        return judge(house, ask, clients)


def judge(house: House, ask: Ask, clients: list[Client]) -> str:
    """0 lost, 0 doubled, everything that was promised has happened."""
    acknowledged = {number for client in clients for number in client.acknowledged}
    waiting = (
        "SELECT (SELECT COUNT(*) FROM jobs_outboxmessage WHERE state = 'waiting') + "
        "(SELECT COUNT(*) FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING'))"
    )
    house.wait(lambda: ask(waiting) == [(0,)], "messages or tasks are left")
    found = counts(ask(CODES))
    lost = acknowledged - set(found["row"])
    doubled = {kind: number for kind, seen in found.items() for number, times in seen.items() if times > 1}
    assert not lost
    assert not doubled
    # a command that committed without its answer reaching the client is whole as well
    assert set(found["row"]) == set(found["sent"]) == set(found["task"])
    assert ask("SELECT COUNT(*) FROM jobs_outboxmessage WHERE state <> 'sent'") == [(0,)]
    hashes = {hashlib.sha256(content(number)).hexdigest() for number in found["row"]}
    assert hashes == {sha256 for (sha256,) in ask("SELECT sha256 FROM files_fileblob")}
    for sha256 in hashes:
        kept = (house.home / "files" / sha256[:2] / sha256[2:4] / sha256).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == sha256
    house.wait(lambda: ask("SELECT COUNT(*) FROM ledger_pending") == [(0,)], "rows wait for their seal")
    house.tamdao("ledger", "verify")
    if not POSTGRES:
        assert ask("PRAGMA integrity_check") == [("ok",)]
    answers: dict[int, int] = {}
    for client in clients:
        for status, times in client.answers.items():
            answers[status] = answers.get(status, 0) + times
    # 0: no answer at all; 503: told to come again; nothing else may be seen
    assert set(answers) <= {0, 201, 500, 503}, answers
    ((sealed,),) = ask("SELECT COUNT(*) FROM ledger_sealedrow")
    return f"{len(acknowledged)} acknowledged, {sealed} rows sealed and verified, 0 lost, 0 doubled; answers {dict(sorted(answers.items()))}"


def test_a_few_blows(tmp_path: Path, record_property: Any) -> None:
    record_property("figure", storm(tmp_path, kills=4 if POSTGRES else 6, seed=1))


@pytest.mark.soak
def test_two_hundred_blows(tmp_path: Path, record_property: Any) -> None:
    record_property("figure", f"200 × kill -9: {storm(tmp_path, kills=200, seed=2)}")
