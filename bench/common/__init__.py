"""What the measurements share: options, timing, a table of ratios, an instance to measure on."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "packs"
TAMDAO = Path(sys.executable).with_name("tamdao")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result: seconds of what is measured and of its baseline, in the same run."""

    what: str
    seconds: float
    baseline: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the baseline; below 1 is faster."""
        return self.seconds / self.baseline


def parser(description: str | None) -> argparse.ArgumentParser:
    """Options that every measurement takes, so that `make bench` can call all of them alike."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--base", default="", help="address of a served instance; only pages.py uses it")
    return made


def best_of(times: int, run: Callable[[], T]) -> tuple[float, T]:
    """Least wall time of several runs, in seconds, and the result of the last: the least is what noise spares."""
    seconds, result = clock(run)
    for _ in range(times - 1):
        again, result = clock(run)
        seconds = min(seconds, again)
    return seconds, result


def median_of(times: int, run: Callable[[], object]) -> float:
    """Median wall time of several runs, in seconds, after one run that does not count."""
    run()
    return statistics.median(clock(run)[0] for _ in range(times))


def clock(run: Callable[[], T]) -> tuple[float, T]:
    """Wall time of one run in seconds, and its result."""
    begun = time.perf_counter()
    result = run()
    return time.perf_counter() - begun, result


def show(rows: Sequence[Row], *, baseline: str) -> None:
    """Print the table; `baseline` says what the ratios are against. A load above the number of cores blurs them."""
    width = max(len(row.what) for row in rows)
    print(f"baseline: {baseline} ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})")
    print(f"{'measured':{width}} {'ms':>10} {'baseline ms':>12} {'ratio':>8}")
    for row in rows:
        line = f"{row.what:{width}} {row.seconds * 1e3:10.1f} {row.baseline * 1e3:12.1f} {row.ratio:8.2f}"
        print(f"{line}  {row.note}".rstrip())


@contextmanager
def demo_home() -> Iterator[Path]:
    """A prepared demo instance: that of $TAMDAO_HOME, otherwise one made for this run and thrown away after it.

    An instance is never made in the default place: it may be one that people work with.
    """
    given = os.environ.get("TAMDAO_HOME")
    if given:
        yield Path(given)
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "instance")
        print("preparing a demo instance …", flush=True)
        environment = {**os.environ, "TAMDAO_HOME": str(home)}
        subprocess.run([TAMDAO, "demo", "--no-serve"], env=environment, check=True, stdout=subprocess.DEVNULL)
        yield home
