"""An instance with one command more, `POST /api/v1/probe`, for tests that kill its processes."""

from __future__ import annotations

from tamdao.config.settings import *  # noqa: F403, TID251  (this instance extends the settings)
from tamdao.core.jobs import channels

ROOT_URLCONF = "tests.reliability.probe_urls"
channels.register_later("tests.reliability.probe")
