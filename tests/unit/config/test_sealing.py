"""Sealed secrets open for whom they were sealed, whole, and for nobody else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tamdao.config.commands import keys
from tamdao.config.operations import sealing
from tamdao.config.operations.sealing import Passphrase
from tamdao.kit.errors import DomainError

FILES = {"secret-key": b"abc", "ledger/signing-1.pem": b"\x00\xff" * 100}
WORDS = Passphrase("một câu đủ dài")


@pytest.fixture(scope="module")
def pair() -> tuple[sealing.Holder, sealing.Recipient]:
    private, public = sealing.new_key(WORDS)
    return sealing.load_holder(private, WORDS), sealing.load_recipient(public)


def test_passphrase_opens_what_it_sealed() -> None:
    content = sealing.seal(FILES, to=WORDS)
    assert sealing.sealed_to(content) == "passphrase"
    assert sealing.open_sealed(content, by=WORDS) == FILES
    with pytest.raises(DomainError, match="sai câu mật khẩu"):
        sealing.open_sealed(content, by=Passphrase("một câu khác hẳn"))


def test_private_key_opens_what_was_sealed_to_it(pair: tuple[sealing.Holder, sealing.Recipient]) -> None:
    holder, recipient = pair
    content = sealing.seal(FILES, to=recipient)
    assert sealing.sealed_to(content) == "recipient"
    assert sealing.open_sealed(content, by=holder) == FILES
    stranger = sealing.load_holder(sealing.new_key(WORDS)[0], WORDS)
    with pytest.raises(DomainError, match="cho một khóa khác"):
        sealing.open_sealed(content, by=stranger)


def test_wrong_way_of_opening_says_which_is_right(pair: tuple[sealing.Holder, sealing.Recipient]) -> None:
    holder, recipient = pair
    with pytest.raises(DomainError, match="--key"):
        sealing.open_sealed(sealing.seal(FILES, to=recipient), by=WORDS)
    with pytest.raises(DomainError, match="không phải bằng khóa"):
        sealing.open_sealed(sealing.seal(FILES, to=WORDS), by=holder)


def test_every_byte_counts(pair: tuple[sealing.Holder, sealing.Recipient]) -> None:
    holder, recipient = pair
    content = sealing.seal(FILES, to=recipient)
    chance = random.Random(1)
    for place in {*range(40), *(chance.randrange(len(content)) for _ in range(200))}:
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(DomainError):
            sealing.open_sealed(bytes(changed), by=holder)
        with pytest.raises(DomainError):
            sealing.open_sealed(content[:place], by=holder)


def test_two_seals_of_the_same_files_have_nothing_in_common(
    pair: tuple[sealing.Holder, sealing.Recipient],
) -> None:
    _, recipient = pair
    one, two = (sealing.seal(FILES, to=recipient).split(b"\n", 1)[1] for _ in range(2))
    assert one[:32] != two[:32]


def test_paths_that_lead_out_are_refused() -> None:
    with pytest.raises(DomainError):
        sealing.open_sealed(sealing.seal({"../escape": b""}, to=WORDS), by=WORDS)


@pytest.mark.parametrize("words", [None, WORDS])
def test_another_kind_of_key_is_refused_by_name(words: Passphrase | None) -> None:
    """As the key of the certificate, which lies near at hand."""
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if words:
        protection = serialization.BestAvailableEncryption(words.words.encode())
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
    )
    with pytest.raises(DomainError, match="một khóa khác"):
        sealing.load_holder(pem, WORDS)


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(DomainError, match="ít nhất 12"):
        Passphrase("ngắn")
    with pytest.raises(DomainError, match="new-key"):
        sealing.load_recipient(b"nothing")
    with pytest.raises(DomainError, match="khóa riêng"):
        sealing.load_holder(sealing.new_key(WORDS)[0], Passphrase("một câu khác hẳn"))


def test_passphrase_comes_from_a_text_alone(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_text(f"{WORDS.words}\r\n", encoding="utf-8")
    assert keys.passphrase(file) == WORDS
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DomainError, match="không phải tệp văn bản"):
        keys.passphrase(file)
