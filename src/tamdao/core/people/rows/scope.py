"""Who a statement reads for: the house itself (commands, jobs, migrations, signing in, services), or one reader.

What is said travels with the statement, as a comment at its end, like the actor of the ledger: a variable of the
session could be left over after a rollback, and the last comment of a statement can't be replaced from inside it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(slots=True)
class Scope:
    """Whose rows are in sight. It changes while a request goes on: who asks is learnt late."""

    said: str


def _comment(said: dict[str, Any]) -> str:
    """Base64 holds neither asterisk nor percent sign, so it ends nothing early."""
    text = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
    return f"\n/* tamdao rows {base64.b64encode(text.encode()).decode()} */"


HOUSE = _comment({"house": True})
# outside of requests nobody reads: programs of the house work, under their own names in the ledger
_scope: ContextVar[Scope] = ContextVar("tamdao_rows", default=Scope(HOUSE))  # noqa: B039  # never changed: see `widen`


@contextmanager
def house_rows() -> Iterator[None]:
    """Within the block every row is in sight: for what the reader is told by another rule than the filter of rows."""
    token = _scope.set(Scope(HOUSE))
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def request_rows() -> Iterator[Scope]:
    """Around a request; until somebody says who asks, no row of anybody is in sight."""
    scope = Scope(_comment({"me": None, "day": "1970-01-01", "rights": []}))
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


def within(scope: Scope, parts: Iterable[Any]) -> Iterator[Any]:
    """The parts of a stream, each made in the scope of its request, which has ended by then."""
    making = iter(parts)
    while True:
        token = _scope.set(scope)
        try:
            part = next(making)
        except StopIteration:
            return
        finally:
            _scope.reset(token)
        yield part


# role, unit, pairs (None: all of the role)
Right = tuple[str, str | None, Sequence[str] | None]


def read_as(*, me: int | None, day: date, rights: Sequence[Right]) -> None:
    """From here on the request reads for this person (None: a program, the public) with these rights."""
    scope = _scope.get()
    if scope is not _ROOT:
        scope.said = _comment({"me": me, "day": day.isoformat(), "rights": rights})


def widen() -> None:
    """From here on the request works for the house: signing in must find the one who is not signed in yet."""
    scope = _scope.get()
    if scope is not _ROOT:
        scope.said = HOUSE


_ROOT = _scope.get()


def current() -> str:
    """The comment of this moment."""
    return _scope.get().said


def prepare(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Receiver of `connection_created`."""
    if (
        connection.vendor == "postgresql" and _say not in connection.execute_wrappers
    ):  # pragma: no cover  (make test-postgres runs it)
        # first, so that it stands before the comment of the ledger, which must be the last
        connection.execute_wrappers.insert(0, _say)


def let_cursors_fetch(connection: BaseDatabaseWrapper) -> None:
    """Until the transaction ends, `iterator()` reads tables that are kept: its fetches are statements that say nothing.

    For programs of the house that read whole tables; without this they are refused. Inside a transaction.
    """
    if connection.vendor == "postgresql":  # pragma: no cover  (make test-postgres runs it)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL tamdao.rows = 'house'")


def _say(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    return execute(sql + current() if isinstance(sql, str) else sql, params, many, context)
