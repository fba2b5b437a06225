"""RFC 6962 trees and their proofs, checked as RFC 9162 (2.1.3.2 and 2.1.4.2) describes it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_sha256 = hashlib.sha256
_BLOCK = 1024


def leaf(data: bytes) -> bytes:
    """Hash of a leaf."""
    return _sha256(b"\x00" + data).digest()


def join(left: bytes, right: bytes) -> bytes:
    """Hash of a node."""
    return _sha256(b"\x01" + left + right).digest()


class Stack:
    """A growing tree: complete subtrees as (leaves, hash), largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[tuple[int, bytes]] = []

    def push(self, node: bytes) -> None:
        """Add a leaf hash."""
        self._add(1, node)

    def _add(self, count: int, node: bytes) -> None:
        parts, added = self._parts, count
        while parts and parts[-1][0] == count:
            node = _sha256(b"\x01" + parts.pop()[1] + node).digest()
            count += count
        parts.append((count, node))
        self.size += added

    def push_all(self, nodes: list[bytes]) -> None:
        """Add many leaf hashes: whole subtrees of 1,024 at a time, which is what makes a million take seconds."""
        start = 0
        while start < len(nodes):
            part = nodes[start : start + _BLOCK]
            if self.size % _BLOCK or len(part) < _BLOCK:
                self.push(part[0])
                start += 1
                continue
            while len(part) > 1:
                pairs = iter(part)
                part = [
                    _sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)
                ]
            self._add(_BLOCK, part[0])
            start += _BLOCK

    def root(self) -> bytes:
        """Root of what was added."""
        if not self._parts:
            return _sha256(b"").digest()
        node = self._parts[-1][1]
        for _count, left in self._parts[-2::-1]:
            node = join(left, node)
        return node


def includes(*, index: int, size: int, node: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash `node` is number `index` of the tree with this size and root."""
    if not 0 <= index < size or not _are_hashes((node, root, *proof)):
        return False
    place, last = index, size - 1
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = join(step, node)
            while place & 1 == 0 and place != 0:
                place >>= 1
                last >>= 1
        else:
            node = join(node, step)
        place >>= 1
        last >>= 1
    return last == 0 and node == root


def extends(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree (`new`, `new_root`) begins with the whole tree (`old`, `old_root`); neither is empty."""
    if not 0 < old <= new or not _are_hashes((old_root, new_root, *proof)):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = join(step, first), join(step, second)
            while place & 1 == 0 and place != 0:
                place >>= 1
                last >>= 1
        else:
            second = join(second, step)
        place >>= 1
        last >>= 1
    return last == 0 and first == old_root and second == new_root


def _are_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == 32 for value in values)
