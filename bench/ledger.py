"""The ledger: verify a million entries, seal a backlog, delay at 200 rows a second, what capture costs a write.

    python bench/ledger.py [--entries 1000000] [--seconds 20]

Capture is measured in the same run with the triggers on and off, in turns: other work on the machine meets both.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common import clock, parser


def prepare(home: Path) -> None:
    """An instance with its tables in `home`."""
    os.environ["TAMDAO_HOME"] = str(home)
    from tamdao.config.lazy import set_up_django

    set_up_django()
    from tamdao.config.commands.migrate import bring_up_to_date

    bring_up_to_date()


def cpu() -> float:
    """Seconds of processor time of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def captured(count: int) -> None:
    """So many waiting rows, written as a trigger writes them."""
    from django.db import connection

    rows = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
        "INSERT INTO ledger_pending (table_name, op, pk_text, old, new, hidden, acting, bundle, at) "
        "SELECT 'units_level', 'I', 'code' || i, NULL, json_object('code', 'code' || i, 'depth', i, 'name_vi', "
        "'Phường Bến Nghé', 'name_en', 'Ben Nghe ward', 'territorial', 1), '', "
        '\'{"by":"person:12","event":"bench.wrote","reason":"đo"}\', \'\', '
        "strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ','now') FROM n"
    )
    with connection.cursor() as cursor:
        cursor.execute(rows, [count])


def backlog(count: int) -> None:
    """Seal `count` waiting rows."""
    from tamdao.core.ledger import sealing

    captured(count)
    used = cpu()
    seconds, sealed = clock(sealing.seal_pending)
    print(f"seal a backlog of {sealed:,} rows: {seconds:.1f} s, processor {cpu() - used:.1f} s")


def writers(count: int) -> None:
    """The longest that a writer waits while a sealer of its own process works off `count` rows; and while none does."""
    from django.db import connection

    from tamdao.core.units.models import Level

    def write(until: Callable[[], bool], name: str) -> list[float]:
        waits: list[float] = []
        while not until():
            seconds, _row = clock(lambda: Level.objects.create(code=f"{name}{len(waits)}", depth=1))
            waits.append(seconds)
            time.sleep(0.01)
        return waits

    def sealed() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(id) FROM ledger_pending")
            oldest = cursor.fetchone()[0]
        return oldest is None or oldest > last

    captured(count)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM ledger_pending")
        last = cursor.fetchone()[0]
    end = time.monotonic() + 3
    alone = write(lambda: time.monotonic() > end, "q")
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "tamdao.config.cli", "ledger", "seal"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    waits = write(sealed, "w")
    took = time.monotonic() - begun
    process.terminate()
    process.wait()
    print(
        f"a writer while {count:,} rows are sealed in {took:.0f} s: {len(waits)} writes, median "
        f"{statistics.median(waits) * 1000:.0f} ms, p99 {statistics.quantiles(waits, n=100)[98] * 1000:.0f} ms, "
        f"longest {max(waits) * 1000:.0f} ms (without a sealer: median {statistics.median(alone) * 1000:.0f} ms, "
        f"longest {max(alone) * 1000:.0f} ms)"
    )


def verified(folder: Path) -> None:
    """Export and check everything that was sealed."""
    from tamdao.core.ledger import api
    from tamdao.verify import cli
    from tamdao.verify.notes import read_keys

    seconds, manifest = clock(lambda: api.export(folder))
    print(f"export {manifest['size']:,} entries: {seconds:.1f} s")
    keys = read_keys((folder / "ledger.pub").read_text(encoding="utf-8"))
    used = cpu()
    seconds, outcome = clock(lambda: cli.verify(folder, keys))
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(
        f"tamdao-verify {outcome.entries:,} entries, {outcome.checkpoints} checkpoints, {size:.0f} MB: "
        f"{seconds:.1f} s, processor {cpu() - used:.1f} s"
    )


def delay(seconds: float, rate: int = 200) -> None:
    """Seconds from a write to its seal while `rate` rows a second are written; the sealer runs beside."""
    from django.db import connection, connections

    from tamdao.core.ledger import sealing
    from tamdao.core.ledger.sealer import Sealer
    from tamdao.core.units.models import Level

    sealing.seal_pending()
    sealer = Sealer()
    thread = threading.Thread(target=lambda: (sealer.run(), connections.close_all()))
    thread.start()
    begun, written, waits = time.monotonic(), 0, []
    while time.monotonic() - begun < seconds:
        Level.objects.bulk_create([Level(code=f"d{written + n}", depth=1) for n in range(10)])
        written += 10
        time.sleep(max(0.0, begun + written / rate - time.monotonic()))
        with connection.cursor() as cursor:
            cursor.execute("SELECT (julianday('now') - julianday(min(at))) * 86400 FROM ledger_pending")
            (oldest,) = cursor.fetchone()
        waits.append(oldest or 0.0)
    sealer.stop()
    thread.join()
    took = time.monotonic() - begun
    ranked = statistics.quantiles(waits, n=100)
    print(
        f"delay of the seal at {written / took:.0f} rows/s: age of the oldest waiting row p50 {ranked[49]:.1f} s, "
        f"p99 {ranked[98]:.1f} s, most {max(waits):.1f} s"
    )


def capture_off() -> None:
    """Drop the triggers of the audited tables."""
    from django.db import connection

    from tamdao.core.ledger.capture import sqlite, triggers

    with connection.cursor() as cursor:
        for table in triggers.existing_tables(connection):
            for operation in sqlite.OPERATIONS:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{sqlite.trigger_name(table.name, operation)}"')


def operations() -> dict[str, Callable[[int], Any]]:
    """Writes of services, each given a fresh number."""
    from datetime import UTC, date, datetime

    from tamdao.core.files.models import SourceDocument
    from tamdao.core.people import api_clients
    from tamdao.core.people.models import Person, RoleHolding
    from tamdao.core.people.policy import Role
    from tamdao.core.units.models import Level, Unit

    at, day = datetime(2026, 11, 26, tzinfo=UTC), date(2025, 7, 1)
    Level.objects.get_or_create(code="a", defaults={"depth": 1})
    Unit.objects.get_or_create(id="01@2025-07-01", defaults={"level_id": "a", "first_date": day})
    holder, _new = Person.objects.get_or_create(username="holder", defaults={"display_name": "Thử"})
    return {
        "create an API client": lambda n: api_clients.create(name=f"c{n}", role=Role.ANALYST, at=at),
        "save one row": lambda n: Level.objects.create(code=f"l{n}", depth=1),
        "change one row": lambda n: Level.objects.filter(code="a").update(depth=n % 30000),
        "make an account": lambda n: Person.objects.create_person(username=f"p{n}", display_name="Thử"),
        "change an account": lambda n: Person.objects.filter(pk=holder.pk).update(display_name=f"Thử {n}"),
        "grant a post": lambda n: RoleHolding.objects.create(
            person=holder, role=Role.OFFICER, unit_id="01@2025-07-01", from_date=day, end_date=day
        ),
        "record a document": lambda n: SourceDocument.objects.create(
            code=f"d{n}", kind="law", title_vi="Luật", text_read=True
        ),
        "add a unit": lambda n: Unit.objects.create(id=f"{n}@2025-07-01", level_id="a", first_date=day),
        "make and delete a row": lambda n: Level.objects.create(code=f"x{n}", depth=1).delete(),
        "100 rows at once": lambda n: Level.objects.bulk_create(
            [Level(code=f"b{n}x{i}", depth=1) for i in range(100)]
        ),
    }


def capture(rounds: int = 8, times: int = 12) -> None:
    """Milliseconds of each write with capture on and off, in turns; processor time says more on a busy machine."""
    from django.db import connection

    from tamdao.core.ledger.acting import acting
    from tamdao.core.ledger.capture import triggers

    walls: dict[tuple[str, bool], list[float]] = {}
    processors: dict[tuple[str, bool], list[float]] = {}
    number = 0
    for turn in range(rounds * 2):
        on = turn % 2 == 0
        if on:
            triggers.install(connection)
        else:
            capture_off()
        for name, act in operations().items():
            for _ in range(times):
                number += 1
                used = time.process_time()
                with acting(by="person:12", reason="đo", event="bench.wrote"):
                    seconds, _result = clock(lambda act=act, number=number: act(number))
                processors.setdefault((name, on), []).append((time.process_time() - used) * 1000)
                walls.setdefault((name, on), []).append(seconds * 1000)
    triggers.install(connection)
    for name in operations():
        told = []
        for kind, found in (("wall", walls), ("processor", processors)):
            on, off = statistics.median(found[name, True]), statistics.median(found[name, False])
            told.append(f"{kind} {on:.2f} ms with capture, {off:.2f} ms without, {on / off - 1:+.0%}")
        print(f"{name}: {'; '.join(told)}")


def pages(folder: Path) -> None:
    """Writes through HTTP requests, capture on and off."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from tamdao.core.ledger.capture import triggers
    from tamdao.core.people.models import Person

    settings.ALLOWED_HOSTS.append("testserver")
    person = Person.objects.create_person(username="bench", display_name="Đo", password="bench-password-1")
    found: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(16):
        on = turn % 2 == 0
        if on:
            triggers.install(connection)
        else:
            capture_off()
        for _ in range(4):
            browser = Client()
            given = {"username": person.username, "password": "bench-password-1"}
            seconds, answer = clock(
                lambda browser=browser, given=given: browser.post("/accounts/login/", given)
            )
            if answer.status_code != 302:
                raise SystemExit(f"signing in failed: {answer.status_code}")
            found[on].append(seconds * 1000)
    triggers.install(connection)
    with_capture, without = statistics.median(found[True]), statistics.median(found[False])
    more = with_capture / without - 1
    print(f"sign in (HTTP): {with_capture:.1f} ms with capture, {without:.1f} ms without, {more:+.1%}")


def main() -> int:
    """Measure."""
    options = parser(__doc__)
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=20)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        prepare(place / "instance")
        print(f"load {os.getloadavg()[0]:.1f}")
        capture()
        pages(place)
        delay(given.seconds)
        writers(min(100_000, given.entries))
        backlog(given.entries)
        verified(place / "export")
    return 0


if __name__ == "__main__":
    sys.exit(main())
