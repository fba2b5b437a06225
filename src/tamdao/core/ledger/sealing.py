"""The one sealer: captured rows become numbered, hashed, signed entries.

Everything of a batch happens in one transaction under one lock: numbers without gaps, leaves appended to the tree, a
signed checkpoint, and the captured rows removed. A crash leaves the batch as if it had not begun.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from . import bodies, keys, notes
from .bodies import Captured
from .canonical import Image, canonical, parse
from .decisions import AuditedTable, audited_tables
from .notes import Note, PublicKey
from .times import stamp, went_back
from .tree import CompactRange, leaf_hash
from .vault import Keys, erase

# about a second of work; a bundle is never cut and may be longer
BATCH = 5000
_CHUNK = 2000
_COLUMNS = "id, table_name, op, pk_text, old, new, hidden, acting, bundle, at"
# any fixed number: "the sealer of the ledger" among the advisory locks of the database
_LOCK = 0x7A6D_0002


@dataclass(slots=True)
class _Batch:
    """What one transaction adds."""

    tree: CompactRange
    previous: str
    newest: str
    tables: dict[str, AuditedTable]
    persons: Keys = field(default_factory=Keys)
    entries: list[tuple[int, str, str, str, str, str]] = field(default_factory=list)
    rows: list[tuple[int, int, int, str, str, str]] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    def add(self, body: Image) -> int:
        """Append an entry; its number must be the size of the tree. Returns the number."""
        number = self.tree.size
        at = str(body["at"])
        text = canonical(body)
        leaf = leaf_hash(text.encode())
        self.tree.append(leaf)
        self.entries.append(
            (number, text, leaf.hex(), str(body["kind"])[:10], str(body.get("by", ""))[:120], at)
        )
        self.newest = at if body["kind"] == "clock" else max(self.newest, at)
        return number

    def note_clock(self, at: str) -> None:
        """Say so in the ledger when a capture lies far before an earlier one: the clock was turned back."""
        if went_back(self.newest, at):
            self.add({"#": self.tree.size, "at": at, "kind": "clock", "note": {"before": self.newest}})


def seal_pending() -> int:
    """Seal everything that waits; how many rows it was. Conflict when the signing key is gone."""
    total = 0
    while sealed := seal_batch():
        total += sealed
    return total


def seal_batch(limit: int = BATCH) -> int:
    """Seal one batch and return how many rows went in; 0 when nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM ledger_pending LIMIT 1")
        if cursor.fetchone() is None:
            return 0
    with transaction.atomic():
        hold_lock()
        batch = open_batch()
        waiting = _waiting(limit)
        if not waiting:
            return 0
        history = key_history()
        if not history:
            history = [_begin(batch)]
        private = keys.load(history[-1])
        for group in _groups(waiting):
            _add_group(batch, group)
        _write(batch, history[-1].origin, [private], sealed=[row.id for row in waiting])
        transaction.on_commit(lambda: _after(batch, history))
    return len(waiting)


def _after(batch: _Batch, history: list[PublicKey]) -> None:
    for subject in batch.erased:
        # also done by the erasure itself; a crash between the two is healed here
        erase(subject)
    keys.publish(history)


def hold_lock() -> None:
    """Be the only sealer until the transaction ends (SQLite has one writer anyway)."""
    if connection.vendor == "postgresql":  # pragma: no cover  (make test-postgres runs it)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def key_history() -> list[PublicKey]:
    """Every key of the ledger, the one in force last; empty before the first entry."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM ledger_entry WHERE kind = 'key' ORDER BY number")
        return [PublicKey.parse(parse(body)["note"]["key"]) for (body,) in cursor.fetchall()]


def open_batch() -> _Batch:
    """The tree as the last checkpoint left it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT size, peaks, at, newest_at FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
        found = cursor.fetchone()
    tables = {table.name: table for table in audited_tables()}
    if found is None:
        return _Batch(CompactRange(), "", "", tables)
    size, peaks, at, newest = found
    return _Batch(CompactRange(size, [bytes.fromhex(peak) for peak in peaks.split()]), at, newest, tables)


def _begin(batch: _Batch) -> PublicKey:
    """Entry 0 names the first key and the origin of this ledger."""
    public, _private = keys.make(f"tamdao.ledger/{secrets.token_hex(8)}")
    batch.add({"#": 0, "at": stamp(), "kind": "key", "note": {"key": public.text}})
    return public


def _waiting(limit: int) -> list[Captured]:
    """Rows in the order of their capture; of every bundle that is touched all that is there."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM ledger_pending ORDER BY id LIMIT %s", [limit])
        found = [Captured(*row) for row in cursor.fetchall()]
        bundles = sorted({row.bundle for row in found if row.bundle})
        if len(found) == limit:
            for name in bundles:
                cursor.execute(
                    f"SELECT {_COLUMNS} FROM ledger_pending WHERE bundle = %s AND id > %s ORDER BY id",
                    [name, found[limit - 1].id],
                )
                found += [Captured(*row) for row in cursor.fetchall()]
    return found


def _groups(waiting: list[Captured]) -> Iterator[list[Captured]]:
    """Rows of a bundle together, at the place of its first; every other row alone."""
    bundles: dict[str, list[Captured]] = {}
    for row in waiting:
        if row.bundle:
            bundles.setdefault(row.bundle, []).append(row)
    for row in waiting:
        if not row.bundle:
            yield [row]
        elif bundles[row.bundle][0] is row:
            yield bundles[row.bundle]


def _add_group(batch: _Batch, group: list[Captured]) -> None:
    first, last = group[0], group[-1]
    batch.note_clock(last.at)
    if not first.bundle:
        body = bodies.row_body(first, batch.tables, batch.persons)
        number = batch.add(bodies.single(batch.tree.size, first, body))
        batch.rows.append((first.id, number, 0, first.table, first.pk, ""))
        if first.op == "N" and first.table == "erase":
            batch.erased.append(first.pk)
        return
    inner = CompactRange()
    counts: dict[str, int] = {}
    number = batch.tree.size
    for position, row in enumerate(group):
        text = canonical(bodies.bundled_row(row, first, bodies.row_body(row, batch.tables, batch.persons)))
        inner.append(leaf_hash(text.encode()))
        counts[row.table] = counts.get(row.table, 0) + 1
        batch.rows.append((row.id, number, position, row.table, row.pk, text))
    batch.add(bodies.bundle(number, first, last, count=len(group), root=inner.root(), tables=counts))


def _write(batch: _Batch, origin: str, private: list[Ed25519PrivateKey], *, sealed: list[int]) -> Note:
    now = stamp()
    if went_back(batch.previous, now):
        batch.add({"#": batch.tree.size, "at": now, "kind": "clock", "note": {"before": batch.previous}})
    note = Note(origin, batch.tree.size, batch.tree.root(), now)
    with connection.cursor() as cursor:
        _insert(cursor, "ledger_entry", "number, body, leaf, kind, by, at", batch.entries)
        _insert(cursor, "ledger_sealedrow", "pending, entry, position, table_name, pk_text, body", batch.rows)
        peaks = " ".join(peak.hex() for peak in batch.tree.peaks)
        row = (note.size, note.root.hex(), peaks, notes.sign(note, private), now, batch.newest)
        _insert(cursor, "ledger_checkpoint", "size, root, peaks, note, at, newest_at", [row])
        if sealed:
            # by what was sealed and not by number alone: rows with lower numbers may have become visible meanwhile
            cursor.execute(
                "DELETE FROM ledger_pending WHERE id BETWEEN %s AND %s AND "
                "EXISTS (SELECT 1 FROM ledger_sealedrow s WHERE s.pending = ledger_pending.id)",
                [min(sealed), max(sealed)],
            )
    return note


def _insert(cursor: Any, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert in statements of many rows: one statement per row is what costs on PostgreSQL."""
    width = columns.count(",") + 1
    one = "(" + ", ".join(["%s"] * width) + ")"
    for start in range(0, len(rows), _CHUNK // width):
        part = rows[start : start + _CHUNK // width]
        cursor.execute(
            f"INSERT INTO {table} ({columns}) VALUES {', '.join([one] * len(part))}",
            [value for row in part for value in row],
        )


def rotate_key(*, by: str, reason: str) -> PublicKey:
    """A new signing key, endorsed by the old one; returns it. The old private key is destroyed, its name stays.

    Conflict while a backup is being made: it would hold a database that names one key and the file of another.
    """
    with keys.replacing():
        return _rotate(by, reason)


def _rotate(by: str, reason: str) -> PublicKey:
    seal_pending()
    with transaction.atomic():
        hold_lock()
        history = key_history()
        batch = open_batch()
        if not history:
            return begin()
        old = keys.load(history[-1])
        public, private = keys.make(history[-1].origin)
        batch.note_clock(stamp())
        number = batch.tree.size
        endorsement = base64.b64encode(old.sign(notes.endorsement_text(public, number))).decode()
        note = {"endorsement": endorsement, "key": public.text}
        batch.add({"#": number, "at": stamp(), "by": by, "kind": "key", "note": note, "reason": reason})
        _write(batch, public.origin, [old, private], sealed=[])
        transaction.on_commit(lambda: _retire(history, public))
    return public


def begin() -> PublicKey:
    """Entry 0 and its checkpoint, for a ledger that has none. Must run inside a transaction that holds the lock."""
    batch = open_batch()
    public = _begin(batch)
    _write(batch, public.origin, [keys.load(public)], sealed=[])
    transaction.on_commit(lambda: keys.publish([public]))
    return public


def _retire(history: list[PublicKey], public: PublicKey) -> None:
    keys.publish([*history, public])
    keys.remove(history[-1])
