"""Who holds what, as CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from .models import RoleHolding

COLUMNS = ("person", "username", "role", "unit", "capacity", "from_date", "end_date")
# a spreadsheet takes a cell that begins so for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def post_row(post: RoleHolding) -> dict[str, Any]:
    """One post as plain values; dates in ISO form."""
    return {
        "person": post.person.display_name,
        "username": post.person.username,
        "role": post.role,
        "unit": post.unit_id,
        "capacity": post.capacity,
        "from_date": post.from_date.isoformat(),
        "end_date": post.end_date.isoformat() if post.end_date else "",
    }


def as_csv(posts: Iterable[RoleHolding]) -> str:
    """The table as CSV with a byte order mark, so that spreadsheets read Vietnamese; no cell is a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for post in posts:
        row = post_row(post)
        writer.writerow(
            {name: f"'{text}" if text.startswith(_FORMULA) else text for name, text in row.items()}
        )
    return out.getvalue()
