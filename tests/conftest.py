"""What every test gets: no network beyond this machine, a clock that can be held, the demo data, fresh caches."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import coverage
import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone

from tamdao.core.ledger.capture import triggers
from tamdao.facts import append_only
from tests.support import (
    DemoInstance,
    copy_database,
    drop_database,
    forget,
    install_packs,
    name_beside,
    one_at_a_time,
    untraced,
)

PACKS = Path(__file__).parents[1] / "packs"
# `make test` stays inside its minutes and fails the same way twice; `make test-soak` looks further
hypothesis.settings.register_profile("fast", max_examples=60, deadline=None, derandomize=True)
hypothesis.settings.register_profile("soak", max_examples=5000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
_real_connect = socket.socket.connect
# files that take long, the longest first: begun last, they would leave one worker alone at the end
LONG = (
    "test_previous_release.py", "test_seeded_faults.py", "test_matrix.py", "test_processes.py", "test_pages_walk.py",
    "test_kill.py", "test_disk.py", "test_formulas.py", "test_upgrade.py", "test_api_schema.py", "test_explain.py",
    "test_people_machine.py", "test_controls_off.py", "test_mapconv.py", "test_expr.py",
)  # fmt: skip


def _connect(self: socket.socket, address: Any) -> None:
    """Only this machine may be reached: a test that needs the outside world is a mistake."""
    if self.family in {socket.AF_INET, socket.AF_INET6}:
        host = address[0]
        inside = host == "localhost" or ipaddress.ip_address(host.split("%")[0]).is_loopback
        if not inside:
            pytest.fail(f"a test tried to reach {host}")
    _real_connect(self, address)


# these go the same ways thousands of times: tracing them costs minutes and finds no line that nothing else runs
UNTRACED = (
    "tests/property", "tests/reliability", "tests/integration/permissions", "tests/integration/test_api_schema.py",
    "tests/integration/test_pages_walk.py", "tests/integration/test_people_machine.py",
)  # fmt: skip


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    place = item.path.relative_to(item.config.rootpath).as_posix()
    traced = coverage.Coverage.current() if place.startswith(UNTRACED) else None
    with untraced(traced) if traced else nullcontext():
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONG)))


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
def _demo_database(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A second database beside the empty one of the tests, with every pack of the repository; its name.

    The first worker of a parallel run installs the packs, the others copy what it made.
    """
    folder = tmp_path_factory.getbasetemp()
    # the folders of the workers lie side by side in that of the run
    note = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "packs-installed"
    kept = ""
    with django_db_blocker.unblock(), one_at_a_time(note):
        empty = str(connection.settings_dict["NAME"])
        made = note.read_text(encoding="utf-8")
        demo = copy_database(connection, made or empty, to=name_beside(connection, empty, "demo"))
        if not made:
            _use(demo)
            install_packs(PACKS)
            _use(empty)
            kept = copy_database(connection, demo, to=name_beside(connection, empty, "packs"))
            note.write_text(kept, encoding="utf-8")
    yield demo
    with django_db_blocker.unblock(), one_at_a_time(note):
        drop_database(connection, demo)
        if kept:
            note.write_text("", encoding="utf-8")
            drop_database(connection, kept)


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
        mine = copy_database(connection, empty, to=name_beside(connection, empty, "committed"))
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
