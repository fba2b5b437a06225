"""Reading in one moment: several queries that all see the database as it was when the first of them began.

Without it a check beside a busy sealer sees entries of one moment and checkpoints of another, and raises an alarm that
is none. Nobody waits for such a reader and it waits for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """Every query within sees the same state and none may write. Inside a transaction that is open: its own view."""
    if connection.in_atomic_block:
        yield
        return
    reading = _sqlite if connection.vendor == "sqlite" else _postgresql
    with reading(connection):
        yield


@contextmanager
def _sqlite(database: Any) -> Iterator[None]:
    """A deferred transaction: the settings begin each one with the lock of a writer."""
    database.ensure_connection()
    mode = database.transaction_mode
    database.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic():
            database.transaction_mode = mode
            with database.cursor() as cursor:
                cursor.execute("PRAGMA query_only=ON")
            try:
                yield
            finally:
                with database.cursor() as cursor:
                    cursor.execute("PRAGMA query_only=OFF")
    finally:
        database.transaction_mode = mode


@contextmanager
def _postgresql(database: Any) -> Iterator[None]:  # pragma: no cover  (make test-postgres runs it)
    with transaction.atomic():
        with database.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
