"""Two implementations of the tree, written apart, agree on any tree; and a canonical text has one form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamdao.core.ledger import canonical as ours
from tamdao.core.ledger.tree import CompactRange, Levels, consistency_after, leaf_hash, root_of
from tamdao.verify import files as theirs
from tamdao.verify import tree as verify_tree
from tamdao.verify.notes import Wrong

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=70)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(LEAVES, st.data())
def test_roots_and_proofs_agree(leaves: list[bytes], data: Any) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    levels, stack = Levels(hashes), verify_tree.Stack()
    roots = []
    for leaf in leaves:
        stack.push(verify_tree.leaf(leaf))
        roots.append(stack.root())
    assert roots[-1] == root_of(hashes) == levels.root()
    at_once, cut = verify_tree.Stack(), data.draw(st.integers(0, len(hashes)))
    at_once.push_all(hashes[:cut])
    at_once.push_all(hashes[cut:])
    assert at_once.root() == roots[-1]
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    assert verify_tree.includes(
        index=index, size=size, node=hashes[index], proof=levels.inclusion(index, size), root=roots[size - 1]
    )
    old = data.draw(st.integers(1, size))
    proof = levels.consistency(old, size)
    first = CompactRange()
    for one in hashes[:old]:
        first.append(one)
    assert proof == consistency_after(old, first.peaks, hashes[old:size])
    assert verify_tree.extends(
        old=old, new=size, old_root=roots[old - 1], new_root=roots[size - 1], proof=proof
    )
    if old < size and roots[old - 1] != roots[size - 1]:
        assert not verify_tree.extends(
            old=old, new=size, old_root=roots[size - 1], new_root=roots[size - 1], proof=proof
        )


@pytest.mark.parametrize("size", [1023, 1024, 1025, 2048, 3000, 5000])
@pytest.mark.parametrize("before", [0, 1, 700, 1024])
def test_many_leaves_at_once_give_the_same_root(size: int, before: int) -> None:
    hashes = [leaf_hash(b"%d" % number) for number in range(size)]
    stack = verify_tree.Stack()
    for leaf in hashes[:before]:
        stack.push(leaf)
    stack.push_all(hashes[before:])
    assert (stack.size, stack.root()) == (size, root_of(hashes))


@given(LEAVES, st.integers(0, 70))
def test_a_tree_goes_on_from_its_peaks(leaves: list[bytes], cut: int) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    first = CompactRange()
    for leaf in hashes[:cut]:
        first.append(leaf)
    second = CompactRange(first.size, first.peaks)
    for leaf in hashes[cut:]:
        second.append(leaf)
    assert second.root() == root_of(hashes)


@given(JSON)
def test_a_canonical_text_is_the_same_for_both_and_reads_back(value: Any) -> None:
    text = ours.canonical(value)
    assert text == theirs.canonical(value)
    assert theirs.strict(text) == value
    assert theirs.canonical(theirs.strict(text)) == text


def test_fractions_have_no_canonical_form_but_their_digits() -> None:
    assert ours.parse_image('{"a": 1.50, "b": 1, "c": 1.0}') == {"a": "1.50", "b": 1, "c": "1.0"}
    with pytest.raises(Wrong):
        theirs.strict('{"b":1, "a":2}')
