"""Backup and restore of a filled instance while 50 writes a second go on: seconds, sizes, and what writers feel.

    TAMDAO_HOME=… [TAMDAO_DATABASE_URL=…] python bench/operations.py FOLDER [--into URL]

FOLDER takes the backup and the restored instance; with PostgreSQL, URL is an empty database to restore into. The
instance is a copy to be thrown away: the writes stay in it. Writers wait for the disk as in production.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

RATE = 50


def write_on(stop: threading.Event, took: list[float]) -> None:
    """One visit after the other, RATE a second, each its own transaction."""
    from django.utils import timezone

    from tamdao.facts.models import FactChange

    due = time.perf_counter()
    while not stop.is_set():
        begun = time.perf_counter()
        FactChange.objects.create(at=timezone.now(), kind="bench", key="operations", by="bench")
        took.append(time.perf_counter() - begun)
        due += 1 / RATE
        time.sleep(max(0.0, due - time.perf_counter()))


def command(*arguments: str, **environ: str) -> tuple[float, str]:
    """Seconds and standard output of one command."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "tamdao.config.cli", *arguments],
        env=os.environ | environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    return time.perf_counter() - begun, done.stdout


def told(took: list[float]) -> str:
    """Rate, median and worst of the writes, in milliseconds."""
    ordered = sorted(took)
    p99 = ordered[int(len(ordered) * 0.99)]
    return (
        f"{len(took)} writes, median {statistics.median(took) * 1000:.1f} ms, "
        f"p99 {p99 * 1000:.0f} ms, worst {ordered[-1] * 1000:.0f} ms"
    )


def main() -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--into", default="")
    given = parser.parse_args()
    from tamdao.config.lazy import set_up_django

    set_up_django()
    took: list[float] = []
    stop = threading.Event()
    writer = threading.Thread(target=write_on, args=(stop, took))
    writer.start()
    time.sleep(10)
    alone, took[:] = told(took), []
    seconds, answer = command(
        "backup", str(given.folder / "backups"), "--without-secrets", "--format", "json"
    )
    during = told(took)
    made = json.loads(answer)
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"before  {alone}")
    print(f"backup  {seconds:.1f} s, {made['size'] / 1e6:.1f} MB; {during}")
    home = given.folder / "restored"
    seconds, _ = command(
        "restore", made["place"], "--without-secrets", TAMDAO_HOME=str(home), TAMDAO_DATABASE_URL=given.into
    )
    stop.set()
    writer.join()
    print(f"restore {seconds:.1f} s with all checks, the writes going on beside it")


if __name__ == "__main__":
    main()
