"""A running instance whose processes can be killed: each is started again at once, as systemd would."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from tamdao.config.commands.serve import programs
from tests.support import free_port

ROOT = Path(__file__).parents[2]
SETTINGS = "tests.reliability.settings"


class House:
    """Web, worker and sealer of an instance in `home`, on SQLite or on the database that `url` names."""

    def __init__(self, home: Path, *, url: str = "") -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TAMDAO_")}
        self.environ = kept | {"TAMDAO_HOME": str(home), "DJANGO_SETTINGS_MODULE": SETTINGS}
        if url:
            self.environ["TAMDAO_DATABASE_URL"] = url
        web, _, sealer = programs(host="127.0.0.1", port=self.port, workers=1)
        worker = (sys.executable, "-m", "tests.reliability.worker")
        self.commands = {"web": web.command, "worker": worker, "sealer": sealer.command}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = threading.Event()
        self.bearer = self.unwell = ""

    def tamdao(self, *arguments: str) -> str:
        """One command on the instance; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tamdao.config.cli", *arguments],
            env=self.environ, cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def __enter__(self) -> Self:
        self.tamdao("migrate")
        self.tamdao("assets")
        self.bearer = self.tamdao("client", "create", "probe")
        self.log = (self.home / "house.log").open("wb")
        for name in self.commands:
            self.start(name)
        self.keeper = threading.Thread(target=self._keep)
        self.keeper.start()
        self.wait(self.healthy, "the house did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self.keeper.join()
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.log.close()

    def start(self, name: str) -> None:
        """Start a program in a group of its own."""
        self.running[name] = subprocess.Popen(
            self.commands[name], env=self.environ, cwd=ROOT, process_group=0, stdout=self.log, stderr=self.log
        )

    def _keep(self) -> None:
        while not self.stopping.wait(0.05):
            for name, process in list(self.running.items()):
                if process.poll() is not None:
                    with contextlib.suppress(ProcessLookupError):
                        # what a killed web server leaves behind would go on listening
                        os.killpg(process.pid, signal.SIGKILL)
                    self.start(name)

    def kill(self, target: str) -> None:
        """kill -9 of `web` (the server), `web worker` (its child), `worker` or `sealer`."""
        pid = self.running[target.split(maxsplit=1)[0]].pid
        if target == "web worker":
            found = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
            pid = found[-1] if found else pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def healthy(self) -> bool:
        """Whether the health page says ok; what it says otherwise stands in `unwell`."""
        try:
            with urllib.request.urlopen(f"{self.url}/health/", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            self.unwell = f"{error.code} {error.read().decode(errors='replace')[:300]}"
        except OSError as error:
            self.unwell = repr(error)
        return False

    def wait(self, ready: Callable[[], bool], failing: str, *, seconds: float = 90) -> None:
        """Wait until `ready`; AssertionError with the end of the log otherwise."""
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end:
                tail = (self.home / "house.log").read_text(errors="replace")[-3000:]
                raise AssertionError(f"{failing}:\n{tail}")
            time.sleep(0.2)

    def post(self, number: int, key: str) -> int:
        """One probe command; its status, 0 when no answer came."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/probe",
            data=json.dumps({"n": number}).encode(),
            headers={"Authorization": f"Bearer {self.bearer}", "Idempotency-Key": key},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except (OSError, urllib.error.URLError):
            return 0


class Client(threading.Thread):
    """A client of the exchange: sends numbered commands, each until it is acknowledged, and keeps a journal."""

    def __init__(self, house: House, numbers: range) -> None:
        super().__init__()
        self.house, self.numbers = house, numbers
        self.over = threading.Event()
        self.acknowledged: list[int] = []
        self.answers: dict[int, int] = {}

    def run(self) -> None:
        for number in self.numbers:
            key = str(uuid4())
            while not self.over.is_set():
                status = self.house.post(number, key)
                self.answers[status] = self.answers.get(status, 0) + 1
                if status == 201:
                    self.acknowledged.append(number)
                    break
                self.over.wait(0.1)
            if self.over.is_set():
                return


def counts(rows: list[Any]) -> dict[str, dict[int, int]]:
    """Effects by kind and number, from the codes of the documents that the probe wrote."""
    found: dict[str, dict[int, int]] = {"row": {}, "sent": {}, "task": {}}
    for (code,) in rows:
        kind, number, _ = code.split("-")
        found[kind][int(number)] = found[kind].get(int(number), 0) + 1
    return found
