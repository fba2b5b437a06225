"""A database that can't be used now: 503 with a sentence, readers go on, the health page tells the truth."""

from __future__ import annotations

import errno
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection, connections
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from tamdao.config import crowding, unavailable
from tamdao.config.crowding import CrowdingMiddleware
from tamdao.core.jobs import pulse
from tamdao.core.jobs.models import Pulse
from tests.integration.jobs.test_once import URLS, Caller

only_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the lock of SQLite")


def sqlite_error(code: int) -> OperationalError:
    error = OperationalError("words of the library")
    error.__cause__ = cause = sqlite3.OperationalError("words of the library")
    cause.sqlite_errorcode = code
    return error


def postgres_error(state: str) -> OperationalError:
    error = OperationalError("words of the library")
    error.__cause__ = type("PgError", (Exception,), {"sqlstate": state})()
    return error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (sqlite_error(5), unavailable.BUSY),
        (sqlite_error(261), unavailable.BUSY),
        (sqlite_error(8), unavailable.READ_ONLY),
        (sqlite_error(13), unavailable.FULL),
        (sqlite_error(10), unavailable.AWAY),
        (sqlite_error(1), None),
        (postgres_error("55P03"), unavailable.BUSY),
        (postgres_error("40P01"), unavailable.BUSY),
        (postgres_error("53100"), unavailable.FULL),
        (postgres_error("25006"), unavailable.READ_ONLY),
        (postgres_error("08006"), unavailable.AWAY),
        (InterfaceError("connection already closed"), unavailable.AWAY),
        (ProgrammingError("no such column"), None),
        (OSError(errno.ENOSPC, "full"), unavailable.FULL),
        (OSError(errno.EROFS, "read-only"), unavailable.READ_ONLY),
        (OSError(errno.ENOENT, "absent"), None),
        (ValueError(), None),
        (None, None),
    ],
)
def test_what_is_said_of_an_error(error: BaseException | None, sentence: object) -> None:
    assert unavailable.sentence_for(error) is sentence


@pytest.mark.parametrize(("language", "said"), [("vi", "đang ghi một việc lớn"), ("en", "busy writing")])
def test_the_answer_needs_no_database(rf: RequestFactory, language: str, said: str) -> None:
    from django.utils import translation

    with translation.override(language):
        page = unavailable.unavailable(rf.get("/targets/"), sqlite_error(5))
        problem = unavailable.unavailable(rf.get("/api/v1/targets"), sqlite_error(13))
    assert page is not None
    assert problem is not None
    assert (page.status_code, page["Retry-After"], said in page.content.decode()) == (503, "5", True)
    assert "locked" not in page.content.decode()
    assert (problem["Content-Type"], problem["Retry-After"]) == ("application/problem+json", "30")


@contextmanager
def write_lock() -> Iterator[None]:
    """Another program that holds the write lock of SQLite."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


@pytest.fixture
def _impatient(committed_db: None, settings: Settings) -> None:
    settings.ROOT_URLCONF = URLS
    connection.cursor().execute("PRAGMA busy_timeout = 100")


@only_sqlite
@pytest.mark.usefixtures("_impatient")
def test_a_writer_that_meets_a_lock_is_told_in_plain_words_and_succeeds_later() -> None:
    caller = Caller()
    with write_lock():
        for key in (None, "8e03978e-40d5-43dd-bc93-6894a57f9324"):
            refused = caller.post({"n": 1}, key=key)
            assert (refused.status_code, refused["Retry-After"]) == (503, "5")
            assert "thử lại sau ít giây" in refused.content.decode()
            assert "locked" not in refused.content.decode()
        assert Client().get("/hello/").status_code == 200
    assert caller.post({"n": 1}).status_code == 201


@only_sqlite
@pytest.mark.usefixtures("_impatient")
def test_a_lock_met_outside_a_view_is_told_just_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(request: object) -> None:
        raise sqlite_error(5)

    monkeypatch.setattr("tamdao.config.once.command_of", locked)
    refused = Client(raise_request_exception=False).post("/kit/theme/", {"theme": "dark"})
    assert (refused.status_code, refused["Retry-After"]) == (503, "5")


def test_writers_that_wait_leave_threads_to_the_readers(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowding, "SLOW", 1.0)
    monkeypatch.setattr(crowding, "PATIENCE", 0.2)
    over = threading.Event()
    begun = threading.Semaphore(0)

    def slow(request: object) -> HttpResponse:
        begun.release()
        over.wait(30)
        return HttpResponse("ok")

    middleware = CrowdingMiddleware(slow)
    threads = [
        threading.Thread(target=middleware, args=(rf.post("/x/"),)) for _ in range(crowding.MOST_WRITERS)
    ]
    for thread in threads:
        thread.start()
        begun.acquire(timeout=5)
    # one too many waits for a moment; when the others are known to be stuck, not even that
    for expected in (0.2, 0.0):
        asked = time.monotonic()
        assert middleware(rf.post("/x/")).status_code == 503
        assert time.monotonic() - asked >= expected
        time.sleep(1.0)
    over.set()
    # a reader is never turned away; after the writers have gone, neither is a writer
    assert middleware(rf.get("/x/")).status_code == 200
    for thread in threads:
        thread.join()
    assert middleware(rf.post("/x/")).status_code == 200


def test_a_burst_of_quick_writers_is_not_turned_away(rf: RequestFactory) -> None:
    def quick(request: object) -> HttpResponse:
        time.sleep(0.01)
        return HttpResponse("ok")

    middleware = CrowdingMiddleware(quick)
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(middleware(rf.post("/x/")).status_code))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 20


# --- health --------------------------------------------------------------------------------------------------


class Beat:
    """A heart whose clock and database are the test's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.writes = 0
        self.error: OperationalError | None = None
        self.heart = pulse.Heart(monotonic=lambda: self.now)
        monkeypatch.setattr(pulse, "write", self.write)

    def write(self) -> None:
        self.writes += 1
        if self.error is not None:
            raise self.error


@pytest.fixture
def beat(monkeypatch: pytest.MonkeyPatch) -> Beat:
    return Beat(monkeypatch)


def test_however_often_it_is_asked_the_disk_is_written_every_few_seconds(beat: Beat) -> None:
    for _ in range(100):
        beat.heart.check()
    assert beat.writes == 1
    beat.now += pulse.EVERY
    beat.heart.check()
    assert beat.writes == 2


def test_a_failure_is_told_until_a_write_succeeds(beat: Beat) -> None:
    beat.error = sqlite_error(13)
    for _ in range(3):
        with pytest.raises(OperationalError):
            beat.heart.check()
    assert beat.writes == 1
    beat.error = None
    beat.now += pulse.AFTER_FAILURE
    beat.heart.check()


def test_a_busy_database_is_healthy_for_a_minute(beat: Beat) -> None:
    beat.heart.check()
    beat.error = sqlite_error(5)
    beat.now += pulse.BUSY_FOR - 1
    beat.heart.check()
    beat.now += pulse.EVERY
    with pytest.raises(OperationalError):
        beat.heart.check()


@pytest.mark.django_db
def test_the_page_writes_and_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamdao.config.health.heart", pulse.Heart())
    answer = Client().get("/health/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert Pulse.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (sqlite_error(13), "Ổ đĩa của hệ thống đã đầy"),
        (sqlite_error(8), "chỉ cho đọc"),
        (sqlite_error(5), "bị khóa quá lâu"),
        (ProgrammingError("no such table"), "tạm thời không dùng được"),
    ],
)
def test_the_page_says_what_is_wrong(error: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("tamdao.config.health.heart", SimpleNamespace(check=fail))
    answer = Client().get("/health/")
    assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert said in answer.content.decode()


@only_sqlite
@pytest.mark.usefixtures("committed_db")
def test_the_page_waits_half_a_second_for_a_lock_and_gives_the_patience_back() -> None:
    before = connection.cursor().execute("PRAGMA busy_timeout").fetchone()
    with write_lock():
        begun = time.monotonic()
        with pytest.raises(OperationalError):
            pulse.write()
        assert time.monotonic() - begun < 3
    pulse.write()
    assert connection.cursor().execute("PRAGMA busy_timeout").fetchone() == before


@only_sqlite
def test_a_database_that_can_only_be_read_is_told(tmp_path: Path, committed_db: None) -> None:
    pulse.write()
    connection.cursor().execute("PRAGMA query_only = 1")
    try:
        with pytest.raises(OperationalError) as refused:
            pulse.write()
    finally:
        connections["default"].cursor().execute("PRAGMA query_only = 0")
    assert unavailable.sentence_for(refused.value) is unavailable.READ_ONLY
