"""Secrets of an instance in one encrypted file, opened by a passphrase or by a private key that lies in a safe.

A sealed file is a line of JSON (how it was encrypted) and a ChaCha20-Poly1305 ciphertext (RFC 8439) of a tar archive;
the line is authenticated with the rest, so that one changed bit anywhere is refused. To a passphrase: the key comes
from scrypt (RFC 7914). To a recipient: from X25519 (RFC 7748) with a fresh key of this file, through HKDF-SHA256
(RFC 5869): the machine that makes the daily backup then holds nothing that could open it.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message

LEAST_PASSPHRASE = 12
_MARK = "tamdao-sealed-1"
# the cost is fixed here and not read from the file, which may come from anywhere: 128 MB, about half a second
_SCRYPT = {"n": 1 << 17, "r": 8, "p": 1}
_NONCE = 12
_SALT = 16


@dataclass(frozen=True, slots=True)
class Passphrase:
    """Seals and opens by words that people know."""

    words: str

    def __post_init__(self) -> None:
        if len(self.words) < LEAST_PASSPHRASE:
            raise _refusal(
                f"câu mật khẩu cần ít nhất {LEAST_PASSPHRASE} ký tự",
                f"the passphrase needs at least {LEAST_PASSPHRASE} characters",
            )

    def key(self, salt: bytes) -> bytes:
        """The 32 bytes that scrypt makes of the words."""
        return Scrypt(salt=salt, length=32, **_SCRYPT).derive(self.words.encode())


@dataclass(frozen=True, slots=True)
class Recipient:
    """Seals to a public key; only the private key, kept elsewhere, opens it."""

    public: X25519PublicKey


@dataclass(frozen=True, slots=True)
class Holder:
    """Opens what was sealed to a recipient."""

    private: X25519PrivateKey


def _raw(public: X25519PublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _agreed(private: X25519PrivateKey, public: X25519PublicKey, *, salt: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=_MARK.encode()).derive(
        private.exchange(public)
    )


def seal(files: Mapping[str, bytes], *, to: Passphrase | Recipient) -> bytes:
    """The files (relative path → content) as one sealed file."""
    nonce = os.urandom(_NONCE)
    head = {"format": _MARK, "nonce": nonce.hex()}
    if isinstance(to, Passphrase):
        salt = os.urandom(_SALT)
        head |= {"to": "passphrase", "salt": salt.hex()}
        key = to.key(salt)
    else:
        fresh = X25519PrivateKey.generate()
        own, theirs = _raw(fresh.public_key()), _raw(to.public)
        head |= {"to": "recipient", "recipient": theirs.hex(), "ephemeral": own.hex()}
        key = _agreed(fresh, to.public, salt=own + theirs)
    line = json.dumps(head, sort_keys=True).encode() + b"\n"
    return line + ChaCha20Poly1305(key).encrypt(nonce, _pack(files), line)


def sealed_to(content: bytes) -> str:
    """How a sealed file is opened: "passphrase" or "recipient". DomainError for anything else."""
    return _head(content)[1]["to"]


def open_sealed(content: bytes, *, by: Passphrase | Holder) -> dict[str, bytes]:
    """The files of a sealed file. DomainError when it is damaged or `by` does not fit."""
    line, head = _head(content)
    wanted = "passphrase" if isinstance(by, Passphrase) else "recipient"
    if head["to"] != wanted:
        raise _refusal(
            "tệp niêm phong này mở bằng "
            + ("câu mật khẩu, không phải bằng khóa" if wanted == "recipient" else "khóa riêng (--key)"),
            "this sealed file opens with a "
            + ("passphrase, not with a key" if wanted == "recipient" else "private key (--key)"),
        )
    try:
        if isinstance(by, Passphrase):
            key = by.key(bytes.fromhex(head["salt"]))
        else:
            own, theirs = bytes.fromhex(head["ephemeral"]), _raw(by.private.public_key())
            if head["recipient"] != theirs.hex():
                raise _refusal(
                    "phần này được niêm phong cho một khóa khác; dùng khóa riêng có hiệu lực lúc niêm phong",
                    "this was sealed to another key; take the private key that was in force at that time",
                )
            key = _agreed(by.private, X25519PublicKey.from_public_bytes(own), salt=own + theirs)
        return _unpack(
            ChaCha20Poly1305(key).decrypt(bytes.fromhex(head["nonce"]), content[len(line) :], line)
        )
    except (InvalidTag, ValueError, KeyError) as error:
        raise _refusal(
            "không mở được phần niêm phong: sai câu mật khẩu hoặc sai khóa, hoặc tệp đã hỏng",
            "the sealed part does not open: wrong passphrase or key, or the file is damaged",
        ) from error


def _head(content: bytes) -> tuple[bytes, dict[str, str]]:
    line = content[: content.find(b"\n") + 1]
    try:
        head = json.loads(line)
        if head["format"] == _MARK and head["to"] in {"passphrase", "recipient"}:
            return line, head
    except (ValueError, KeyError, TypeError):
        pass
    raise _refusal(
        "đây không phải tệp niêm phong, hoặc tệp đã hỏng", "this is no sealed file, or it is damaged"
    )


def _pack(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _unpack(content: bytes) -> dict[str, bytes]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        for entry in archive:
            path = PurePosixPath(entry.name)
            if not entry.isfile() or path.is_absolute() or ".." in path.parts:
                raise ValueError(entry.name)
            file = archive.extractfile(entry)
            found[entry.name] = file.read() if file else b""
    return found


def new_key(words: Passphrase) -> tuple[bytes, bytes]:
    """A new pair: the private key as PEM encrypted with `words`, and the public key as PEM."""
    private = X25519PrivateKey.generate()
    return (
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(words.words.encode()),
        ),
        private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )


def load_recipient(pem: bytes) -> Recipient:
    """The public key that backups are sealed to."""
    try:
        public: object = serialization.load_pem_public_key(pem)
    except ValueError:
        public = None
    if not isinstance(public, X25519PublicKey):
        raise _refusal(
            "tệp khóa công khai không đúng; tạo bằng: tamdao secrets new-key",
            "this is no public key of ours; make one with: tamdao secrets new-key",
        )
    return Recipient(public)


def load_holder(pem: bytes, words: Passphrase) -> Holder:
    """The private key that opens what was sealed to its public half."""
    try:
        private: object = serialization.load_pem_private_key(pem, password=words.words.encode())
    except TypeError:
        # a key without a passphrase: none of ours
        private = None
    except ValueError as error:
        raise _refusal(
            "không mở được khóa riêng: sai câu mật khẩu, hoặc tệp không phải khóa do “tamdao secrets new-key” tạo",
            "the private key does not open: wrong passphrase, or no key that “tamdao secrets new-key” has made",
        ) from error
    if not isinstance(private, X25519PrivateKey):
        raise _refusal(
            "tệp này là một khóa khác, không phải khóa do “tamdao secrets new-key” tạo",
            "this is another kind of key, none that “tamdao secrets new-key” has made",
        )
    return Holder(private)


def _refusal(vi: str, en: str) -> DomainError:
    return DomainError(
        Message(f"Niêm phong bí mật: {vi}.", f"Sealed secrets: {en}."), code="operations.sealed"
    )
