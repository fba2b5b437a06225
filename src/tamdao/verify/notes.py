"""Public keys and signed checkpoints, read strictly: a text that is not exactly as it must be is refused."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class Wrong(Exception):
    """Something is not as it must be: a sentence in Vietnamese and one in English."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi, self.en = vi, en


def decoded(text: str) -> bytes:
    """The bytes of base64 in its one form. Wrong for any other."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Wrong("không phải base64", "not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise Wrong("base64 viết không chuẩn", "base64 written in another way")
    return raw


@dataclass(frozen=True, slots=True)
class Key:
    """A line of `ledger.pub`: origin+name+key."""

    line: str
    origin: str
    name: bytes
    raw: bytes

    @classmethod
    def read(cls, line: str) -> Key:
        """Wrong unless the line is a key under its right name."""
        parts = line.split("+", 2)
        if len(parts) != 3 or not re.fullmatch(r"[0-9a-f]{8}", parts[1]) or not parts[0]:
            raise Wrong("không phải dòng khóa công khai", "not the line of a public key")
        raw = decoded(parts[2])
        name = hashlib.sha256(parts[0].encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 33 or raw[0] != 1 or name.hex() != parts[1]:
            raise Wrong("dòng khóa công khai bị sửa", "the line of the public key was changed")
        return cls(line, parts[0], name, raw[1:])

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether it signed this message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed state: so many entries, this root, this time."""

    origin: str
    size: int
    root: bytes
    at: str
    message: bytes
    signatures: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """Wrong unless every byte is where it must be."""
        found = re.fullmatch(
            r"([^\n ]+)\n(0|[1-9]\d*)\n([^\n]+)\ntime ([^\n]+)\n\n((?:— [^\n ]+ [^\n ]+\n)+)", text
        )
        if found is None or not _TIME.fullmatch(found[4]):
            raise Wrong("không đúng dạng điểm chốt", "not in the form of a checkpoint")
        root = decoded(found[3])
        if len(root) != 32:
            raise Wrong("gốc của điểm chốt không dài 32 byte", "the root of the checkpoint is not 32 bytes")
        signatures = []
        for line in found[5].splitlines():
            _dash, origin, encoded = line.split(" ")
            blob = decoded(encoded)
            if origin != found[1] or len(blob) != 68:
                raise Wrong(
                    "chữ ký của điểm chốt không đúng dạng", "a signature of the checkpoint has another form"
                )
            signatures.append((blob[:4], blob[4:]))
        if len({name for name, _ in signatures}) != len(signatures):
            raise Wrong("điểm chốt có hai chữ ký của một khóa", "two signatures of one key on the checkpoint")
        message = text[: text.index("\n\n") + 1].encode()
        return cls(found[1], int(found[2]), root, found[4], message, tuple(signatures))

    def check_signers(self, keys: list[Key]) -> None:
        """Wrong unless it bears good signatures of exactly these keys, in the order in which they came."""
        if [name for name, _ in self.signatures] != [key.name for key in keys]:
            raise Wrong(
                f"điểm chốt {self.size} không do khóa đang hiệu lực ký",
                f"checkpoint {self.size} is not signed by the key in force",
            )
        for key, (_name, signature) in zip(keys, self.signatures, strict=True):
            if key.origin != self.origin or not key.verifies(signature, self.message):
                raise Wrong(
                    f"chữ ký của điểm chốt {self.size} không đúng",
                    f"the signature of checkpoint {self.size} is wrong",
                )


class KeySchedule:
    """Which key signed from which entry on: entry 0 names the first, later ones are endorsed by the one before."""

    def __init__(self) -> None:
        self.keys: list[tuple[int, Key]] = []

    def add(self, number: int, note: object) -> None:
        """An entry of kind "key". Wrong when the key before did not endorse it."""
        parts = note if isinstance(note, dict) else {}
        key = Key.read(str(parts.get("key", "")))
        if self.keys:
            before = self.keys[-1][1]
            message = f"tamdao ledger key\n{number}\n{key.line}\n".encode()
            if key.origin != before.origin or not before.verifies(
                decoded(str(parts.get("endorsement", ""))), message
            ):
                raise Wrong(
                    "khóa mới không được khóa cũ xác nhận", "the new key is not endorsed by the one before"
                )
        elif number != 0 or set(parts) != {"key"}:
            raise Wrong("bút toán 0 phải nêu khóa đầu tiên", "entry 0 must name the first key")
        self.keys.append((number, key))

    def signers(self, before: int, size: int) -> list[Key]:
        """Keys that must have signed the checkpoint `size` that follows the checkpoint `before`."""
        already = [key for number, key in self.keys if number < before]
        new = [key for number, key in self.keys if before <= number < size]
        return [*already[-1:], *new] if new else already[-1:]

    def check_trusted(self, trusted: list[Key]) -> None:
        """Wrong unless every key one trusts signed here, in that order: a fork without the newest one is refused."""
        lines = [key.line for _number, key in self.keys]
        places = [lines.index(key.line) if key.line in lines else -1 for key in trusted]
        if not trusted or -1 in places or places != sorted(places):
            raise Wrong(
                "sổ này không do khóa công khai đã cho ký (hoặc thiếu khóa mới nhất)",
                "this ledger is not signed by the given public key (or its newest key is missing)",
            )

    def check_witness(self, witness: Checkpoint) -> None:
        """Wrong unless a checkpoint that somebody else kept was signed by keys of this ledger."""
        names = {name for name, _signature in witness.signatures}
        signers = [key for _number, key in self.keys if key.name in names]
        if not signers:
            raise Wrong(
                "điểm chốt của nhân chứng không do khóa của sổ này ký", "the witness kept another ledger"
            )
        witness.check_signers(signers)


def read_keys(text: str) -> list[Key]:
    """The keys of a file like `ledger.pub`. Wrong for anything else in it."""
    if not text.endswith("\n") or text == "\n":
        raise Wrong("tệp khóa công khai trống hoặc bị cắt", "the file of public keys is empty or cut")
    return [Key.read(line) for line in text[:-1].split("\n")]
