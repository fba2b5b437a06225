"""The signing keys of an instance: files of their own, readable by the owner alone, never in the database.

Which key is in force stands in the ledger itself (entries of kind "key"); the file is found by the key's name. A lost
file is never replaced silently: sealing stops and says so.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from tamdao.kit import durable
from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message

from .notes import PublicKey

PUBLIC = "ledger.pub"


def folder() -> Path:
    """Where the keys lie; made for the owner alone."""
    place = Path(settings.TAMDAO_HOME) / "ledger"
    return durable.make_folder(place)


def _file(public: PublicKey) -> Path:
    return folder() / f"signing-{public.hash.hex()}.pem"


def make(origin: str) -> tuple[PublicKey, Ed25519PrivateKey]:
    """A new key, already safe on disk when this returns."""
    private = Ed25519PrivateKey.generate()
    public = PublicKey.of(origin, private)
    text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    durable.write_new(_file(public), text)
    return public, private


def load(public: PublicKey) -> Ed25519PrivateKey:
    """The private half. Conflict when its file is gone or holds another key."""
    try:
        private = load_pem_private_key(_file(public).read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise _lost(public) from error
    if not isinstance(private, Ed25519PrivateKey) or PublicKey.of(public.origin, private) != public:
        raise _lost(public)
    return private


def _lost(public: PublicKey) -> Conflict:
    return Conflict(
        Message(
            f"Không đọc được khóa ký {_file(public)}; chép lại từ bản sao lưu khóa. Chưa niêm phong gì.",
            f"The signing key {_file(public)} can't be read; copy it back from the backup of the keys. "
            "Nothing was sealed.",
        ),
        code="ledger.key_lost",
    )


@contextlib.contextmanager
def steady() -> Iterator[None]:
    """Held while database and key files are copied: nobody replaces the key in force meanwhile."""
    with _locked(fcntl.LOCK_SH):
        yield


@contextlib.contextmanager
def replacing() -> Iterator[None]:
    """Held while the key in force is replaced. Conflict while a backup is being made."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(_locked(fcntl.LOCK_EX | fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise Conflict(
                Message(
                    "Phiên bản đang được sao lưu; chờ xong rồi thay khóa. Chưa đổi gì.",
                    "A backup is being made; replace the key when it is done. Nothing was changed.",
                ),
                code="ledger.backup_running",
            ) from error
        yield


@contextlib.contextmanager
def _locked(kind: int) -> Iterator[None]:
    # outside the folder of the keys, all of which backups hold
    descriptor = os.open(folder().parent / ".keys.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)


def is_there(public: PublicKey) -> bool:
    """Whether the private half lies here."""
    return _file(public).exists()


def remove(public: PublicKey) -> None:
    """Destroy a private key that a newer one has replaced."""
    _file(public).unlink(missing_ok=True)
    durable.sync(folder())


def publish(history: list[PublicKey]) -> None:
    """Write `ledger.pub`: every key there was, the one in force last. Replaced as a whole, and only when it differs."""
    text = "".join(f"{key.text}\n" for key in history)
    target = folder() / PUBLIC
    with contextlib.suppress(OSError):
        if target.read_text(encoding="utf-8") == text:
            return
    durable.write(target, text, mode=0o644)
