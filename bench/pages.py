"""Server time of every page under concurrent readers, warm, on the instance that is being served.

    python bench/pages.py --base http://127.0.0.1:8000 --clients 4 --requests 40

`make bench` prepares and serves an instance for it.

Prints p50 and p95 of the `total` that Server-Timing reports (milliseconds, server side), the number of queries and the
size of the answer. The baseline is `/health/`, the cheapest page, measured in the same run; ratios are against it.
"""

from __future__ import annotations

import argparse
import http.client
import math
import re
import statistics
import sys
import threading
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass, field

PAGES = (
    "/health/",
    "/",
    "/?unit=26@2020-01-01&at=2025-06-30",
    "/targets/?unit=26@2020-01-01",
    "/targets/F020/",
    "/indicators/",
    "/indicators/dti_rank/?unit=26@2020-01-01",
    "/figures/dti/25@2025-07-01/2024/",
    "/dti/?year=2024",
    "/dti/?year=2024&map=2025-07-01",
    "/units/",
    "/units/25@2025-07-01/",
    "/search/?q=vinh+phuc",
    "/wall/?unit=26@2020-01-01",
    "/api/v1/dti/2024",
    "/api/v1/figures/dti_rank/26@2020-01-01/2021",
)
TIMING = re.compile(r'total;dur=([\d.]+).*?desc="(\d+) queries"')


@dataclass
class Seen:
    """What the runs of one page gave."""

    milliseconds: list[float] = field(default_factory=list)
    queries: set[int] = field(default_factory=set)
    size: int = 0
    status: set[int] = field(default_factory=set)


def percentile(values: Iterable[float], share: float) -> float:
    """Nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def fetch(base: urllib.parse.SplitResult, path: str, cookie: str, seen: Seen, lock: threading.Lock) -> None:
    """One request over its own connection, noted in `seen`."""
    connection = http.client.HTTPConnection(base.hostname or "127.0.0.1", base.port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    response = connection.getresponse()
    body = response.read()
    match = TIMING.search(response.getheader("Server-Timing", "") or "")
    connection.close()
    with lock:
        seen.status.add(response.status)
        seen.size = len(body)
        if match:
            seen.milliseconds.append(float(match[1]))
            seen.queries.add(int(match[2]))


def measure(base: urllib.parse.SplitResult, path: str, cookie: str, clients: int, requests: int) -> Seen:
    """`requests` calls of `path` by `clients` threads, after a warm-up that does not count."""
    lock = threading.Lock()
    for _ in range(clients * 2):
        fetch(base, path, cookie, Seen(), lock)
    seen = Seen()

    def run() -> None:
        for _ in range(requests // clients):
            fetch(base, path, cookie, seen, lock)

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def main() -> int:
    """Measure all pages and print a table; 1 when a page failed or was slower than --limit."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--cookie", default="", help="Cookie header of a signed-in reader")
    parser.add_argument("--limit", type=float, default=200.0, help="p95 in ms that no page may pass")
    given = parser.parse_args()
    base = urllib.parse.urlsplit(given.base)
    if base.hostname not in {"127.0.0.1", "localhost", "::1"}:
        parser.error("the address must be on this machine")
    floor = 0.0
    slow = False
    print(f"{'page':58} {'p50 ms':>8} {'p95 ms':>8} {'x base':>7} {'queries':>8} {'bytes':>8} status")
    for path in PAGES:
        seen = measure(base, path, given.cookie, given.clients, given.requests)
        statuses = ",".join(str(s) for s in sorted(seen.status))
        if not seen.milliseconds:
            slow = True
            print(f"{path:58} no Server-Timing in the answer, status {statuses}")
            continue
        p50, p95 = statistics.median(seen.milliseconds), percentile(seen.milliseconds, 0.95)
        floor = floor or p50
        slow = slow or p95 > given.limit or seen.status != {200}
        queries = "-".join(str(n) for n in sorted({min(seen.queries), max(seen.queries)}))
        print(f"{path:58} {p50:8.1f} {p95:8.1f} {p50 / floor:7.1f} {queries:>8} {seen.size:8} {statuses}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
