"""Where the newest write to each of several rows stands in the ledger: one query for all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from . import times
from .history import find_table

# what waits comes after every entry
_LATER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Seal:
    """`entry` is None while the write waits; `at` is when it was sealed, or when it was captured if it waits."""

    entry: int | None
    at: datetime


def newest_seals(kind: str, ids: Collection[str]) -> dict[str, Seal]:
    """By id, the seal of the newest write to each row of `kind` ("facts.Observation"); unknown rows are left out."""
    if not ids:
        return {}
    table = find_table(kind).name
    places = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            # an entry is sealed by the first checkpoint that is larger than its number: numbers begin with 0
            "SELECT s.pk_text, s.entry, s.position, "
            "(SELECT MIN(c.at) FROM ledger_checkpoint c WHERE c.size = "
            "(SELECT MIN(size) FROM ledger_checkpoint WHERE size > s.entry)) "
            f"FROM ledger_sealedrow s WHERE s.table_name = %s AND s.pk_text IN ({places}) "
            f"UNION ALL SELECT p.pk_text, {_LATER}, p.id, p.at "
            f"FROM ledger_pending p WHERE p.table_name = %s AND p.pk_text IN ({places}) ORDER BY 2, 3",
            [table, *ids, table, *ids],
        )
        rows = cursor.fetchall()
    # later writes replace earlier ones
    return {pk: Seal(None if entry == _LATER else entry, times.read(at)) for pk, entry, _place, at in rows}
