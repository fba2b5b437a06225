"""Checks of the machine: Python and libraries, disk, clock zone, journal, processors, port."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from tamdao.config import env
from tamdao.config.operations import serving
from tamdao.kit.messages import Message

from .faults import Fault, Look

LEAST_PYTHON = (3, 11)
LOCK = env.REPOSITORY / "requirements" / "base.txt"
LEAST_FREE = 1 << 30
LEAST_SHARE = 0.05
VIETNAM_SECONDS = 7 * 3600
RUNNING_SYSTEMD = Path("/run/systemd/system")
KEPT_JOURNAL = Path("/var/log/journal")
_PINNED = re.compile(r"^([\w.-]+)==(\S+)(.*)$", re.MULTILINE)


def check_python(_look: Look) -> Iterator[Fault]:
    """The interpreter is one the release was tested with, and so is every library of the lock."""
    if sys.version_info[:2] < LEAST_PYTHON:
        yield Fault(
            "python",
            Message("Python quá cũ, cần từ 3.11", "Python is too old, 3.11 or newer is needed"),
            sys.executable,
            "apt-get install python3.11 python3.11-venv && make setup",
        )
    if not LOCK.exists():
        return
    wrong = []
    for name, version, rest in _PINNED.findall(LOCK.read_text(encoding="utf-8")):
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = ""
        # a line with a condition may be for another machine
        if found != version and ";" not in rest:
            wrong.append(f"{name} {found or '–'} ({version})")
    if wrong:
        shown = ", ".join(wrong[:5]) + (" …" if len(wrong) > 5 else "")
        yield Fault(
            "libraries",
            Message(
                f"{len(wrong)} thư viện khác bản đã khóa: {shown}",
                f"{len(wrong)} libraries differ from the lock: {shown}",
            ),
            sys.prefix,
            "make setup",
        )


def check_disk(look: Look) -> Iterator[Fault]:
    """Room and inodes where the instance and its backups stand."""
    places = [look.home, *(Path(name) for name in [look.setting("TAMDAO_BACKUPS")] if name)]
    for place in places:
        if not place.exists():
            continue
        usage, inodes = shutil.disk_usage(place), os.statvfs(place)
        if usage.free < max(LEAST_FREE, int(usage.total * LEAST_SHARE)):
            yield Fault(
                "disk",
                Message(f"ổ đĩa chỉ còn {usage.free >> 20} MB", f"only {usage.free >> 20} MB are free"),
                str(place),
                f"du -xh --max-depth=2 {look.quoted(place)} | sort -h | tail",
            )
        if inodes.f_files and inodes.f_favail < inodes.f_files * LEAST_SHARE:
            yield Fault(
                "inodes",
                Message(
                    "ổ đĩa sắp hết inode (quá nhiều tệp)", "the disk runs out of inodes (too many files)"
                ),
                str(place),
                f"du -x --inodes --max-depth=2 {look.quoted(place)} | sort -n | tail",
            )


def check_zone(_look: Look) -> Iterator[Fault]:
    """Logs and timers speak of Vietnamese time only when the machine does."""
    if time.localtime().tm_gmtoff != VIETNAM_SECONDS:
        yield Fault(
            "zone",
            Message(
                "giờ máy không phải giờ Việt Nam; hẹn giờ sao lưu và nhật ký hệ thống theo giờ máy",
                "the machine does not keep Vietnamese time; timers and system logs follow the machine",
            ),
            "/etc/localtime",
            "timedatectl set-timezone Asia/Ho_Chi_Minh",
            wrong=False,
        )


def check_journal(_look: Look) -> Iterator[Fault]:
    """The log survives a restart of the machine."""
    if RUNNING_SYSTEMD.exists() and not KEPT_JOURNAL.is_dir():
        yield Fault(
            "journal",
            Message(
                "nhật ký hệ thống mất khi khởi động lại",
                "the log of the system is lost when the machine restarts",
            ),
            str(KEPT_JOURNAL),
            f"mkdir -p {KEPT_JOURNAL} && systemctl restart systemd-journald",
        )


def check_workers(look: Look) -> Iterator[Fault]:
    """About one web process per core: more only wait for one another."""
    cores = os.cpu_count() or 1
    workers = env.read_int("TAMDAO_WORKERS", look.environ)
    if workers > 2 * cores:
        yield Fault(
            "workers",
            Message(
                f"{workers} tiến trình web trên {cores} nhân", f"{workers} web processes on {cores} cores"
            ),
            "TAMDAO_WORKERS",
            f"TAMDAO_WORKERS={cores}",
            wrong=False,
        )


def check_port(look: Look) -> Iterator[Fault]:
    """Who serves answers its health page; who does not serve finds its port free."""
    served = serving.is_served(look.home)
    status = _health(look.port)
    if served and status != 200:
        told = f"/health/ {status}" if status else "–"
        yield Fault(
            "port",
            Message(
                f"đang chạy nhưng cổng {look.port} không trả lời tốt ({told})",
                f"is being served, but port {look.port} does not answer well ({told})",
            ),
            f"127.0.0.1:{look.port}",
            "systemctl restart tamdao; journalctl -u tamdao -n 50",
        )
    if not served and status is not None:
        yield Fault(
            "port",
            Message(
                f"cổng {look.port} đang có chương trình khác dùng",
                f"port {look.port} is taken by another program",
            ),
            f"127.0.0.1:{look.port}",
            f"ss -ltnp 'sport = :{look.port}'",
        )


def _health(port: int) -> int | None:
    """Status of the health page; 0 for something that speaks no HTTP; None when nothing listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        return connection.getresponse().status
    except ConnectionRefusedError:
        return None
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


CHECKS = (check_python, check_disk, check_zone, check_journal, check_workers, check_port)
