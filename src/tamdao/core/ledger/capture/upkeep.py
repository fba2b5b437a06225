"""After every migrate: triggers as they should be, and a baseline of what they have not seen.

SQLite rebuilds a table when it is altered, and a rebuilt table has lost its triggers. A table that was filled before it
was audited has no history. A table with other columns than before has images that no longer equal its rows. In each of
these cases the rows enter the ledger as they are found, as one bundle of baseline rows (op "B").
"""

from __future__ import annotations

import json
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tamdao.core.ledger.acting import acting, as_text, current
from tamdao.core.ledger.decisions import AuditedTable
from tamdao.core.ledger.times import stamp

from . import images, triggers


def after_migrate(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Receiver of `post_migrate`; sent after all migrations of all apps were applied."""
    connection = connections[using]
    if not triggers.existing_tables(connection):
        return
    with (
        transaction.atomic(using=using),
        acting(
            by=current().by or "system:migrate",
            event="ledger.baseline",
            reason="sau khi nâng cấp · after migrate",
        ),
    ):
        mend(connection)


def mend(connection: BaseDatabaseWrapper) -> None:
    """Install triggers; take baselines where the ledger does not know the rows as they are."""
    unguarded = set(triggers.find_faults(connection))
    triggers.install(connection)
    covered = _covered(connection)
    for table in triggers.existing_tables(connection):
        columns = json.dumps([*table.columns, "-", *table.left_out])
        before = covered.get(table.name)
        if before is None:
            take_baseline(connection, table)
        elif before != columns or table.name in unguarded:
            images.write_differences(connection, table)
        if before != columns:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM ledger_coverage WHERE table_name = %s", [table.name])
                cursor.execute(
                    "INSERT INTO ledger_coverage (table_name, columns) VALUES (%s, %s)", [table.name, columns]
                )


def _covered(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, columns FROM ledger_coverage")
        return dict(cursor.fetchall())


def take_baseline(connection: BaseDatabaseWrapper, table: AuditedTable) -> None:
    """Every row of the table enters the ledger as it is found. Must run inside a transaction."""
    moment = stamp()
    bundle = f"baseline:{table.name}:{moment}"
    image = triggers.image_sql(connection, table)
    with connection.cursor() as cursor, acting(bundle=bundle):
        if connection.vendor == "postgresql":
            cursor.execute(images.session_settings())
        cursor.execute(
            "INSERT INTO ledger_pending (table_name, op, pk_text, old, new, hidden, acting, bundle, at) "
            f'SELECT %s, %s, CAST("{table.key}" AS text), NULL, {image.replace("%", "%%")}, %s, %s, %s, %s '
            f'FROM "{table.name}" ORDER BY "{table.key}"',
            [table.name, "B", "", as_text(current()), bundle, moment],
        )
