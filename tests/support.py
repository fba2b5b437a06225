"""Helpers behind the fixtures: second databases, packs, a served demo instance."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

INSTALLED_AT = datetime(2026, 11, 1, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def forget() -> None:
    """Drop what the layers keep in memory, by the `forget` function of each module that memoises."""
    for name in ("tamdao.core.units.stamp", "tamdao.facts.queries.memo"):
        module = sys.modules.get(name)
        if module is not None:
            module.forget()


@contextmanager
def untraced(coverage: Any) -> Iterator[None]:
    """Measure no coverage here, nor in the processes that are started here."""
    started = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("COVERAGE_PROCESS")}
    coverage.stop()
    try:
        yield
    finally:
        coverage.start()
        os.environ.update(started)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run every call in a thread of its own, begun together; what each gave, or the exception it raised."""
    from django.db import connection

    found: list[Any] = [None] * len(calls)
    ready = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            ready.wait(30)
            found[place] = call()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@contextmanager
def answering_with(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A real HTTP server of this machine that answers with `handler`; its address."""
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Hold `file`, which is made when it is missing, against the other workers of a parallel run."""
    with file.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def name_beside(connection: Any, name: str, called: str) -> str:
    """The name of another database on the same server, or of another file in the same folder."""
    return f"{name}.{called}" if connection.vendor == "sqlite" else f"{name}_{called}"


def copy_database(connection: Any, name: str, *, to: str) -> str:
    """Copy the database `name`, which nobody else has open; returns `to`."""
    connection.close()
    if connection.vendor == "sqlite":
        # the write-ahead log is folded in when the last connection closes
        shutil.copy(name, to)
    else:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{to}"')
            cursor.execute(f'CREATE DATABASE "{to}" TEMPLATE "{name}"')
    return to


def drop_database(connection: Any, name: str) -> None:
    """Remove what `copy_database` made."""
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
    else:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def install_packs(folder: Path) -> None:
    """Install every pack of `folder` in the order of their requirements."""
    from tamdao.config.commands.demo import ordered_packs
    from tamdao.core.packs import api

    for pack in ordered_packs(folder):
        api.install(pack, by="tests", at=INSTALLED_AT)


def give_role(person: Any, role: str) -> None:
    """A role at a unit made for it, since 2020 and until further notice."""
    from tamdao.core.people.models import RoleHolding
    from tamdao.core.units.models import Level, Unit

    level, _ = Level.objects.get_or_create(code="country", depth=0, name_vi="Quốc gia", name_en="Country")
    unit, _ = Unit.objects.get_or_create(id="VN@2020-01-01", level=level, first_date=date(2020, 1, 1))
    RoleHolding.objects.create(person=person, role=role, unit=unit, from_date=date(2020, 1, 1))


def answers_of_page(island: str, function: str, calls: Sequence[Sequence[Any]]) -> list[Any]:
    """What a function of an island answers to each list of arguments, in one process of node."""
    from tools.assets import FRONTEND, environment

    lines = "\n".join(json.dumps(arguments) for arguments in calls)
    command = ["node", str(FRONTEND / "scripts/answer.mjs"), island, function]
    done = subprocess.run(command, input=lines, env=environment(), capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(calls)
    return answers


def free_port() -> int:
    """A port of the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class DemoInstance:
    """`tamdao demo --no-serve`, then `tamdao serve`, in a folder of its own; stopped on exit."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.passwords: dict[str, str] = {}
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("TAMDAO_", "DJANGO_"))
        }
        self.environ = kept | {"TAMDAO_HOME": str(home), "TAMDAO_WORKERS": "1"}
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One `tamdao` command on this instance, run to its end; the caller looks at the result."""
        command = [sys.executable, "-m", "tamdao.config.cli", *arguments]
        return subprocess.run(
            command, env=self.environ, capture_output=True, text=True, check=False, timeout=300
        )

    def __enter__(self) -> Self:
        made = self.run("demo", "--no-serve")
        if made.returncode:
            message = f"tamdao demo failed:\n{made.stdout}\n{made.stderr}"
            raise RuntimeError(message)
        for line in (self.home / "demo-accounts.txt").read_text(encoding="utf-8").splitlines():
            if "\t" in line and not line.startswith("#"):
                username, password = line.split("\t")[:2]
                self.passwords[username] = password
        command = [sys.executable, "-m", "tamdao.config.cli", "serve", "--port", str(self.port)]
        with (self.home / "serve.log").open("wb") as log:
            self.process = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log)
        self._wait()
        return self

    def _wait(self, seconds: float = 30) -> None:
        assert self.process is not None
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/health/", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self._stop()
        log = (self.home / "serve.log").read_text(encoding="utf-8", errors="replace")
        message = f"tamdao serve did not answer:\n{log}"
        raise RuntimeError(message)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
