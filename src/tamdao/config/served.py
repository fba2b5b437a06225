"""What a web process of `tamdao serve` loads: the application, warmed before the process takes its first reader."""

from __future__ import annotations

import os
from contextlib import ExitStack

# A reader waits less long for another writer than a command does: the web process has few threads, and "try again in a
# few seconds" is a better answer than half a minute of nothing.
os.environ.setdefault("TAMDAO_LOCK_WAIT", "10")

# first: it sets Django up, which the models behind the warming need
from tamdao.config.wsgi import application  # isort: skip
from tamdao.config import env
from tamdao.config.operations import serving
from tamdao.config.warming import warm

__all__ = ["application"]

# as long as this process lives: what its supervisor holds is gone when that one is killed
_HELD = ExitStack()
_HELD.enter_context(serving.using(env.private_folder(env.home())))
warm(application)
