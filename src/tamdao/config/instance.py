"""What state an instance is in: tables, assets, and the notes of what was already done."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tamdao.kit import durable

# the table that stands in the target of a move until all of it is done
MOVE_MARK = "tamdao_move"


def missing_migrations() -> list[str]:
    """Names of the migrations this database has not had yet (`app.name`); empty when it is up to date.

    Raises OperationalError when the database server can't be reached at all.
    """
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        # opening it would create an empty file
        return sorted(f"{app}.{name}" for app, name in MigrationLoader(None).graph.nodes)
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def half_moved() -> bool:
    """Whether `tamdao move-to-postgres` has begun to fill this database and was cut."""
    return connection.vendor == "postgresql" and MOVE_MARK in connection.introspection.table_names()


def assets_built() -> bool:
    """Whether static files were collected into the instance (the manifest names every hashed file)."""
    return (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()


@contextmanager
def preparing(folder: Path, *, waiting: Callable[[], None]) -> Iterator[None]:
    """One process at a time prepares the instance in `folder`; a second one calls `waiting`, waits and comes after.

    Two that make the same tables at once break each other. The system frees the lock of a process that dies.
    """
    with (folder / "preparing.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def done_path() -> Path:
    """File with the notes of finished preparation steps."""
    return Path(settings.TAMDAO_HOME) / "prepared.json"


def read_done() -> dict[str, Any]:
    """Notes of finished steps: step → fingerprint of its inputs. An unreadable file counts as nothing done."""
    try:
        found = json.loads(done_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_done(done: dict[str, Any]) -> None:
    """Keep the notes; replaced as a whole, so that a stop half-way leaves the old ones."""
    durable.write(done_path(), json.dumps(done, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
