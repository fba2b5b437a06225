"""A disk that is full or can only be read, and a lock that lasts: told truthfully, and well again by itself."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.reliability.house import Client, House
from tests.reliability.sweep import Sweep, look

pytestmark = pytest.mark.skipif(
    "os.environ.get('TAMDAO_TEST_DATABASE') == 'postgres'", reason="the disk under SQLite"
)
NEEDS_ROOT = "a small disk is a tmpfs, which only root may mount"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk of its own in `folder`; skipped where none can be mounted."""
    if os.getuid() != 0:
        pytest.skip(NEEDS_ROOT)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tamdao-test", str(folder)],
        check=False, capture_output=True,
    )  # fmt: skip
    if made.returncode:
        pytest.skip(NEEDS_ROOT)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


class SmallDisk(Sweep):
    """The instance of the sweep on a disk that can be filled and write-protected."""

    def fresh(self, operation: str) -> None:
        """As before every operation; the folder itself is the disk and stays."""
        for path in self.home.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self.template, self.home, dirs_exist_ok=True)
        # what an operation says goes to another disk
        (self.home / "said").symlink_to(self.home.parent / "said")


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    with SmallDisk(tmp_path_factory.mktemp("disk")) as made:
        made.home.mkdir()
        with small_disk(made.home, 8):
            yield made


def fill(folder: Path) -> None:
    with (folder / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass


def remount(folder: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(folder)], check=True)


@pytest.mark.parametrize(("operation", "word"), [("enqueue", "đầy"), ("post", "đầy"), ("store_file", "")])
def test_a_full_disk_is_told_and_after_clearing_it_all_is_well(
    disk: SmallDisk, operation: str, word: str
) -> None:
    disk.fresh(operation)
    before = look(disk.home, operation)
    fill(disk.home)
    full = disk.run(operation, trace=False)
    assert not full.acknowledged
    assert word in full.said
    (disk.home / "filler").unlink()
    assert look(disk.home, operation) == before
    assert disk.run(operation, trace=False).acknowledged


@pytest.mark.parametrize("operation", ["enqueue", "post"])
def test_a_disk_that_can_only_be_read_is_told(disk: SmallDisk, operation: str) -> None:
    disk.fresh(operation)
    before = look(disk.home, operation)
    remount(disk.home, "ro")
    try:
        refused = disk.run(operation, trace=False)
    finally:
        remount(disk.home, "rw")
    assert not refused.acknowledged
    assert "OperationalError" not in refused.said or "chỉ cho đọc" in refused.said or "tệp" in refused.said
    assert look(disk.home, operation) == before
    assert disk.run(operation, trace=False).acknowledged


def locked_out(folder: Path, *, seconds: float) -> None:
    """Hold the write lock of a running house and look at readers and writers meanwhile."""
    home = folder / "home"
    home.mkdir()
    with House(home) as house:
        clients = [Client(house, range(start, 10**9, 8)) for start in range(8)]
        for client in clients:
            client.start()
        house.wait(lambda: sum(len(client.acknowledged) for client in clients) > 8, "no command came through")
        lock = sqlite3.connect(home / "tamdao.sqlite3", isolation_level=None, timeout=30)
        # every process is up: their start is no part of what is looked at
        sealed = "SELECT COUNT(*) FROM ledger_checkpoint"
        house.wait(lambda: lock.execute(sealed).fetchone() > (0,), "nothing was sealed")
        lock.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        slowest = 0.0
        while time.monotonic() - begun < seconds:
            asked = time.monotonic()
            # a reader, while eight writers push against the lock
            assert house.healthy(), f"a reader was turned away: {house.unwell}"
            slowest = max(slowest, time.monotonic() - asked)
            time.sleep(0.2)
        lock.execute("ROLLBACK")
        lock.close()
        kept = sum(len(client.acknowledged) for client in clients)
        house.wait(
            lambda: sum(len(client.acknowledged) for client in clients) > kept + 8,
            "not well by itself",
            seconds=60,
        )
        for client in clients:
            client.over.set()
        for client in clients:
            client.join()
        assert slowest < 5, f"a reader waited {slowest:.1f} s"
        statuses = {status for client in clients for status in client.answers}
        assert statuses <= {201, 503}
        assert 503 in statuses
        # expected refusals are no crashes
        log = (home / "house.log").read_text(errors="replace")
        assert "Traceback" not in log, log[-3000:]
    assert threading.active_count() < 50


def test_a_lock_of_some_seconds_costs_readers_nothing(tmp_path: Path) -> None:
    # shorter than the ten seconds after which a writer is answered; longer ones are the soak's
    locked_out(tmp_path, seconds=8)


@pytest.mark.soak
def test_a_lock_of_a_minute_costs_readers_nothing(tmp_path: Path) -> None:
    locked_out(tmp_path, seconds=55)
