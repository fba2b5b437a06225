"""What the documentation must define: topic → file, heading and words that may not be missing under it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECURITY = "docs/security/README.md"
TOPICS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "input": (SECURITY, "Input", ("packs.md", "openapi.json", "limits")),
    "files": (SECURITY, "Files that come in", ("20 MB", "128 MB", "2,000", ".xlsx", "refused")),
    "rights": (SECURITY, "Who may do what", ("policy.py", "role", "unit")),
    "cryptography": (SECURITY, "Keys and cryptography", ("secret-key", "PBKDF2", "SHA-256")),
    "connections": (SECURITY, "Connections", ("clamd", "PostgreSQL", "proxy")),
    "log": (SECURITY, "Log", ("standard error", "TAMDAO_LOG_LEVEL")),
    "libraries": (SECURITY, "Libraries", ("requirements/base.txt", "days", "pip-audit")),
    "load": (SECURITY, "What costs much", ("seconds",)),
    "data": (SECURITY, "Data by sensitivity", ("public", "personal", "secret")),
    "report": ("SECURITY.md", "Report a fault", ("private",)),
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def check(topic: str) -> None:
    """Raises AssertionError when the heading or a word under it is missing."""
    name, heading, words = TOPICS[topic]
    section = re.search(
        rf"^##* {re.escape(heading)}\n(.*?)(?=^##* |\Z)", read(name), re.MULTILINE | re.DOTALL
    )
    assert section is not None, f"{name} has no section “{heading}”"
    missing = [word for word in words if word not in section.group(1)]
    assert not missing, f"{name}, {heading}: {missing}"
