"""The system's Chromium for the browser stories."""

from __future__ import annotations

import os
import shutil

import pytest

# Root (containers) can't use the sandbox; the rest keeps the browser from calling anyone by itself.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str:
    """Path of the browser; without one the stories fail with the sentence that says what to install."""
    for name in (os.environ.get("TAMDAO_TEST_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    pytest.fail("Chromium is missing; install the package chromium (apt-get install chromium).")
