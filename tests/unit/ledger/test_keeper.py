"""`tamdao-witness` without a network: it signs what goes on, refuses the rest, and loses nothing it answered for."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tamdao.core.ledger import notes
from tamdao.core.ledger.tree import Levels, leaf_hash
from tamdao.core.ledger.witness.hosts import Cosigner
from tamdao.verify.witness import Refused, Witness

LEAVES = [leaf_hash(b"%d" % number) for number in range(40)]
TREE = Levels(LEAVES)
ORIGIN = "tamdao.ledger/test"
PRIVATE = Ed25519PrivateKey.generate()


def checkpoint(
    size: int, *, tree: Levels = TREE, private: Ed25519PrivateKey = PRIVATE, origin: str = ORIGIN
) -> str:
    return notes.sign(notes.Note(origin, size, tree.root(size), "2026-11-26T00:00:00.000Z"), [private])


def request(old: int, text: str, proof: list[bytes] | None = None) -> str:
    size = notes.read(text)[0].size
    if proof is None:
        proof = TREE.consistency(old, size) if 0 < old < size else []
    return f"old {old}\n" + "".join(f"{base64.b64encode(one).decode()}\n" for one in proof) + f"\n{text}"


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.pub"
    path.write_text(f"{notes.PublicKey.of(ORIGIN, PRIVATE).text}\n", encoding="utf-8")
    return path


@pytest.fixture
def keeper(tmp_path: Path, trusted: Path) -> Iterator[Witness]:
    made = Witness(tmp_path / "kept", trusted, "w.example", now=lambda: 1_800_000_000.0)
    yield made
    made.close()


def test_it_signs_what_goes_on(keeper: Witness) -> None:
    old = 0
    for size in (1, 2, 7, 7, 8, 31, 40):
        text = checkpoint(size)
        line = keeper.add(request(old, text))
        Cosigner.parse(keeper.key).check(line.removesuffix("\n"), notes.read(text)[0])
        old = size


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (request(0, checkpoint(9)), 409),
        (request(3, checkpoint(9)), 409),
        (request(8, checkpoint(8, tree=Levels(LEAVES[::-1]))), 409),
        (request(8, checkpoint(5)), 400),
        (request(8, checkpoint(9), []), 422),
        (request(8, checkpoint(9), [b"\0" * 32]), 422),
        (request(8, checkpoint(9, tree=Levels(LEAVES[::-1]))), 422),
        (request(8, checkpoint(9, private=Ed25519PrivateKey.generate())), 403),
        (request(8, checkpoint(9, origin="tamdao.ledger/other")), 404),
        (request(8, checkpoint(9)).replace("old 8", "old 08"), 400),
        (request(8, checkpoint(9)).replace("old 8", "8"), 400),
        (request(8, checkpoint(9)).replace("\n\n", "\n=\n\n", 1), 400),
        (request(8, checkpoint(9)) + "x", 400),
        ("", 400),
        ("old " + "9" * 5000 + "\n\n", 400),
    ],
)  # fmt: skip
def test_it_refuses_the_rest_and_keeps_what_it_has(
    keeper: Witness, body: str, status: int, tmp_path: Path
) -> None:
    keeper.add(request(0, checkpoint(8)))
    before = {path.name: path.read_bytes() for path in (tmp_path / "kept").iterdir()}
    with pytest.raises(Refused) as refused:
        keeper.add(body)
    assert refused.value.status == status
    if status == 409:
        assert refused.value.text == "8\n"
    assert {path.name: path.read_bytes() for path in (tmp_path / "kept").iterdir()} == before


def test_a_first_checkpoint_with_a_proof_is_refused(keeper: Witness) -> None:
    with pytest.raises(Refused, match="needs no proof"):
        keeper.add(request(0, checkpoint(8), [b"\0" * 32]))


def test_a_torn_line_was_answered_to_nobody(keeper: Witness, tmp_path: Path, trusted: Path) -> None:
    keeper.add(request(0, checkpoint(8)))
    (lines,) = (tmp_path / "kept").glob("*.jsonl")
    with lines.open("ab") as file:
        file.write(b'{"checkpoint":"tamdao')
    key = keeper.key
    keeper.close()
    again = Witness(tmp_path / "kept", trusted, "w.example")
    assert again.key == key
    again.add(request(8, checkpoint(9)))
    kept = [
        notes.read(json.loads(line)["checkpoint"])[0].size
        for line in lines.read_text(encoding="utf-8").splitlines()
    ]
    assert kept == [8, 9]
    with pytest.raises(BlockingIOError):
        Witness(tmp_path / "kept", trusted, "w.example")
    again.close()


def ask(url: str, body: bytes) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, data=body, method="POST"), timeout=10
        ) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_program_serves_survives_a_kill_and_says_what_is_wrong(tmp_path: Path, trusted: Path) -> None:
    from tests.support import free_port

    port = free_port()
    words = [
        sys.executable, "-m", "tamdao.verify.serving", str(tmp_path / "kept"), "--key", str(trusted),
        "--name", "w.example", "--listen", f"127.0.0.1:{port}",
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    told = []
    for old, size in ((0, 8), (8, 9)):
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            told.append(process.stdout.readline())
            assert ask(f"{url}/add-checkpoint", request(old, checkpoint(size)).encode())[0] == 200
            assert ask(f"{url}/add-checkpoint", b"\xff")[0] == 400
            assert ask(f"{url}/add-checkpoint", b"x" * 20_000)[0] == 413
            assert ask(f"{url}/other", b"")[0] == 404
            content = trusted.read_bytes()
            trusted.unlink()
            assert ask(f"{url}/add-checkpoint", request(size, checkpoint(20)).encode())[0] == 500
            trusted.write_bytes(content)
            os.kill(process.pid, signal.SIGKILL)
    assert told[0] == told[1]
    assert told[0].startswith("TAMDAO_WITNESS_HOSTS=")
    for name, wrong in (
        ("--listen", "nowhere"),
        ("--key", "none"),
        ("--name", "two words"),
        ("--listen", "256.0.0.1:1"),
    ):
        changed = list(words)
        changed[words.index(name) + 1] = wrong
        done = subprocess.run(changed, capture_output=True, text=True, check=False, timeout=30)
        assert (done.returncode, bool(done.stderr)) == (1, True)
