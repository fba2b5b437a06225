"""Who acts, told to the database: by a function on SQLite, inside the writing statement itself on PostgreSQL.

SQLite: the triggers call `tamdao_acting()`, which only connections of this program have. Another program can read the
database, but its writes to audited tables fail.

PostgreSQL: a comment at the end of each writing statement carries the actor, and the triggers read it with
`current_query()`. A session variable could be left over after a rollback or be lost with a savepoint, and pins sessions
behind a pooler; what travels with the statement can't be stale. Statements of other programs carry none: their rows
are captured with an empty actor.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from tamdao.core.ledger.acting import Acting, as_text, current

_READS = re.compile(
    r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|SET|SHOW|EXPLAIN|FETCH|DECLARE|CLOSE)\b", re.IGNORECASE
)
_ALTERS = re.compile(r'\s*ALTER\s+TABLE\s+"?(\w+)"?\s', re.IGNORECASE)


def prepare(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Receiver of `connection_created`."""
    if connection.vendor == "sqlite":
        _prepare_sqlite(connection)
        wrapper = _drop_before_alter
    else:
        wrapper = _name_actor
    if wrapper not in connection.execute_wrappers:
        # first, because `execute_wrapper` takes the last one away when its block ends
        connection.execute_wrappers.insert(0, wrapper)


def _prepare_sqlite(connection: BaseDatabaseWrapper) -> None:
    raw = connection.connection
    raw.create_function("tamdao_acting", 0, _acting)
    raw.create_function("tamdao_bundle", 0, _bundle)
    # REPLACE deletes rows without a word unless triggers may follow one another
    raw.execute("PRAGMA recursive_triggers=ON")
    raw.execute("PRAGMA trusted_schema=ON")


def _acting() -> str:
    return as_text(current())


def _bundle() -> str:
    return current().bundle


def _drop_before_alter(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """SQLite refuses to drop a column its triggers name: they go first and come back after the migrate."""
    found = _ALTERS.match(sql) if isinstance(sql, str) else None
    if found is not None:
        from .sqlite import OPERATIONS, trigger_name

        for operation in OPERATIONS:
            context["cursor"].cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger_name(found[1], operation)}"')
    return execute(sql, params, many, context)


@lru_cache(maxsize=256)
def mark(acted: Acting) -> str:
    """The comment that names the actor. Base64 holds neither asterisk nor percent sign, so it ends nothing early."""
    return f"\n/* tamdao {base64.b64encode(as_text(acted).encode()).decode()} */"


def _name_actor(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if isinstance(sql, str) and not _READS.match(sql):
        sql += mark(current())
    return execute(sql, params, many, context)
