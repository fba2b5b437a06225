"""Settings of the tests: a throw-away instance, files instead of a manifest, and the database chosen by
TAMDAO_TEST_DATABASE (`sqlite`, the default, or `postgres`)."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="tamdao-test-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
for _name in [
    name for name in os.environ if name.startswith("TAMDAO_") and not name.startswith("TAMDAO_TEST_")
]:
    del os.environ[_name]
os.environ["TAMDAO_HOME"] = str(_HOME)
os.environ["TAMDAO_SECRET_KEY"] = "only-for-tests"
os.environ["TAMDAO_LOG_LEVEL"] = "ERROR"
# people of the tests sign in without a second factor; the tests of that rule switch it on
os.environ["TAMDAO_SECOND_FACTOR_ROLES"] = "none"
if os.environ.get("TAMDAO_TEST_DATABASE", "sqlite") == "postgres":
    from tests.postgres import start

    os.environ["TAMDAO_DATABASE_URL"] = start()

from tamdao.config.settings import *  # noqa: E402, F403, TID251  # this is the one module that extends the settings
from tamdao.config.settings import DATABASES, STORAGES  # noqa: E402, TID251  (after the environment is set)

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
(_HOME / "static").mkdir()

_default = DATABASES["default"]
if _default["ENGINE"].endswith("sqlite3"):
    # a file, not memory: the demo database below is a second file, and write-ahead logging is what instances use
    _default["TEST"] = {"NAME": str(_HOME / "test.sqlite3")}
    # nothing here survives the run, so nothing has to reach the disk
    _default["OPTIONS"]["init_command"] = _default["OPTIONS"]["init_command"].replace(
        "synchronous=FULL", "synchronous=OFF"
    )
else:
    _default["CONN_MAX_AGE"] = 0
