"""What a web process of `tamdao serve` loads: the application, warmed before the process takes its first reader."""

from __future__ import annotations

# first: it sets Django up, which the models behind the warming need
from tamdao.config.wsgi import application  # isort: skip
from tamdao.config.warming import warm

__all__ = ["application"]

warm(application)
