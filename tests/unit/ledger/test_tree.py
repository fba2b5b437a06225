"""The tree of RFC 6962 against public test vectors, and proofs that somebody forged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tamdao.core.ledger import tree as ours
from tamdao.verify import tree as theirs

# leaves, roots and proofs of the reference implementations of Certificate Transparency (merkle tree tests)
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (leaf counted from 1, size) → audit path
INCLUSION = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (3, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (2, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
# (old size, new size) → proof
CONSISTENCY = {
    (1, 1): [],
    (1, 8): INCLUSION[1, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
HASHES = [ours.leaf_hash(leaf) for leaf in LEAVES]
LEVELS = ours.Levels(HASHES)


def raw(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    compact, stack = ours.CompactRange(), theirs.Stack()
    for leaf in LEAVES[:size]:
        compact.append(ours.leaf_hash(leaf))
        stack.push(theirs.leaf(leaf))
    assert compact.root().hex() == stack.root().hex() == LEVELS.root(size).hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (
        ours.CompactRange().root().hex() == theirs.Stack().root().hex() == ours.Levels().root().hex() == empty
    )


@pytest.mark.parametrize(("leaf", "size"), list(INCLUSION))
def test_audit_paths_are_those_of_the_reference(leaf: int, size: int) -> None:
    proof = raw(INCLUSION[leaf, size])
    assert LEVELS.inclusion(leaf - 1, size) == proof
    assert theirs.includes(
        index=leaf - 1, size=size, node=HASHES[leaf - 1], proof=proof, root=bytes.fromhex(ROOTS[size - 1])
    )


@pytest.mark.parametrize(("old", "new"), list(CONSISTENCY))
def test_consistency_proofs_are_those_of_the_reference(old: int, new: int) -> None:
    proof = raw(CONSISTENCY[old, new])
    assert LEVELS.consistency(old, new) == proof
    roots = [bytes.fromhex(root) for root in ROOTS]
    assert theirs.extends(old=old, new=new, old_root=roots[old - 1], new_root=roots[new - 1], proof=proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (4, 4), (0, 9)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        LEVELS.inclusion(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 1), (3, 2), (1, 9)])
def test_there_is_no_proof_between_sizes_that_do_not_follow(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        LEVELS.consistency(old, new)


def test_a_size_and_its_peaks_must_agree() -> None:
    with pytest.raises(ValueError, match="peaks"):
        ours.CompactRange(3, [HASHES[0]])
    with pytest.raises(ValueError, match="leaves"):
        LEVELS.root(9)


SOME = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")
EMPTY = ours.EMPTY_ROOT


def forged_inclusions() -> Iterator[tuple[str, dict[str, object]]]:
    """Mutations of good audit paths; every one of them proves nothing."""
    for (leaf, size), texts in INCLUSION.items():
        good: dict[str, object] = {
            "index": leaf - 1, "size": size, "node": HASHES[leaf - 1],
            "proof": raw(texts), "root": bytes.fromhex(ROOTS[size - 1]),
        }  # fmt: skip
        proof = raw(texts)
        inner = ours.node_hash(HASHES[0], HASHES[1])
        below = 2 ** (size.bit_length() - 1) - 1
        changes: dict[str, dict[str, object]] = {
            "index below": {"index": leaf - 2}, "index above": {"index": leaf}, "index flipped": {"index": (leaf - 1) ^ 2},
            "size doubled": {"size": size * 2}, "size halved": {"size": size // 2}, "size zero": {"size": 0},
            # under the root of that size: a root is signed with its size, never without
            "power below": {"size": below, "root": bytes.fromhex(ROOTS[below - 1]) if below else EMPTY}, "power above": {"size": 2 ** size.bit_length() + 1},
            "other leaf": {"node": SOME}, "node as leaf": {"node": inner}, "root as leaf": {"node": good["root"], "size": size + 1},
            "empty root": {"root": EMPTY}, "other root": {"root": SOME}, "short leaf": {"node": b"WrongLeaf"},
            "nothing as leaf": {"node": b""}, "garbage behind": {"proof": [*proof, b""]},
            "root behind": {"proof": [*proof, good["root"]]}, "garbage before": {"proof": [b"", *proof]},
            "root before": {"proof": [good["root"], *proof]},
            "last leaf twice": {"index": size, "size": size + 1, "node": HASHES[size - 1], "proof": [*proof, HASHES[size - 1]]},
        }  # fmt: skip
        for place in range(len(proof)):
            bent = list(proof)
            bent[place] = bytes([bent[place][0] ^ 8]) + bent[place][1:]
            changes[f"step {place} bent"] = {"proof": bent}
            changes[f"step {place} gone"] = {"proof": proof[:place] + proof[place + 1 :]}
            changes[f"step {place} twice"] = {"proof": proof[: place + 1] + proof[place:]}
        if len(proof) > 1:
            changes["steps turned round"] = {"proof": proof[::-1]}
        for name, change in changes.items():
            yield f"{leaf} of {size}: {name}", good | change


def forged_consistencies() -> Iterator[tuple[str, dict[str, object]]]:
    """Mutations of good consistency proofs."""
    for (old, new), texts in CONSISTENCY.items():
        proof = raw(texts)
        first, second = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
        good: dict[str, object] = {
            "old": old,
            "new": new,
            "old_root": first,
            "new_root": second,
            "proof": proof,
        }
        changes: dict[str, dict[str, object]] = {
            "old below": {"old": old - 1}, "old above": {"old": old + 1}, "old flipped": {"old": old ^ 2},
            "new doubled": {"new": new * 2}, "new halved": {"new": new // 2}, "time turned": {"old": new + 1, "new": old},
            "old root other": {"old_root": b"WrongRoot"}, "new root other": {"new_root": b"WrongRoot"},
            "new root random": {"new_root": SOME}, "garbage behind": {"proof": [*proof, b""]},
            "root behind": {"proof": [*proof, first]}, "new root behind": {"proof": [*proof, second]},
            "garbage before": {"proof": [b"", *proof]}, "root before": {"proof": [first, *proof]},
            "from nothing": {"old": 0, "old_root": EMPTY},
        }  # fmt: skip
        if old != new:
            changes |= {"empty": {"proof": []}, "roots swapped": {"old_root": second, "new_root": first}}
        for place in range(len(proof)):
            bent = list(proof)
            bent[place] = bytes([bent[place][0] ^ 16]) + bent[place][1:]
            changes[f"step {place} bent"] = {"proof": bent}
            changes[f"step {place} gone"] = {"proof": proof[:place] + proof[place + 1 :]}
            changes[f"step {place} twice"] = {"proof": proof[: place + 1] + proof[place:]}
        for name, change in changes.items():
            yield f"{old} to {new}: {name}", good | change


def test_forged_proofs_are_refused() -> None:
    inclusions, consistencies = list(forged_inclusions()), list(forged_consistencies())
    assert len(inclusions) + len(consistencies) >= 200
    taken = [name for name, arguments in inclusions if theirs.includes(**arguments)]  # type: ignore[arg-type]
    taken += [name for name, arguments in consistencies if theirs.extends(**arguments)]  # type: ignore[arg-type]
    assert not taken
