"""The ledger as files that `tamdao-verify` checks without this program: see docs/security/ledger.md for the layout."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from tamdao.kit import durable
from tamdao.kit.errors import Conflict
from tamdao.kit.messages import Message

from . import notes, sealing, witness
from .canonical import canonical
from .moments import one_moment
from .tree import Levels, leaf_hash

EXPORT = "tamdao-ledger-export/1"
EVIDENCE = "tamdao-ledger-evidence/1"
MANIFEST = "manifest.json"
_CHUNK = 5000
_NEWEST = "SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1"


def export(folder: Path) -> dict[str, Any]:
    """Seal what waits, then write the whole ledger into the new or empty `folder`; returns the manifest.

    Conflict when the folder holds something: files left over from elsewhere would make the export wrong.
    """
    sealing.seal_pending()
    _make_empty(folder)
    ensure_begun()
    with one_moment():
        leaves = Levels()
        _write_lines(folder / "entries.jsonl", _entries(leaves))
        _write_lines(folder / "rows.jsonl", _rows())
        found = [notes.read(text)[0] for text in _column("SELECT note FROM ledger_checkpoint ORDER BY size")]
        _write_lines(
            folder / "checkpoints.jsonl",
            (canonical(text) for text in _column("SELECT note FROM ledger_checkpoint ORDER BY size")),
        )
        _write_lines(folder / "proofs.jsonl", _proofs(leaves, [note.size for note in found]))
        _write_lines(folder / "ledger.pub", (key.text for key in sealing.key_history()))
    return _finish(folder, EXPORT, found[-1], {})


def evidence(folder: Path, *, table: str, pk: str) -> dict[str, Any]:
    """Everything that is sealed of one row, with proofs that check offline; returns the manifest.

    Conflict when the folder holds something, when the ledger says nothing of that row, or when all of it still waits.
    """
    with one_moment():
        found, waiting = _rows_of(table, pk), _count_waiting(table, pk)
        if not found:
            raise _nothing(table, pk, waiting)
        _make_empty(folder)
        newest = next(iter(_column(_NEWEST)))
        note = notes.read(newest)[0]
        leaves = Levels(
            bytes.fromhex(leaf) for leaf in _column("SELECT leaf FROM ledger_entry ORDER BY number")
        )
        wanted = sorted({entry for entry, _position, _body in found} | set(_key_numbers()))
        _write_lines(folder / "entries.jsonl", _proven(leaves, wanted, note.size))
        _write_lines(folder / "rows.jsonl", _proven_rows(found))
        (folder / "checkpoint").write_text(newest, encoding="utf-8")
        _write_lines(folder / "ledger.pub", (key.text for key in sealing.key_history()))
    return _finish(folder, EVIDENCE, note, {"object": {"pk": pk, "table": table}, "waiting": waiting})


def _nothing(table: str, pk: str, waiting: int) -> Conflict:
    if waiting:
        return Conflict(
            Message(
                f"Các lần ghi của {table} {pk} còn chờ niêm phong ({waiting}); thử lại sau ít giây.",
                f"What was written to {table} {pk} still waits for its seal ({waiting}); try again in a few seconds.",
            ),
            code="ledger.rows_wait",
        )
    return Conflict(
        Message(
            f"Nhật ký đối chứng không có dòng nào của {table} {pk}.",
            f"The ledger has no row of {table} {pk}.",
        ),
        code="ledger.no_rows",
    )


def _count_waiting(table: str, pk: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ledger_pending WHERE table_name = %s AND pk_text = %s", [table, pk]
        )
        return int(cursor.fetchone()[0])


def write_receipts(folder: Path) -> int:
    """Every receipt as a file beside the checkpoint it is for: `.tsr` a time-stamp, `.cosigned` a line; how many."""
    _make_empty(folder)
    count = 0
    for row in witness.receipts():
        path = folder / f"{row.size}-{row.pk}.checkpoint"
        path.write_text(row.checkpoint, encoding="utf-8", newline="\n")
        if row.content.startswith("— "):
            path.with_suffix(".cosigned").write_text(f"{row.content}\n", encoding="utf-8", newline="\n")
        else:
            path.with_suffix(".tsr").write_bytes(base64.b64decode(row.content))
        count += 1
    return count


def ensure_begun() -> None:
    """A ledger without an entry gets its first: even an empty one has a key and a checkpoint."""
    with transaction.atomic():
        sealing.hold_lock()
        if not sealing.key_history():
            sealing.begin()


def _make_empty(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Conflict(
            Message(
                f"Thư mục {folder} không trống; chọn thư mục mới hoặc dọn trước.",
                f"The folder {folder} is not empty; choose a new one or clear it first.",
            ),
            code="ledger.folder_not_empty",
        )


def _column(sql: str) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(_CHUNK):
            for (value,) in rows:
                yield value


def pages(sql: str, *, start: int = -1) -> Iterator[tuple[Any, ...]]:
    """Rows of a query that takes (after, limit), page by page, so that memory stays small on both databases."""
    after = start
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [after, _CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        after = rows[-1][0]


def _entries(leaves: Levels) -> Iterator[str]:
    for _number, leaf, body in pages(
        "SELECT number, leaf, body FROM ledger_entry WHERE number > %s ORDER BY number LIMIT %s"
    ):
        leaves.append(bytes.fromhex(leaf))
        yield f"{leaf} {body}"


def _rows() -> Iterator[str]:
    for number, _kind in pages(
        "SELECT number, kind FROM ledger_entry WHERE kind = 'bundle' AND number > %s ORDER BY number LIMIT %s"
    ):
        for body in _bundle_rows(number):
            yield f"{leaf_hash(body.encode()).hex()} {body}"


def _bundle_rows(number: int) -> Iterator[str]:
    query = (
        f"SELECT position, body FROM ledger_sealedrow WHERE entry = {int(number)} AND position > %s "
        "ORDER BY position LIMIT %s"
    )
    for _position, body in pages(query):
        yield body


def _proofs(leaves: Levels, sizes: list[int]) -> Iterator[str]:
    for old, new in pairwise(sizes):
        proof = [one.hex() for one in leaves.consistency(old, new)]
        yield canonical({"from": old, "proof": proof, "to": new})


def _rows_of(table: str, pk: str) -> list[tuple[int, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry, position, body FROM ledger_sealedrow WHERE table_name = %s AND pk_text = %s "
            "ORDER BY entry, position",
            [table, pk],
        )
        return list(cursor.fetchall())


def _key_numbers() -> list[int]:
    return list(_column("SELECT number FROM ledger_entry WHERE kind = 'key' ORDER BY number"))


def _proven(leaves: Levels, numbers: list[int], size: int) -> Iterator[str]:
    for number in numbers:
        with connection.cursor() as cursor:
            cursor.execute("SELECT body FROM ledger_entry WHERE number = %s", [number])
            body = cursor.fetchone()[0]
        proof = [one.hex() for one in leaves.inclusion(number, size)]
        yield canonical({"entry": body, "index": number, "proof": proof})


def _proven_rows(found: list[tuple[int, int, str]]) -> Iterator[str]:
    trees: dict[int, Levels] = {}
    for entry, position, body in found:
        if not body:
            continue
        if entry not in trees:
            trees[entry] = Levels(leaf_hash(text.encode()) for text in _bundle_rows(entry))
        proof = [one.hex() for one in trees[entry].inclusion(position, trees[entry].size)]
        yield canonical({"entry": entry, "index": position, "proof": proof, "row": body})


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(f"{line}\n")


def _finish(folder: Path, form: str, note: notes.Note, more: dict[str, Any]) -> dict[str, Any]:
    """The manifest, last: without it an interrupted export is no export."""
    files = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            files[path.name] = {
                "bytes": path.stat().st_size,
                "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
            }
        durable.sync(path)
    manifest = {
        "files": files,
        "format": form,
        "origin": note.origin,
        "root": note.root.hex(),
        "size": note.size,
    }
    manifest |= more
    durable.write(folder / MANIFEST, f"{canonical(manifest)}\n", mode=0o644)
    return manifest
