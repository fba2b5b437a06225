"""What the documentation must define: topic → file, heading and words that may not be missing under it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECURITY = "docs/security/README.md"
SIGN_IN = "docs/security/sign-in.md"
OPERATIONS = "docs/operations/README.md"
TOPICS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "input": (SECURITY, "Input", ("packs.md", "openapi.json", "limits")),
    "files": (SECURITY, "Files that come in", ("20 MB", "128 MB", "2,000", ".xlsx", "refused")),
    "rights": (SECURITY, "Who may do what", ("policy.py", "role", "unit")),
    "cryptography": (
        SECURITY,
        "Keys and cryptography",
        ("secret-key", "PBKDF2", "SHA-256", "Ed25519", "ChaCha20-Poly1305", "scrypt", "Fernet", "X25519"),
    ),
    "key-life": (SECURITY, "The life of keys", ("made", "kept", "renewed", "destroyed", "lost")),
    "connections": (SECURITY, "Connections", ("clamd", "PostgreSQL", "proxy")),
    "log": (SECURITY, "Log", ("standard error", "TAMDAO_LOG_LEVEL", "logfmt", "refused")),
    "libraries": (SECURITY, "Libraries", ("requirements/base.txt", "days", "pip-audit")),
    "load": (SECURITY, "What costs much", ("seconds",)),
    "data": (SECURITY, "Data by sensitivity", ("public", "personal", "secret")),
    "guessing": (SIGN_IN, "Guessing", ("five", "15 minutes", "100", "locked out")),
    "obvious": (SIGN_IN, "Obvious passwords", ("core/accounts/passwords.py", "20,000")),
    "ways-in": (SIGN_IN, "Ways in", ("password", "passkey", "OpenID Connect", "reset code", "API key")),
    "lost-factor": (SIGN_IN, "A lost factor", ("recovery codes", "in person", "--without-factors")),
    "sessions": (SIGN_IN, "Sessions", ("60 minutes", "12 hours", "several", "provider")),
    "own-host": (
        OPERATIONS,
        "1. Install (once, about 15 minutes)",
        ("host name of its own", "public authority"),
    ),
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
