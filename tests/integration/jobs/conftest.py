"""A database of its own for tests in which several connections see each other's commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.support import copy_database, drop_database, name_beside


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Writes commit, threads take part; the database is a copy of the empty one and is dropped afterwards.

    Instead of the `django_db` mark: Django's own flush would run into the append-only triggers of PostgreSQL.
    """
    with django_db_blocker.unblock():
        empty = str(connection.settings_dict["NAME"])
        mine = copy_database(connection, empty, to=name_beside(connection, empty, "committed"))
        connection.settings_dict["NAME"] = mine
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = empty
            drop_database(connection, mine)
