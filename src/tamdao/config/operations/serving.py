"""One lock per instance: who serves holds it shared, who replaces the records holds it alone.

The kernel gives the lock back when its holder ends, however it ends. It speaks for one machine; several machines that
share a PostgreSQL are seen by their connections (`postgres.other_sessions`).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message

NAME = "serving.lock"


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """Held by `tamdao serve` as long as it runs. Conflict while an upgrade, a restore or a move is going on."""
    with _locked(
        home,
        fcntl.LOCK_SH,
        Message(
            f"Phiên bản {home} đang được nâng cấp, phục hồi hoặc chuyển cơ sở dữ liệu; chờ lệnh đó xong rồi chạy lại.",
            f"The instance {home} is being upgraded, restored or moved; wait for that command and start again.",
        ),
    ):
        yield


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Held while the records are replaced as a whole. Conflict while the instance is served."""
    with _locked(
        home,
        fcntl.LOCK_EX,
        Message(
            f"Phiên bản {home} đang chạy. Dừng trước đã: systemctl stop tamdao (hoặc dừng “tamdao serve”).",
            f"The instance {home} is being served. Stop it first: systemctl stop tamdao (or end “tamdao serve”).",
        ),
    ):
        yield


@contextmanager
def _locked(home: Path, kind: int, refusal: Message) -> Iterator[None]:
    descriptor = os.open(home / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(refusal, code="operations.locked") from error
        yield
    finally:
        os.close(descriptor)
