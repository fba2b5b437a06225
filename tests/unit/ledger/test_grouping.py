"""Entries out of captured rows: bundles together, and never at the price of the order of one object's changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tamdao.core.ledger.bodies import Captured
from tamdao.core.ledger.grouping import extended, extending, grouped


def row(number: int, pk: str, bundle: str = "") -> Captured:
    return Captured(number, "t", "U", pk, None, "{}", "", "{}", bundle, "2026-11-26T00:00:00.000Z")


def numbers(groups: list[list[Captured]]) -> list[list[int]]:
    return [[one.id for one in group] for group in groups]


def test_rows_of_a_bundle_are_one_entry_at_the_place_of_the_first() -> None:
    rows = [row(1, "a", "x"), row(2, "b"), row(3, "c", "x"), row(4, "d", "y")]
    assert numbers(grouped(rows)) == [[1, 3], [2], [4]]


def test_a_bundle_goes_on_elsewhere_when_somebody_wrote_to_its_object_meanwhile() -> None:
    rows = [row(1, "a", "x"), row(2, "b"), row(3, "b", "x"), row(4, "c", "x")]
    assert numbers(grouped(rows)) == [[1], [2], [3, 4]]
    # the other way round nothing is in the way
    assert numbers(grouped([row(1, "b", "x"), row(2, "b"), row(3, "c", "x")])) == [[1, 3], [2]]


def test_what_lies_beyond_a_batch_is_taken_along_unless_it_would_overtake() -> None:
    beyond = [row(5, "c", "x"), row(6, "d"), row(7, "e", "x"), row(8, "d", "x"), row(9, "f", "x")]
    assert [one.id for one in extended(["x"], beyond)] == [5, 7]
    assert extending([row(1, "a", "x"), row(2, "b"), row(3, "c", "baseline:t:1")]) == ["x"]


ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "", "x", "y", "baseline:t"])), max_size=40
)


@given(ROWS, st.integers(min_value=1, max_value=12))
def test_every_row_once_and_each_object_in_the_order_of_capture(
    written: list[tuple[str, str]], limit: int
) -> None:
    waiting = [row(number, *one) for number, one in enumerate(written)]
    entries: list[list[Captured]] = []
    while waiting:
        batch = waiting[:limit]
        batch += extended(extending(batch), waiting[limit:])
        waiting = [one for one in waiting if one not in batch]
        entries += grouped(batch)
    sealed = [one for entry in entries for one in entry]
    assert sorted(one.id for one in sealed) == list(range(len(written)))
    for pk in "abcd":
        found = [one.id for one in sealed if one.pk == pk]
        assert found == sorted(found)
    for entry in entries:
        assert len({one.bundle for one in entry}) == 1
        assert len(entry) == 1 or entry[0].bundle
