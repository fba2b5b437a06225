"""The one sealer: captured rows become numbered, hashed, signed entries.

A batch is computed beside the writers and stored in one transaction under one lock: numbers without gaps, leaves
appended to the tree, a signed checkpoint, and the captured rows removed. A crash leaves it as if it had not begun.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from . import bodies, keys, notes
from .bodies import Captured
from .canonical import Image, canonical, parse
from .decisions import AuditedTable, audited_tables
from .grouping import extended, extending, grouped
from .notes import Note, PublicKey
from .times import stamp, went_back
from .tree import CompactRange, leaf_hash
from .vault import Keys, erase

# what is stored while writers wait; a submission or file is one entry and may be longer, but not without end
BATCH = 2000
MOST_OF_A_BUNDLE = 100_000
_CHUNK = 2000
_COLUMNS = "id, table_name, op, pk_text, old, new, hidden, acting, bundle, at"
# any fixed number: "the sealer of the ledger" among the advisory locks of the database
_LOCK = 0x7A6D_0002


@dataclass(slots=True)
class _Batch:
    """What one transaction adds to a tree that had `begun` entries."""

    begun: int
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
    """Seal one batch and return how many rows went in; 0 when nothing waits.

    Read, encrypted, hashed and signed before the lock is taken: writers wait while rows are moved, and no longer.
    """
    while _is_waiting():
        history = key_history() or [_begun()]
        # before the rows: what another sealer takes meanwhile has a newer checkpoint than this
        batch = open_batch()
        waiting = _waiting(limit)
        for group in grouped(waiting):
            _add_group(batch, group)
        for subject in batch.erased:
            # also done by the erasure itself; should that have been interrupted it is healed before the note leaves
            erase(subject)
        made = _finish(batch, history[-1].origin, [keys.load(history[-1])])
        with transaction.atomic():
            hold_lock()
            if waiting and newest_size() == batch.begun:
                _store(batch, made, sealed=[row.id for row in waiting])
                transaction.on_commit(partial(settle_keys, history))
                return len(waiting)
        # another sealer was faster: what it left is looked at anew
    return 0


def _is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM ledger_pending LIMIT 1")
        return cursor.fetchone() is not None


def newest_size() -> int:
    """How many entries the newest checkpoint has; 0 before the first. One question, answered from an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(size) FROM ledger_checkpoint")
        return int(cursor.fetchone()[0] or 0)


def settle() -> None:
    """What a process that ended between a commit and what follows it left undone."""
    history = key_history()
    if history:
        settle_keys(history)


def settle_keys(history: list[PublicKey]) -> None:
    """`ledger.pub` as the ledger has it; private keys that were replaced are gone, should a crash have left one."""
    keys.publish(history)
    for old in history[:-1]:
        if keys.is_there(old):
            keys.remove(old)


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
        return _Batch(0, CompactRange(), "", "", tables)
    size, peaks, at, newest = found
    return _Batch(
        size, CompactRange(size, [bytes.fromhex(peak) for peak in peaks.split()]), at, newest, tables
    )


def _begun() -> PublicKey:
    """The first key, made here unless another sealer was faster."""
    with transaction.atomic():
        hold_lock()
        history = key_history()
        return history[-1] if history else begin()


def _waiting(limit: int) -> list[Captured]:
    """Rows in the order of their capture; of every bundle that is touched all that is there."""
    columns = f"SELECT {_COLUMNS} FROM ledger_pending"
    with connection.cursor() as cursor:
        cursor.execute(f"{columns} ORDER BY id LIMIT %s", [limit])
        found = [Captured(*row) for row in cursor.fetchall()]
        bundles = extending(found) if len(found) == limit else []
        if bundles:
            marks = ", ".join(["%s"] * len(bundles))
            cursor.execute(f"SELECT max(id) FROM ledger_pending WHERE bundle IN ({marks})", bundles)
            cursor.execute(
                f"{columns} WHERE id > %s AND id <= %s ORDER BY id LIMIT %s",
                [found[-1].id, cursor.fetchone()[0] or 0, MOST_OF_A_BUNDLE],
            )
            found += extended(bundles, (Captured(*row) for row in cursor.fetchall()))
    return found


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


def _finish(batch: _Batch, origin: str, private: list[Ed25519PrivateKey]) -> tuple[Any, ...]:
    """The signed row of `ledger_checkpoint` that ends the batch; the last thing added to it."""
    now = stamp()
    if went_back(batch.previous, now):
        batch.add({"#": batch.tree.size, "at": now, "kind": "clock", "note": {"before": batch.previous}})
    note = Note(origin, batch.tree.size, batch.tree.root(), now)
    peaks = " ".join(peak.hex() for peak in batch.tree.peaks)
    return note.size, note.root.hex(), peaks, notes.sign(note, private), now, batch.newest


def _store(batch: _Batch, made: tuple[Any, ...], *, sealed: list[int]) -> None:
    with connection.cursor() as cursor:
        _insert(cursor, "ledger_entry", "number, body, leaf, kind, by, at", batch.entries)
        _insert(cursor, "ledger_sealedrow", "pending, entry, position, table_name, pk_text, body", batch.rows)
        _insert(cursor, "ledger_checkpoint", "size, root, peaks, note, at, newest_at", [made])
        if sealed:
            # by what was sealed and not by number alone: rows with lower numbers may have become visible meanwhile
            cursor.execute(
                "DELETE FROM ledger_pending WHERE id BETWEEN %s AND %s AND "
                "EXISTS (SELECT 1 FROM ledger_sealedrow s WHERE s.pending = ledger_pending.id)",
                [min(sealed), max(sealed)],
            )


def _insert(cursor: Any, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """On PostgreSQL in statements of many rows, where one statement per row is what costs."""
    width = columns.count(",") + 1
    one = "(" + ", ".join(["%s"] * width) + ")"
    if connection.vendor == "sqlite":
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES {one}", rows)
        return
    for start in range(0, len(rows), _CHUNK // width):  # pragma: no cover  (make test-postgres runs it)
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
        if not history:
            return begin()
        batch = open_batch()
        old = keys.load(history[-1])
        public, private = keys.make(history[-1].origin)
        try:
            _endorse(batch, public, private, old, by=by, reason=reason)
        except Exception:
            keys.remove(public)
            raise
        transaction.on_commit(lambda: settle_keys([*history, public]))
    return public


def _endorse(
    batch: _Batch,
    public: PublicKey,
    private: Ed25519PrivateKey,
    old: Ed25519PrivateKey,
    *,
    by: str,
    reason: str,
) -> None:
    batch.note_clock(stamp())
    number = batch.tree.size
    endorsement = base64.b64encode(old.sign(notes.endorsement_text(public, number))).decode()
    note = {"endorsement": endorsement, "key": public.text}
    batch.add({"#": number, "at": stamp(), "by": by, "kind": "key", "note": note, "reason": reason})
    _store(batch, _finish(batch, public.origin, [old, private]), sealed=[])


def begin() -> PublicKey:
    """Entry 0, which names the first key and the origin of this ledger, and its checkpoint.

    Must run inside a transaction that holds the lock.
    """
    batch = open_batch()
    public, private = keys.make(f"tamdao.ledger/{secrets.token_hex(8)}")
    batch.add({"#": 0, "at": stamp(), "kind": "key", "note": {"key": public.text}})
    _store(batch, _finish(batch, public.origin, [private]), sealed=[])
    transaction.on_commit(lambda: keys.publish([public]))
    return public
