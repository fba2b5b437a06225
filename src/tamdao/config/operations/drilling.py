"""The place where a drill restores: below the instance, protected as it is, and gone when the drill ends.

What is opened there (signing keys, personal keys) must not lie on another disk, where others may read it or a backup
of the machine may pick it up. A drill that is told to stop clears it away; after one that was killed the next does, and
the doctor says so.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message

FOLDER = ".drill"
_LOCK = ".drill.lock"


@contextmanager
def scratch_folder(home: Path) -> Iterator[Path]:
    """An empty folder for this process alone; removed at the end, also on SIGTERM. Conflict while another drill runs.

    The restore into it looks itself whether there is room.
    """
    place = home / FOLDER
    with _only_one(home):
        # left by a drill that was killed
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
        before = signal.signal(signal.SIGTERM, _leave)
        try:
            yield place
        finally:
            shutil.rmtree(place)
            signal.signal(signal.SIGTERM, before)


def is_left(home: Path) -> bool:
    """Whether a drill that was killed has left what it opened."""
    if not (home / FOLDER).exists():
        return False
    try:
        with _only_one(home):
            return True
    except Conflict:
        return False


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    descriptor = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                Message(
                    "Một lần thử phục hồi khác đang chạy; chờ lần đó xong.",
                    "Another drill is running; wait for it to end.",
                ),
                code="drill.running",
            ) from error
        yield
    finally:
        os.close(descriptor)
