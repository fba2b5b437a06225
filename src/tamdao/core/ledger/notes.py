"""Signed checkpoints in the form of C2SP tlog-checkpoint and signed notes, as Go's checksum database writes them.

tamdao.ledger/6f1c…          origin
1280                         number of entries
mXYs…=                       root, base64
time 2026-11-26T22:00:00.000Z

— tamdao.ledger/6f1c… base64(4 bytes of the key's name, then the Ed25519 signature)
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as `ledger.pub` holds it: `origin+hash+base64`."""

    origin: str
    raw: bytes

    @property
    def hash(self) -> bytes:
        """The four bytes that name the key in a signature."""
        return hashlib.sha256(f"{self.origin}\n".encode() + _ED25519 + self.raw).digest()[:4]

    @property
    def text(self) -> str:
        """The line of `ledger.pub`."""
        return f"{self.origin}+{self.hash.hex()}+{base64.b64encode(_ED25519 + self.raw).decode()}"

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """ValueError unless `text` is exactly what `text` gives."""
        origin, _hash, encoded = text.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        key = cls(origin, raw[1:])
        if len(raw) != 33 or key.text != text:
            raise ValueError(f"not the line of a key: {text}")
        return key

    @classmethod
    def of(cls, origin: str, private: Ed25519PrivateKey) -> PublicKey:
        """The public half."""
        return cls(origin, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Note:
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes
    at: str

    @property
    def text(self) -> str:
        """The signed text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\ntime {self.at}\n"


def sign(note: Note, keys: Iterable[Ed25519PrivateKey]) -> str:
    """The note with a signature of each key."""
    lines = []
    for private in keys:
        public = PublicKey.of(note.origin, private)
        signed = base64.b64encode(public.hash + private.sign(note.text.encode())).decode()
        lines.append(f"— {note.origin} {signed}\n")
    return f"{note.text}\n{''.join(lines)}"


def read(text: str) -> tuple[Note, dict[bytes, bytes]]:
    """The note and its signatures by key hash; ValueError unless every byte is as `sign` writes it."""
    body, _, signatures = text.partition("\n\n")
    lines = body.split("\n")
    if len(lines) != 4 or not lines[3].startswith("time ") or not signatures.endswith("\n"):
        raise ValueError("not a checkpoint")
    note = Note(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True), lines[3][5:])
    found: dict[bytes, bytes] = {}
    for line in signatures[:-1].split("\n"):
        dash, origin, encoded = line.split(" ")
        blob = base64.b64decode(encoded, validate=True)
        if (
            dash != "—"
            or origin != note.origin
            or len(blob) != 68
            or base64.b64encode(blob).decode() != encoded
        ):
            raise ValueError("not a signature of the checkpoint")
        found[blob[:4]] = blob[4:]
    if note.text + "\n" + signatures != text or len(note.root) != 32 or not found:
        raise ValueError("not a checkpoint in its own form")
    return note, found


def is_signed(note: Note, signatures: dict[bytes, bytes], key: PublicKey) -> bool:
    """Whether the note bears a good signature of `key`."""
    signature = signatures.get(key.hash)
    return note.origin == key.origin and signature is not None and key.verifies(signature, note.text.encode())


def endorsement_text(new: PublicKey, number: int) -> bytes:
    """What the old key signs when a new one takes its place at entry `number`."""
    return f"tamdao ledger key\n{number}\n{new.text}\n".encode()
