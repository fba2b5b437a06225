"""Install of the pack vn-units into an empty SQLite database, against a plain executemany of the same rows.

    python bench/install.py

The baseline fills a second database with the same tables, indexes and rows by Python's sqlite3, in one transaction and
with the same durability. What an install does beyond that: it reads and types the files, validates every record against
its schema, checks references and the whole map in time, compares with what is stored, and notes what was delivered.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from pathlib import Path

from common import PACKS, Row, clock, parser, show

PREFIXES = ("units_", "files_", "packs_", "facts_factchange")


def install(home: Path) -> tuple[float, float, float, Path]:
    """Seconds of check, first install and second install; and the database file."""
    os.environ["TAMDAO_HOME"] = str(home)
    from tamdao.config.lazy import set_up_django

    set_up_django()
    from django.db import connection
    from django.utils import timezone

    from tamdao.config.commands.migrate import bring_up_to_date
    from tamdao.core.packs import api

    bring_up_to_date()
    pack = PACKS / "vn-units"
    check, _ = clock(lambda: api.check(pack))
    first, _ = clock(lambda: api.install(pack, by="bench", at=timezone.now()))
    second, report = clock(lambda: api.install(pack, by="bench", at=timezone.now()))
    if report.rows:
        raise SystemExit("the second install wrote something")
    path = Path(connection.settings_dict["NAME"])
    connection.close()
    return check, first, second, path


def plain(source: Path, target: Path) -> tuple[float, int]:
    """Seconds that executemany takes for the rows of `source`, and how many they are."""
    with sqlite3.connect(source) as database:
        made = database.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL "
            "AND name NOT LIKE 'sqlite_%' ORDER BY type = 'table' DESC"
        ).fetchall()
        made = [row for row in made if row[2].startswith(PREFIXES) and row[0] in {"table", "index"}]
        names = [name for kind, name, _, _ in made if kind == "table"]
        tables = {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    copy = sqlite3.connect(target, isolation_level=None)
    copy.execute("PRAGMA journal_mode=WAL")
    copy.execute("PRAGMA synchronous=FULL")
    for _, _, _, sql in made:
        copy.execute(sql)

    def fill() -> None:
        copy.execute("BEGIN IMMEDIATE")
        for name, rows in tables.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                copy.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
        copy.execute("COMMIT")

    seconds, _ = clock(fill)
    copy.close()
    return seconds, sum(len(rows) for rows in tables.values())


def main() -> int:
    """Measure once: an install is too long to repeat."""
    parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        check, first, second, database = install(Path(folder, "instance"))
        baseline, rows = plain(database, Path(folder, "plain.sqlite3"))
    table = [
        Row("pack check", check, baseline),
        Row("pack install, empty database", first, baseline, f"{rows / first:,.0f} rows/s"),
        Row("pack install, second time", second, baseline, "nothing written"),
    ]
    show(table, baseline=f"executemany of the same {rows:,} rows ({rows / baseline:,.0f} rows/s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
