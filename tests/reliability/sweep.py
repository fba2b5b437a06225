"""Faults at system calls: an operation is run under strace, which makes its n-th write, sync, rename … fail.

The method is Tessera's: every write-like call × {EIO, ENOSPC, SIGKILL}, one at a time; afterwards the database holds
what it held before or all of what the operation writes, never a part, and "done" was said only if it is done.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
CALLS = (
    "pwrite64", "write", "fsync", "fdatasync", "rename", "link", "openat", "unlink", "ftruncate", "mkdir"
)  # fmt: skip
FAULTS = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\(")
NO_STRACE = (
    "strace is missing or may not trace: apt-get install strace (tools/strace.sh does it as root); "
    "without root also sysctl kernel.yama.ptrace_scope=0"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """The `number`-th `call` of an operation goes wrong like `kind`."""

    operation: str
    call: str
    number: int
    kind: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.call} {self.number}, {self.kind}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the operation ended: exit code, the signal that ended it, and what it said."""

    code: int
    signal: int
    said: str

    @property
    def acknowledged(self) -> bool:
        """Whether the caller was told that it is done."""
        return self.code == 0 and not self.signal and self.said.endswith("DONE\n")


class Sweep:
    """A prepared instance, copied afresh for every run, and the process that forks for each operation."""

    def __init__(self, folder: Path) -> None:
        self.template, self.home = folder / "template", folder / "home"
        self.log = folder / "strace.log"
        self.environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("TAMDAO_", "DJANGO_"))
        }
        self.environ |= {"TAMDAO_HOME": str(self.home), "PYTHONHASHSEED": "0", "TAMDAO_LOG_LEVEL": "ERROR"}
        # the administrator who sends the form has a password only
        self.environ["TAMDAO_SECOND_FACTOR_ROLES"] = "none"
        self.server: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.reliability.operations"]
        subprocess.run([*command, "prepare"], cwd=ROOT, env=self.environ, check=True, capture_output=True)
        self.home.rename(self.template)
        self.server = subprocess.Popen(
            [*command, "serve"], cwd=ROOT, env=self.environ, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.server is not None
        with self.server:
            self.server.kill()

    def fresh(self, operation: str) -> None:
        """The instance as it was before the operation; tables are made by the operation that makes tables."""
        shutil.rmtree(self.home, ignore_errors=True)
        if operation == "migrate":
            self.home.mkdir(mode=0o700)
            shutil.copy(self.template / "secret-key", self.home)
        else:
            shutil.copytree(self.template, self.home)

    def run(self, operation: str, *, fault: Fault | None = None, trace: bool = True) -> Outcome:
        """Run the operation on the instance as it stands, with one fault or none."""
        assert self.server is not None
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        print(operation, file=self.server.stdin, flush=True)
        child = int(self.server.stdout.readline())
        tracer = self._trace(child, fault) if trace else None
        print("go", file=self.server.stdin, flush=True)
        status = int(self.server.stdout.readline())
        if tracer is not None:
            tracer.wait(timeout=30)
            assert tracer.stderr is not None
            tracer.stderr.close()
        said = (self.home / "said").read_text(encoding="utf-8") if (self.home / "said").exists() else ""
        return Outcome(os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1, os.WTERMSIG(status), said)

    def _trace(self, child: int, fault: Fault | None) -> subprocess.Popen[str]:
        command = ["strace", "-p", str(child), "-o", str(self.log), "-s", "0", "-e"]
        command.append(f"trace={fault.call if fault else ','.join(CALLS)}")
        if fault is not None:
            command += ["-e", f"inject={fault.call}:{fault.kind}:when={fault.number}"]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert tracer.stderr is not None
        told = tracer.stderr.readline()
        if "attached" not in told:
            raise RuntimeError(f"{NO_STRACE}: {told.strip()}")
        return tracer

    def points(self, operation: str) -> list[tuple[str, int]]:
        """The write-like calls of an undisturbed run; opening for reading is not one of them."""
        self.fresh(operation)
        outcome = self.run(operation)
        if not outcome.acknowledged:
            raise AssertionError(f"{operation} does not even work undisturbed: {outcome}")
        counts: Counter[str] = Counter()
        found = []
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            match = _CALL.match(line)
            if match is None or match[1] not in CALLS:
                continue
            counts[match[1]] += 1
            if match[1] != "openat" or "O_CREAT" in line or "O_WRONLY" in line or "O_RDWR" in line:
                found.append((match[1], counts[match[1]]))
        return found

    def faults(self, operation: str) -> Iterator[Fault]:
        """Every fault at every point of the operation."""
        for call, number in self.points(operation):
            for kind in FAULTS:
                yield Fault(operation, call, number, kind)


# what each operation changes; times, keys and numbers that differ from run to run are left out
LOOKS = {
    "install_pack": (
        "SELECT version, content_hash FROM packs_installedpack",
        "SELECT code, title_vi FROM files_sourcedocument",
        "SELECT kind, key, sha256 FROM packs_packrecord ORDER BY kind, key",
        "SELECT COUNT(*) FROM facts_factchange",
    ),
    "publish": (
        "SELECT indicator_id, unit_id, period, value, revision FROM facts_observation ORDER BY 1, 2, 3, 5",
        "SELECT COUNT(*) FROM facts_factchange",
    ),
    "create_client": ("SELECT name, role FROM people_apiclient ORDER BY name",),
    "revoke_client": ("SELECT name, revoked_at FROM people_apiclient ORDER BY name",),
    "enqueue": ("SELECT channel, ordering, state FROM jobs_outboxmessage ORDER BY number",),
    "relay": ("SELECT channel, state, sent_at IS NULL FROM jobs_outboxmessage ORDER BY number",),
    "store_file": ("SELECT sha256, size FROM files_fileblob",),
    "post": (
        "SELECT state FROM jobs_outboxmessage ORDER BY number",
        "SELECT kind, reason, by FROM jobs_outboxdecision",
        "SELECT actor, fingerprint, LENGTH(answer) > 0 FROM jobs_idempotencykey",
    ),
    # a task that was claimed is run again when its lease is over: not yet ended is "before"
    "run_task": ("SELECT status IN ('READY', 'RUNNING') FROM django_tasks_database_dbtaskresult",),
    "migrate": ("SELECT COUNT(*) > 0 FROM sqlite_master",),
}


def look(home: Path, operation: str) -> list[Any]:
    """What the database says of the operation; raises AssertionError when it is damaged."""
    database = home / "tamdao.sqlite3"
    if not database.exists():
        return []
    connection = sqlite3.connect(database)
    try:
        (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
        assert sound == "ok", sound
        return [connection.execute(sql).fetchall() for sql in LOOKS[operation]]
    finally:
        connection.close()
