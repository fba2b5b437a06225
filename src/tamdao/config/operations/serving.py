"""One lock per instance: whoever uses the records holds it shared, whoever replaces them holds it alone.

The kernel gives the lock back when its holder ends, however it ends. It speaks for one machine; several machines that
share a PostgreSQL are seen by their connections (`store_postgres.PostgresStore.other_sessions`).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tamdao.config.operations import notes
from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message

NAME = "serving.lock"
# held by `tamdao serve` besides, so that the doctor can tell a service from a command
SERVED = ".served.lock"


@contextmanager
def using(home: Path) -> Iterator[None]:
    """Held by every process that reads or writes the records, as long as it runs.

    Conflict while the records are being replaced, and after a replacement that was cut until it was done again. What
    the replacing command itself starts (the migrations of an upgrade) passes.
    """
    descriptor = _open(home)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if os.pread(descriptor, 20, 0) != str(os.getppid()).encode():
                raise Conflict(
                    Message(
                        f"Phiên bản {home} đang được nâng cấp, phục hồi hoặc chuyển cơ sở dữ liệu; chờ lệnh đó xong "
                        "rồi chạy lại.",
                        f"The instance {home} is being upgraded, restored or moved; wait for that command and start "
                        "again.",
                    ),
                    code="operations.locked",
                ) from error
        else:
            _check_whole(home)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """Held by `tamdao serve` as long as it runs. Conflict as with `using`."""
    with using(home):
        descriptor = os.open(home / SERVED, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # waits for the doctor at most, who lets go at once
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            yield
        finally:
            os.close(descriptor)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Held while the records are replaced as a whole. Conflict while anybody uses them."""
    descriptor = _open(home)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                Message(
                    f"Phiên bản {home} đang chạy, hoặc một lệnh khác (tamdao backup, pack install …) đang dùng dữ "
                    "liệu. Dừng trước đã: systemctl stop tamdao (hoặc dừng “tamdao serve”), chờ lệnh kia xong.",
                    f"The instance {home} is being served, or another command (tamdao backup, pack install …) uses "
                    "its records. Stop it first: systemctl stop tamdao (or end “tamdao serve”), wait for that command.",
                ),
                code="operations.locked",
            ) from error
        # the number of this process tells its children, who may pass, from everybody else
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_served(home: Path) -> bool:
    """Whether `tamdao serve` runs on this machine."""
    try:
        descriptor = os.open(home / SERVED, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _open(home: Path) -> int:
    return os.open(home / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _check_whole(home: Path) -> None:
    if notes.read(home).get("upgrade"):
        raise Conflict(
            Message(
                f"Một lần nâng cấp {home} bị cắt giữa chừng, dữ liệu có thể mới nâng cấp một nửa. "
                "Chạy trước: tamdao upgrade.",
                f"An upgrade of {home} was cut, its records may be half-way. Run first: tamdao upgrade.",
            ),
            code="operations.upgrade_cut",
        )
    if (home / notes.RESTORING).exists():
        raise Conflict(
            Message(
                f"Một lần phục hồi {home} bị cắt giữa chừng hoặc kiểm tra thấy sai. Chạy lại lệnh tamdao restore đó.",
                f"A restore of {home} was cut, or its checks found faults. Run that tamdao restore again.",
            ),
            code="operations.restore_cut",
        )
