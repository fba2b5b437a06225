"""The witness that is another machine: C2SP tlog-witness over HTTP, served by `tamdao-witness` or another of its kind.

It signs a checkpoint only when a proof shows that it goes on from the one it saw before; so it finds a cut or a fork by
itself, and keeps what contradicts it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection

from tamdao.core.ledger import notes
from tamdao.core.ledger.tree import consistency_after
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

from . import calls
from .places import CONTRADICTION, Failed, Last

_COSIGNATURE = b"\x04"


@dataclass(frozen=True, slots=True)
class Cosigner:
    """The key of a witness: `name+id+base64`."""

    name: str
    id: bytes
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> Cosigner:
        """ValueError unless it is the line of a cosigner's key."""
        name, named, encoded = text.split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        found = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
        if len(key) != 33 or key[:1] != _COSIGNATURE or found.hex() != named:
            raise ValueError(f"not the line of a witness key: {text}")
        return cls(name, found, key[1:])

    def check(self, line: str, note: notes.Note) -> None:
        """ValueError unless the line is this witness's cosignature of the checkpoint."""
        dash, name, encoded = line.split(" ")
        blob = base64.b64decode(encoded, validate=True)
        if (dash, name) != ("—", self.name) or len(blob) != 76 or blob[:4] != self.id:
            raise ValueError("not a cosignature of this witness")
        at = int.from_bytes(blob[4:12], "big")
        signed = f"cosignature/v1\ntime {at}\n{note.text}".encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(blob[12:], signed)
        except InvalidSignature as error:
            raise ValueError("the cosignature is wrong") from error


@dataclass(frozen=True, slots=True)
class Host:
    """Gets the newest checkpoint every minute, with a proof that it goes on from the last one."""

    url: str
    key: Cosigner
    pause: float = 60.0
    keeps: str = "day"

    @classmethod
    def parse(cls, text: str) -> Host:
        """Out of `https://host:port#name+id+key`. DomainError for anything else."""
        url, _, key = text.partition("#")
        try:
            return cls(url.rstrip("/"), Cosigner.parse(key))
        except ValueError as error:
            raise DomainError(
                Message(
                    f"TAMDAO_WITNESS_HOSTS: “{text}” phải có dạng https://máy:cổng#tên+mã+khóa, như tamdao-witness "
                    "in ra.",
                    f"TAMDAO_WITNESS_HOSTS: “{text}” must look like https://host:port#name+id+key, as tamdao-witness "
                    "prints it.",
                ),
                code="config.variable",
            ) from error

    @property
    def name(self) -> str:
        """The witness, whatever its address."""
        return f"host {self.key.name}"[:200]

    @property
    def title(self) -> Message:
        """As people read it."""
        return Message(f"máy {self.key.name}", f"the host {self.key.name}")

    def wants(self, note: notes.Note, last: Last) -> bool:
        """Every new one."""
        return note.size != last.size

    def deliver(self, text: str, note: notes.Note, last: Last) -> str:
        """The line of its cosignature. Failed when it refuses, or signs something else."""
        old = last.size
        answer = self._ask(old, text, note)
        if answer.status == 409:
            # it has seen another size than we remember: it says which
            said = answer.content.decode("ascii", "replace").strip()
            if not said.isdigit() or len(said) > 18 or int(said) == old or int(said) > note.size:
                raise Failed(CONTRADICTION)
            answer = self._ask(int(said), text, note)
        if answer.status in {409, 422}:
            raise Failed(CONTRADICTION)
        if answer.status != 200:
            raise Failed(self._refusal(answer))
        return self._own_line(answer.content, note)

    def _ask(self, old: int, text: str, note: notes.Note) -> calls.Answer:
        proof = "".join(f"{base64.b64encode(one).decode()}\n" for one in _proof(old, note.size))
        body = f"old {old}\n{proof}\n{text}".encode()
        return calls.post(f"{self.url}/add-checkpoint", body, "text/plain; charset=utf-8")

    def _refusal(self, answer: calls.Answer) -> Message:
        if answer.status in {403, 404}:
            return Message(
                "chưa biết khóa công khai này; chép ledger.pub mới cho máy đó",
                "it does not know this public key; give it the new ledger.pub",
            )
        said = answer.content[:200].decode("utf-8", "replace").strip()
        return Message(
            f"không nhận điểm chốt ({answer.status}): {said}", f"it refuses ({answer.status}): {said}"
        )

    def _own_line(self, content: bytes, note: notes.Note) -> str:
        lines = content.decode("utf-8", "replace").splitlines()
        for line in lines:
            if line.startswith(f"— {self.key.name} "):
                try:
                    self.key.check(line, note)
                except ValueError:
                    break
                return line
        raise Failed(
            Message(
                "chữ ký của nó không khớp khóa đã đặt", "its signature does not match the key that is set"
            )
        )

    def check(self, receipt: str, text: str) -> None:
        """ValueError unless the receipt is its cosignature of this checkpoint."""
        self.key.check(receipt, notes.read(text)[0])


def _proof(old: int, size: int) -> list[bytes]:
    """That the tree of `size` goes on from that of `old`. Failed when this ledger never had such a checkpoint."""
    if old in {0, size}:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT peaks FROM ledger_checkpoint WHERE size = %s", [old])
        found = cursor.fetchone()
        if found is None:
            raise Failed(CONTRADICTION)
        cursor.execute(
            "SELECT leaf FROM ledger_entry WHERE number >= %s AND number < %s ORDER BY number", [old, size]
        )
        added = [bytes.fromhex(leaf) for (leaf,) in cursor.fetchall()]
    return consistency_after(old, [bytes.fromhex(peak) for peak in found[0].split()], added)
