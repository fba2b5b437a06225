"""Keys of persons, kept apart from the records: who loses the key is forgotten, and the chain still verifies.

One small SQLite file in the instance, for its owner alone. It is no part of the database and none of its backups may be
kept longer than an erasure allows (docs/security/ledger.md). A personal value enters the ledger as ciphertext
(ChaCha20-Poly1305, bound to table, row and column) and a commitment (HMAC-SHA-256 with the person's salt), so that a
value can be proven while the key exists and not even guessed afterwards.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from django.conf import settings

from .canonical import canonical

ERASED = {"erased": True}
_NONCE = 12


def path() -> Path:
    """The file of the keys; its folder is made for the owner alone."""
    folder = Path(settings.TAMDAO_HOME) / "vault"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / "keys.sqlite3"


def _open() -> sqlite3.Connection:
    file = path()
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    database = sqlite3.connect(file, timeout=30, isolation_level=None)
    # what is erased must not linger in free pages or in a journal beside the file
    database.execute("PRAGMA secure_delete=ON")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(
        "CREATE TABLE IF NOT EXISTS person (subject TEXT PRIMARY KEY, key BLOB, salt BLOB, erased INTEGER NOT NULL)"
    )
    return database


class Keys:
    """Keys of persons, looked up once for the time of one batch."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, bytes] | None] = {}

    def find(self, subject: str, *, make: bool) -> tuple[bytes, bytes] | None:
        """Key and salt of a person; None after an erasure, and for an unknown person unless one is made."""
        if subject not in self._known or (make and self._known[subject] is None):
            self._known[subject] = _find(subject, make=make)
        return self._known[subject]

    def seal(self, value: Any, *, subject: str, place: str) -> dict[str, Any]:
        """A personal value as it enters the ledger. `place` is table, row and column."""
        found = self.find(subject, make=True)
        if found is None:
            return dict(ERASED)
        key, salt = found
        text = canonical(value).encode()
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + ChaCha20Poly1305(key).encrypt(nonce, text, place.encode())
        return {
            "commitment": _commit(salt, nonce, place, text),
            "person": subject,
            "sealed": base64.b64encode(sealed).decode(),
        }

    def open(self, entered: dict[str, Any], *, place: str) -> tuple[bool, Any]:
        """(True, value) of what `seal` made; (False, None) after an erasure.

        ValueError when ciphertext or commitment were changed.
        """
        if entered == ERASED:
            return False, None
        found = self.find(str(entered["person"]), make=False)
        if found is None:
            return False, None
        key, salt = found
        sealed = base64.b64decode(entered["sealed"])
        try:
            text = ChaCha20Poly1305(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except InvalidTag as error:
            raise ValueError("a personal value does not open with the key of its person") from error
        if not hmac.compare_digest(_commit(salt, sealed[:_NONCE], place, text), str(entered["commitment"])):
            raise ValueError("a personal value does not match its commitment")
        return True, _decode(text)


def _commit(salt: bytes, nonce: bytes, place: str, text: bytes) -> str:
    return hmac.new(salt, nonce + place.encode() + b"\0" + text, hashlib.sha256).hexdigest()


@lru_cache(maxsize=1024)
def _decode(text: bytes) -> Any:
    import json

    return json.loads(text)


def _find(subject: str, *, make: bool) -> tuple[bytes, bytes] | None:
    with closing(_open()) as database:
        if make:
            database.execute(
                "INSERT OR IGNORE INTO person VALUES (?, ?, ?, 0)",
                [subject, secrets.token_bytes(32), secrets.token_bytes(32)],
            )
        row = database.execute(
            "SELECT key, salt FROM person WHERE subject = ? AND erased = 0", [subject]
        ).fetchone()
    return (bytes(row[0]), bytes(row[1])) if row else None


def erase(subject: str) -> None:
    """Destroy key and salt for good; a person without a key yet gets none later. Repeating it changes nothing."""
    with closing(_open()) as database:
        database.execute(
            "INSERT INTO person VALUES (?, NULL, NULL, 1) "
            "ON CONFLICT (subject) DO UPDATE SET key = NULL, salt = NULL, erased = 1",
            [subject],
        )
        database.execute("VACUUM")


def is_erased(subject: str) -> bool:
    """Whether a person was erased."""
    with closing(_open()) as database:
        row = database.execute("SELECT erased FROM person WHERE subject = ?", [subject]).fetchone()
    return bool(row and row[0])


def erased_subjects() -> frozenset[str]:
    """Everybody who was erased: few, if any."""
    with closing(_open()) as database:
        return frozenset(row[0] for row in database.execute("SELECT subject FROM person WHERE erased = 1"))
