"""What every test gets: no network beyond this machine, a clock that can be held, the demo data, fresh caches."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone

from tamdao.core.ledger.capture import triggers
from tamdao.facts import append_only
from tests.support import DemoInstance, create_database, drop_database, forget, install_packs

PACKS = Path(__file__).parents[1] / "packs"
# `make test` stays inside its minutes and fails the same way twice; `make test-soak` looks further
hypothesis.settings.register_profile("fast", max_examples=60, deadline=None, derandomize=True)
hypothesis.settings.register_profile("soak", max_examples=5000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
_real_connect = socket.socket.connect


def _connect(self: socket.socket, address: Any) -> None:
    """Only this machine may be reached: a test that needs the outside world is a mistake."""
    if self.family in {socket.AF_INET, socket.AF_INET6}:
        host = address[0]
        inside = host == "localhost" or ipaddress.ip_address(host.split("%")[0]).is_loopback
        if not inside:
            pytest.fail(f"a test tried to reach {host}")
    _real_connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connect)
        yield


@pytest.fixture(autouse=True, scope="session")
def _emptied_past_the_guards() -> Iterator[None]:
    """A test with real transactions empties the database at its end: the triggers that forbid it step aside.

    They come back with the `post_migrate` that follows.
    """
    plain = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # Django's own, not in its stubs

    def teardown(case: TransactionTestCase) -> None:
        triggers.remove(connection)
        append_only.remove(connection)
        plain(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture(autouse=True)
def _fresh_caches(request: pytest.FixtureRequest) -> Iterator[None]:
    """Derived values are memoised by the newest change, whose number a rolled-back test may reuse: all is dropped.

    Tests that only read the demo data share what was derived from it.
    """
    cache.clear()
    if "demo_db" in request.fixturenames:
        yield
        return
    forget()
    yield
    forget()


@pytest.fixture
def hold_today(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], datetime]:
    """Hold the clock: `hold_today(date(2026, 11, 22))` makes it that day, 9:00 in Hà Nội, until the test ends."""

    def hold(day: date) -> datetime:
        moment = datetime.combine(day, time(9), tzinfo=timezone.get_default_timezone())
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return hold


@pytest.fixture(scope="session")
def _demo_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A second database beside the empty one of the tests, with every pack of the repository; its name."""
    with django_db_blocker.unblock():
        empty = str(connection.settings_dict["NAME"])
        demo = create_database(connection, like=empty, called="demo")
        _use(demo)
        install_packs(PACKS)
        _use(empty)
    yield demo
    with django_db_blocker.unblock():
        drop_database(connection, demo)


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.fixture
def _on_demo(request: pytest.FixtureRequest, _demo_database: str) -> Iterator[None]:
    if request.node.get_closest_marker("django_db"):
        pytest.fail("demo_db opens the database itself; leave out the django_db mark")
    empty = str(connection.settings_dict["NAME"])
    _use(_demo_database)
    yield
    _use(empty)


@pytest.fixture
def demo_db(_on_demo: None, db: None) -> Iterator[None]:
    """The database with all packs of the repository installed; what the test writes is rolled back.

    The packs are installed once per run (and once per worker of a parallel run). Instead of, not beside, the
    `django_db` mark.
    """
    writes: list[str] = []

    def notice(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
            writes.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(notice):
        yield
    if writes:
        forget()


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Writes commit, threads take part; the database is a copy of the empty one and is dropped afterwards.

    Instead of the `django_db` mark: Django's own flush would run into the append-only triggers of PostgreSQL.
    """
    with django_db_blocker.unblock():
        empty = str(connection.settings_dict["NAME"])
        mine = create_database(connection, like=empty, called="committed")
        connection.settings_dict["NAME"] = mine
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = empty
            drop_database(connection, mine)


@pytest.fixture(scope="session")
def demo_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoInstance]:
    """A whole demo instance of its own, served by `tamdao serve`: for browser stories and process tests.

    Gives an object with `url`, `home` and `passwords` (username → password).
    """
    home = tmp_path_factory.mktemp("instance")
    with DemoInstance(home) as instance:
        yield instance
    shutil.rmtree(home, ignore_errors=True)
