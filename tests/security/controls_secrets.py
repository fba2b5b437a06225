"""Controls of keys, encryption, signatures and of what enters the ledger; see `controls`."""

from __future__ import annotations

import contextlib
import hashlib
import io
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client, override_settings

from tamdao.config.operations import sealing
from tamdao.core.accounts.adapters import FactorAdapter
from tamdao.core.files import blobs
from tamdao.core.ledger import keys, notes, vault
from tamdao.core.ledger.acting import acting
from tamdao.kit.errors import DomainError
from tests.ledger import captured, newest
from tests.security.controls_accounts import somebody
from tests.security.registry import control

WORDS = sealing.Passphrase("một câu đủ dài")
AT = datetime(2026, 11, 26, 8, tzinfo=UTC)


@contextmanager
def home() -> Iterator[Path]:
    """An instance folder of its own."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with override_settings(TAMDAO_HOME=folder, MEDIA_ROOT=folder / "files"):
            yield folder


def opens(content: bytes) -> bool:
    try:
        sealing.open_sealed(content, by=WORDS)
    except DomainError:
        return False
    return True


def unsealed(entered: dict[str, str]) -> bool:
    try:
        vault.Keys().open(entered, place="people_person/1/name")
    except ValueError:
        return False
    return True


@control("sealed-whole")
def sealed_whole() -> None:
    """A changed bit is found before anything is read: in the secrets of a backup, and in a personal value."""
    content = bytearray(sealing.seal({"a": b"abc"}, to=WORDS))
    assert opens(bytes(content))
    content[-1] ^= 1
    assert not opens(bytes(content))
    with home():
        entered = vault.Keys().seal("Nguyễn", subject="person:1", place="people_person/1/name")
        assert unsealed(entered)
        assert not unsealed(entered | {"sealed": "AAAA" + str(entered["sealed"])[4:]})


@control("sealed-at-rest")
def sealed_at_rest() -> None:
    """Seeds of second factors and personal values in the ledger are nowhere as they are."""
    seed = generate_totp_secret()
    stored = FactorAdapter().encrypt(seed)
    assert seed not in stored
    assert FactorAdapter().decrypt(stored) == seed
    since = newest()
    somebody()
    rows = [row for row in captured(since) if row.table == "people_person"]
    assert rows
    assert all("password" not in (row.new or {}) for row in rows)
    with home():
        assert "Nguyễn" not in str(vault.Keys().seal("Nguyễn", subject="person:1", place="x"))


@control("passphrase-stretched")
def passphrase_stretched() -> None:
    """The key of a passphrase costs 128 MB to try (scrypt, N = 2^17), by another implementation's reckoning too."""
    salt = b"s" * 16
    expected = hashlib.scrypt(WORDS.words.encode(), salt=salt, n=1 << 17, r=8, p=1, maxmem=1 << 28, dklen=32)
    assert WORDS.key(salt) == expected


@control("signatures")
def signatures() -> None:
    """Ed25519: a checkpoint signed by another key, or changed, is no checkpoint of ours."""
    with home():
        public, private = keys.make("tamdao.ledger/test")
        assert isinstance(private, Ed25519PrivateKey)
        assert public.verifies(private.sign(b"root"), b"root")
        assert not public.verifies(private.sign(b"root"), b"another root")
        assert not public.verifies(Ed25519PrivateKey.generate().sign(b"root"), b"root")
        assert notes.PublicKey.parse(public.text) == public


@control("keys-private")
def keys_private() -> None:
    """Files of keys are for their owner alone."""
    with home() as folder:
        keys.make("tamdao.ledger/test")
        vault.Keys().seal("x", subject="person:1", place="x")
        found = [path for path in folder.rglob("*") if path.is_file()]
        assert found
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in found)


@control("ledger-who")
def ledger_who() -> None:
    """Every write is captured with who, why, in which request."""
    since = newest()
    with acting(by="person:12", request="r1", reason="thử", event="test.wrote"):
        somebody()
    noted = [row.acting for row in captured(since)]
    assert noted
    assert all((one.get("by"), one.get("request")) == ("person:12", "r1") for one in noted)


@control("files-not-run")
def files_not_run() -> None:
    """What was sent is kept without the right to run, under no address, by the hash of its content."""
    text = b"echo run\n"
    with home() as folder:
        blob = blobs.store(stream=io.BytesIO(text), name="run.txt", by="tests", at=AT)
        kept = [path for path in folder.rglob("*") if path.is_file() and path.read_bytes() == text]
        assert [path.name for path in kept] == [hashlib.sha256(text).hexdigest()]
        assert kept[0].is_relative_to(folder / "files")
        assert not kept[0].stat().st_mode & 0o111
        for address in (f"/files/{blob.sha256}", f"/static/{blob.sha256}", f"/media/{blob.sha256}"):
            assert Client().get(address).status_code == 404


@control("files-by-hash")
def files_by_hash() -> None:
    """No name that a sender chose becomes part of a path."""
    with home() as folder:
        for name in ("../../etc/passwd", "/etc/passwd", "a\0b", "CON"):
            with contextlib.suppress(DomainError):
                blobs.store(stream=io.BytesIO(name.encode()), name=name, by="tests", at=AT)
        for name in ("báo cáo.txt", "a.txt"):
            blobs.store(stream=io.BytesIO(name.encode()), name=name, by="tests", at=AT)
        names = {path.name for path in folder.rglob("*") if path.is_file()} - {"lock"}
        assert len(names) == 2
        assert all(len(name) == 64 for name in names)


@control("files-judged")
def files_judged() -> None:
    """Nothing is kept that was not judged, whoever keeps it and whatever they forgot."""
    with home() as folder:
        with pytest.raises(DomainError):
            blobs.store(stream=io.BytesIO(b"MZ\x90\x00"), name="bao-cao.pdf", by="tests", at=AT)
        assert not list(folder.glob("files/??/??/*"))
