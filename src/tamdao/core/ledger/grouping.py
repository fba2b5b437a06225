"""Which captured rows become one entry, and in which order: pure.

Order is what makes the newest image of an object the newest: entry and place in it are hashed and signed, the number of
the captured row is not. So the rows of one object always come in the order of their capture, and a bundle in the middle
of which somebody else wrote to one of its objects goes on in an entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .bodies import Captured

# rows as they were found are no submission and no file: they may be cut anywhere
BASELINE = "baseline:"


def extending(found: Sequence[Captured]) -> list[str]:
    """Bundles that a batch which ends with `found` must not cut: a submission or file is one entry."""
    return sorted({row.bundle for row in found if row.bundle and not row.bundle.startswith(BASELINE)})


def extended(bundles: Iterable[str], beyond: Iterable[Captured]) -> list[Captured]:
    """What of the rows `beyond` a batch belongs to its bundles; it overtakes no other row of the same object."""
    still = set(bundles)
    taken: list[Captured] = []
    left: set[tuple[str, str]] = set()
    for row in beyond:
        place = (row.table, row.pk)
        if row.bundle in still and place not in left:
            taken.append(row)
        else:
            still.discard(row.bundle)
            left.add(place)
    return taken


def grouped(rows: Iterable[Captured]) -> list[list[Captured]]:
    """One list for each entry: rows of a bundle together at the place of its first, every other row alone."""
    groups: list[list[Captured]] = []
    of_bundle: dict[str, int] = {}
    of_object: dict[tuple[str, str], int] = {}
    for row in rows:
        place = (row.table, row.pk)
        group = of_bundle.get(row.bundle) if row.bundle else None
        if group is None or of_object.get(place, -1) > group:
            group = len(groups)
            groups.append([])
            if row.bundle:
                of_bundle[row.bundle] = group
        groups[group].append(row)
        of_object[place] = group
    return groups
