"""A small instance on SQLite, for tests that back it up and put it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tamdao.config.operations.store_sqlite import SQLiteStore
from tests.operations import make_home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    make_home(folder)
    return folder


@pytest.fixture
def store(home: Path) -> SQLiteStore:
    return SQLiteStore(home / "tamdao.sqlite3")
