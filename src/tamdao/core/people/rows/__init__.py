"""Row-level security on PostgreSQL: whose rows a statement may see, said with every statement and kept by the database.

A second line behind `access.visible`, for tables with personal data: where a filter was forgotten, rows of others still
do not come out. Generated from the policy table; SQLite has none. Why so: docs/adr/0009.
"""

from __future__ import annotations

from .scope import house_rows, let_cursors_fetch, read_as, request_rows, widen
from .tables import protect
from .upkeep import check, find_void_role, install, switch_off

__all__ = [
    "check", "find_void_role", "house_rows", "install", "let_cursors_fetch", "protect", "read_as", "request_rows",
    "switch_off", "widen",
]  # fmt: skip
