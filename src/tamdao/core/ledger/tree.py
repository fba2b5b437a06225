"""The Merkle tree of RFC 6962: leaves are hashed with 0x00 before them, nodes with 0x01.

A second implementation, written apart from this one, stands in `tamdao.verify.tree`; tests compare the two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

HASH = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class CompactRange:
    """A tree of which only the roots of its complete subtrees are kept: enough to append and to know the root."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self.peaks)}")

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Root of the whole."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


class Levels:
    """A whole tree in memory (64 bytes a leaf), for proofs."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        self.size = 0
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash and every subtree it completes."""
        self._levels[0] += leaf
        self.size += 1
        level, count = 0, self.size
        while count & 1 == 0:
            count >>= 1
            below = self._levels[level]
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += node_hash(bytes(below[-2 * HASH : -HASH]), bytes(below[-HASH:]))

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves, of all when none is given. ValueError for a size the tree does not have."""
        wanted = self.size if size is None else size
        if not 0 <= wanted <= self.size:
            raise ValueError(f"the tree has {self.size} leaves, not {wanted}")
        return self._subtree(0, wanted) if wanted else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Audit path of leaf `index` in the tree of the first `size` leaves (RFC 6962, 2.1.1)."""
        if not 0 <= index < size <= self.size:
            raise ValueError(f"no leaf {index} in a tree of {size}")
        return self._path(index, 0, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Proof that the first `old` leaves begin the first `new` ones (RFC 6962, 2.1.2)."""
        if not 0 < old <= new <= self.size:
            raise ValueError(f"no proof from {old} to {new} in a tree of {self.size}")
        return self._proof(old, 0, new, whole=True)

    def _subtree(self, start: int, end: int) -> bytes:
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            place = (start >> level) * HASH
            return bytes(self._levels[level][place : place + HASH])
        middle = start + _split(count)
        return node_hash(self._subtree(start, middle), self._subtree(middle, end))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._subtree(middle, end)]
        return [*self._path(index, middle, end), self._subtree(start, middle)]

    def _proof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old == end:
            return [] if whole else [self._subtree(start, end)]
        middle = start + _split(end - start)
        if old <= middle:
            return [*self._proof(old, start, middle, whole=whole), self._subtree(middle, end)]
        return [*self._proof(old, middle, end, whole=False), self._subtree(start, middle)]


def consistency_after(old: int, peaks: Sequence[bytes], added: Sequence[bytes]) -> list[bytes]:
    """Proof that a tree with the complete subtrees `peaks` over `old` leaves begins the one with `added` after it.

    The same as `Levels.consistency`, without the leaves before `old`: left of the border it names peaks alone.
    """
    if not old or not added:
        return []
    known: dict[tuple[int, int], bytes] = {}
    start = 0
    for peak in peaks:
        # the largest power of two that is left
        size = 1 << ((old - start).bit_length() - 1)
        known[start, start + size] = peak
        start += size

    def node(begin: int, end: int) -> bytes:
        return known[begin, end] if end <= old else root_of(added[begin - old : end - old])

    def proof(begin: int, end: int, *, whole: bool) -> list[bytes]:
        if end == old:
            return [] if whole else [node(begin, end)]
        middle = begin + _split(end - begin)
        if old <= middle:
            return [*proof(begin, middle, whole=whole), node(middle, end)]
        return [*proof(middle, end, whole=False), node(begin, middle)]

    return proof(0, old + len(added), whole=True)


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes."""
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()
