"""Make the database of the previous release, small and filled, for the test of upgrades.

    git archive PREVIOUS | tar -x -C /tmp/previous
    .venv/bin/python tools/previous_release.py /tmp/previous sqlite
    .venv/bin/python tools/previous_release.py /tmp/previous postgres

PREVIOUS is the commit of that release, unpacked anywhere. The second argument says which database: PostgreSQL starts
out of the wheel of the tests. Writes tests/data/previous/{sqlite,postgres}.sql.gz.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "tests/data/previous"
# offices, roles, clients, visits, changes: what the sample pack does not bring
FILL = """
from datetime import date, datetime, timedelta, UTC
from tamdao.config.lazy import set_up_django
set_up_django()
from tamdao.core.people import api_clients
from tamdao.core.people.models import PageVisit, Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.facts.models import FactChange
at = datetime(2026, 11, 1, 1, 2, 3, 456789, tzinfo=UTC)
for number in range(40):
    person = Person(username=f"co-quan-{number}", display_name=f"Cơ quan số {number}", is_active=number % 7 != 0)
    person.set_unusable_password()
    person.save()
    RoleHolding.objects.create(person=person, role=list(Role)[number % 4 + 1].value, unit_id="25@2025-07-01",
                               from_date=date(2025, 7, 1), end_date=date(2026, 7, 1) if number % 5 == 0 else None)
    PageVisit.objects.create(person=person, page="home", change=number, at=at)
for number in range(5):
    api_clients.create(name=f"kho-{number}", role=Role.PUBLIC, at=at)
for number in range(150):
    FactChange.objects.create(at=at + timedelta(hours=number), kind="unit", key=f"đơn vị {number}", by="tests")
"""


def main(arguments: list[str]) -> int:
    """Fill an instance with the code of that release and dump it."""
    previous, vendor = Path(arguments[0]), arguments[1]
    sys.path.insert(0, str(ROOT))
    from tests.integration.pack_samples import SMALL, write

    with tempfile.TemporaryDirectory() as scratch:
        pack = write(Path(scratch) / "small", SMALL)
        environ = os.environ | {"TAMDAO_HOME": f"{scratch}/home", "PYTHONPATH": str(previous / "src")}
        url = ""
        if vendor == "postgres":
            from tests.postgres import start

            url = start()
            environ["TAMDAO_DATABASE_URL"] = url
        for command in (
            ("-m", "tamdao.config.cli", "migrate"),
            ("-m", "tamdao.config.cli", "pack", "install", str(pack)),
            ("-c", FILL),
        ):
            subprocess.run([sys.executable, *command], env=environ, check=True)
        text = _postgres(url) if url else _sqlite(Path(scratch) / "home/tamdao.sqlite3")
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / f"{vendor}.sql.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    return 0


def _sqlite(path: Path) -> str:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return "\n".join(database.iterdump())


def _postgres(url: str) -> str:
    from tests.operations import programs_folder

    done = subprocess.run(
        [
            programs_folder() / "pg_dump", "--inserts", "--no-owner", "--no-privileges", "--schema=public",
            "--enable-row-security", f"--dbname={url}",
        ],
        check=True, capture_output=True, text=True, env=os.environ | {"PGOPTIONS": "-c tamdao.rows=house"},
    )  # fmt: skip
    # commands of psql, and the schema that every database has
    lines = [
        line
        for line in done.stdout.splitlines()
        if not line.startswith(("\\", "CREATE SCHEMA", "COMMENT ON SCHEMA"))
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
