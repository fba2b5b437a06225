"""What `tamdao-witness` does on a second machine: keeps what provably goes on from what it saw, and signs it.

The protocol is C2SP tlog-witness (`POST /add-checkpoint`), the answer a cosignature/v1, so that other witnesses of that
kind serve as well. Kept in a folder: its own key, for each ledger a file that is only appended to, and the newest
checkpoint as `tamdao-verify --checkpoint` takes it. Nothing of the ledger itself comes here.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from .files import canonical, read_text
from .notes import Checkpoint, Wrong, decoded, read_keys
from .tree import extends

_COSIGNATURE = b"\x04"


class Refused(Exception):
    """An HTTP status and the text of the answer."""

    def __init__(self, status: int, text: str, kind: str = "text/plain; charset=utf-8") -> None:
        super().__init__(text)
        self.status, self.text, self.kind = status, text, kind


class Witness:
    """What it keeps in `folder`; `trusted` names the file with the public keys of the ledgers it serves."""

    def __init__(
        self, folder: Path, trusted: Path, name: str, *, now: Callable[[], float] = time.time
    ) -> None:
        self.folder, self.trusted, self.name, self.now = folder, trusted, name, now
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        # held as long as the process lives: two of them would each keep half of the truth
        self._only = (folder / "lock").open("w")
        try:
            fcntl.flock(self._only, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._private = self._key()
        except BaseException:
            self._only.close()
            raise

    def close(self) -> None:
        """Let another process take over."""
        self._only.close()

    def _key(self) -> Ed25519PrivateKey:
        path = self.folder / "witness.pem"
        if not path.exists():
            made = Ed25519PrivateKey.generate()
            text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        private = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise Wrong("khóa của nhân chứng không phải Ed25519", "the key of the witness is not Ed25519")
        return private

    @property
    def _raw(self) -> bytes:
        return _COSIGNATURE + self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def _id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self._raw).digest()[:4]

    @property
    def key(self) -> str:
        """The line by which others check its cosignatures."""
        return f"{self.name}+{self._id.hex()}+{base64.b64encode(self._raw).decode()}"

    def add(self, body: str) -> str:
        """The cosignature of a checkpoint that goes on from the newest one. Refused otherwise."""
        old, proof, text = _parts(body)
        try:
            checkpoint = Checkpoint.read(text)
        except Wrong as error:
            raise Refused(400, f"{error}\n") from error
        self._check_signed(checkpoint)
        with self._lock:
            newest = self._newest(checkpoint.origin)
            self._check_goes_on(newest, checkpoint, old, proof)
            line = self._cosigned(checkpoint)
            self._keep(checkpoint.origin, text, line)
        return line

    def _check_signed(self, checkpoint: Checkpoint) -> None:
        # read each time: a new ledger.pub is put here after a ledger has a new key
        keys = [key for key in read_keys(read_text(self.trusted)) if key.origin == checkpoint.origin]
        if not keys:
            raise Refused(404, "unknown ledger\n")
        signatures = dict(checkpoint.signatures)
        if not any(
            key.name in signatures and key.verifies(signatures[key.name], checkpoint.message) for key in keys
        ):
            raise Refused(403, "not signed by a key of this ledger that is known here\n")

    def _check_goes_on(
        self, newest: Checkpoint | None, checkpoint: Checkpoint, old: int, proof: list[bytes]
    ) -> None:
        seen = newest.size if newest else 0
        if old > checkpoint.size:
            raise Refused(400, "the old size is larger than the checkpoint\n")
        if old != seen or (newest and checkpoint.size == seen and checkpoint.root != newest.root):
            raise Refused(409, f"{seen}\n", "text/x.tlog.size")
        if newest is None:
            if proof:
                raise Refused(422, "the first checkpoint needs no proof\n")
        elif not extends(
            old=old, new=checkpoint.size, old_root=newest.root, new_root=checkpoint.root, proof=proof
        ):
            raise Refused(422, "the proof is wrong\n")

    def _cosigned(self, checkpoint: Checkpoint) -> str:
        at = int(self.now())
        signed = self._private.sign(f"cosignature/v1\ntime {at}\n".encode() + checkpoint.message)
        blob = self._id + at.to_bytes(8, "big") + signed
        return f"— {self.name} {base64.b64encode(blob).decode()}\n"

    def _file(self, origin: str, ending: str) -> Path:
        return self.folder / f"{hashlib.sha256(origin.encode()).hexdigest()[:32]}{ending}"

    def _newest(self, origin: str) -> Checkpoint | None:
        path = self._file(origin, ".jsonl")
        if not path.exists():
            return None
        with path.open("rb+") as file:
            content = file.read()
            whole = content.rfind(b"\n") + 1
            if whole != len(content):
                # the power went while a line was written; it was answered to nobody
                file.truncate(whole)
        lines = content[:whole].splitlines()
        return Checkpoint.read(json.loads(lines[-1])["checkpoint"]) if lines else None

    def _keep(self, origin: str, text: str, cosignature: str) -> None:
        line = canonical({"checkpoint": text, "cosignature": cosignature}) + "\n"
        with self._file(origin, ".jsonl").open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        draft = self._file(origin, ".draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self._file(origin, ".checkpoint"))


def _parts(body: str) -> tuple[int, list[bytes], str]:
    """Old size, proof and checkpoint of a request. Refused when it has another form."""
    head, found, text = body.partition("\n\n")
    first, *lines = head.split("\n")
    digits = first.removeprefix("old ")
    usual = digits.isascii() and digits.isdigit() and str(int(digits[:20])) == digits
    if not found or first == digits or not usual or len(lines) > 63:
        raise Refused(400, "not a request of tlog-witness\n")
    try:
        proof = [decoded(line) for line in lines]
    except Wrong as error:
        raise Refused(400, f"{error}\n") from error
    return int(digits), proof, text
