"""The check inside the instance: the chain, its signatures, its witnesses, the triggers, and the tables themselves.

An export is checked by another program (`tamdao.verify`); this check sees what no export can: whether the rows of the
tables are still those that the ledger knows.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connection

from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

from . import notes, sealing, times, witness
from .canonical import Image, canonical, parse
from .capture import images, triggers
from .exporting import pages
from .models import Pending, SealedRow
from .moments import one_moment
from .notes import PublicKey
from .tree import CompactRange, leaf_hash

# after so many the rest adds nothing: something is thoroughly wrong
MOST = 50


@dataclass(slots=True)
class Report:
    """What a check found. `problems` are faults, `warnings` what one should know."""

    size: int = 0
    root: str = ""
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify() -> Report:
    """Seal what waits, then check everything; see the module docstring."""
    unsealed = _seal()
    # before the database: what a witness takes meanwhile is newer than the moment that is looked at
    kept, unseen = _kept()
    with one_moment():
        receipts = list(_receipts(unseen))
        report = _Chain([*kept, *receipts]).run()
        report.warnings += unseen
        report.problems += unsealed
        report.problems += triggers.check(connection)
        report.problems += _reconciled()
    return report


def _kept() -> tuple[list[witness.Kept], list[Problem]]:
    try:
        return witness.kept(), []
    except OSError as error:
        sentence = Message(
            f"không xem được thư mục nhân chứng: {error.strerror}",
            f"the folder of the witness can't be looked into: {error.strerror}",
        )
        return [], [Problem(sentence, where="witness")]


def _receipts(unseen: list[Problem]) -> Iterator[witness.Kept]:
    """What witnesses signed, as checkpoints that the ledger must have; what does not hold is told in `unseen`.

    They warn: whoever can write this table can break a receipt, and the witness has its own.
    """
    witnesses = {one.name: one for one in witness.configured()}
    for row in witness.receipts():
        name = f"{row.witness} {row.size}"
        fault = witness.receipt_fault(row, witnesses)
        if fault:
            sentence = Message(
                f"biên nhận của nhân chứng không đúng: {fault}", f"the receipt does not hold: {fault}"
            )
            unseen.append(Problem(sentence, where=name))
        try:
            note, signatures = notes.read(row.checkpoint)
        except ValueError:
            yield witness.Kept(name, None, {})
        else:
            yield witness.Kept(name, note, signatures)


def _seal() -> list[Problem]:
    """Seal what waits; a key that is lost or entries that were written over are findings, not the end of the check."""
    try:
        sealing.seal_pending()
    except DomainError as error:
        return [Problem(error.message, where="sealer")]
    except (KeyError, TypeError, ValueError) as error:
        sentence = Message(f"không niêm phong được: {error}", f"what waits can't be sealed: {error}")
        return [Problem(sentence, where="sealer")]
    return []


def reconcile(*, begun: bool = False) -> list[Problem]:
    """Rows that differ from their newest image in the ledger: written past the triggers.

    `begun`: only of tables of which anything entered it. A first migration that was cut has filled tables without one.
    """
    with one_moment():
        return _reconciled(begun=begun)


def _reconciled(*, begun: bool = False) -> list[Problem]:
    found: list[Problem] = []
    for table in triggers.existing_tables(connection):
        if begun and not _has_entered(table.name):
            continue
        differing = islice(images.differences(connection, table), MOST - len(found))
        found += [_difference(one) for one in differing]
    return found


def _has_entered(table: str) -> bool:
    rows = (SealedRow.objects.filter(table_name=table), Pending.objects.filter(table_name=table))
    return any(found.exists() for found in rows)


def _difference(one: images.Difference) -> Problem:
    if one.known is None:
        vi, en = "có trong bảng mà nhật ký không có", "stands in the table but not in the ledger"
    elif one.found is None:
        vi, en = "có trong nhật ký mà bảng không còn", "stands in the ledger but no longer in the table"
    else:
        names = ", ".join(one.columns)
        vi, en = f"khác với nhật ký ở cột {names}", f"differs from the ledger in {names}"
    return Problem(Message(f"dòng {one.pk} {vi}", f"row {one.pk} {en}"), where=one.table)


def _at(number: int, vi: str, en: str) -> Problem:
    return Problem(Message(vi, en), where=f"bút toán · entry {number}")


class _Chain:
    """One walk over entries, rows of bundles, checkpoints and witnesses."""

    def __init__(self, kept: list[witness.Kept]) -> None:
        self.report = Report()
        self.tree = CompactRange()
        self.keys: list[tuple[int, PublicKey]] = []
        self.newest = ""
        self.clock: set[int] = set()
        self.previous: tuple[int, str] = (0, "")
        self.witnesses: dict[int, list[witness.Kept]] = defaultdict(list)
        self.kept = kept
        for one in kept:
            if one.note is not None:
                self.witnesses[one.note.size].append(one)

    def run(self) -> Report:
        """Walk."""
        checkpoints = pages(
            "SELECT size, root, peaks, note, at, newest_at FROM ledger_checkpoint "
            "WHERE size > %s ORDER BY size LIMIT %s"
        )
        entries = pages(
            "SELECT number, body, leaf, kind, by, at FROM ledger_entry WHERE number > %s ORDER BY number LIMIT %s"
        )
        due = next(checkpoints, None)
        rows = _Rows()
        for entry in entries:
            self._entry(entry, rows)
            if due is not None and due[0] == self.tree.size:
                self._checkpoint(due)
                due = next(checkpoints, None)
            self._witnessed()
            if len(self.report.problems) >= MOST:
                return self.report
        if due is not None:
            self._say(
                self.tree.size,
                f"thiếu; điểm chốt có {due[0]} bút toán",
                f"missing; a checkpoint has {due[0]}",
            )
        elif self.previous[0] != self.tree.size:
            self._say(self.previous[0], "không có điểm chốt nào ký", "signed by no checkpoint")
        self._witnesses_left()
        for number, _row in rows:
            self._say(number, "có dòng của bút toán không tồn tại", "rows of an entry that does not exist")
        self.report.size, self.report.root = self.tree.size, self.tree.root().hex()
        return self.report

    def _say(self, number: int, vi: str, en: str) -> None:
        self.report.problems.append(_at(number, vi, en))

    def _entry(self, entry: tuple[Any, ...], rows: _Rows) -> None:
        stored, text, leaf, kind, by, at = entry
        number = self.tree.size
        if stored != number:
            self._say(number, "thiếu", "missing")
        computed = leaf_hash(text.encode())
        self.tree.append(computed)
        if computed.hex() != leaf:
            self._say(number, "nội dung không khớp mã băm", "its content does not match its hash")
        try:
            body = parse(text)
            good = canonical(body) == text and (type(body["#"]), body["#"]) == (int, stored)
        except (KeyError, TypeError, ValueError):
            body, good = {}, False
        if not good:
            self._say(number, "không đúng dạng", "has another form")
            return
        shown = (str(body.get("kind"))[:10], str(body.get("by", ""))[:120], body.get("at"))
        if shown != (kind, by, at):
            self._say(
                number, "cột tra cứu không khớp nội dung", "its search columns do not match its content"
            )
        self._time(number, body)
        if kind == "key":
            self._key(number, body["note"])
        self._rows(number, body, rows.take(number))

    def _time(self, number: int, body: Image) -> None:
        at = str(body["at"])
        if body["kind"] == "clock":
            self.clock.add(number)
            sentence = _at(number, f"đồng hồ máy chủ đã bị lùi về {at}", f"the clock was turned back to {at}")
            self.report.warnings.append(sentence)
            self.newest = at
        elif times.went_back(self.newest, at):
            self._say(
                number, f"đồng hồ bị lùi từ {self.newest} về {at}", f"the clock went back from {self.newest}"
            )
        else:
            self.newest = max(self.newest, at)

    def _key(self, number: int, note: Image) -> None:
        try:
            key = PublicKey.parse(str(note["key"]))
            signature = base64.b64decode(str(note.get("endorsement", "")))
        except (KeyError, ValueError):
            self._say(number, "khóa không đúng dạng", "the key has another form")
            return
        if self.keys and not self.keys[-1][1].verifies(signature, notes.endorsement_text(key, number)):
            self._say(
                number,
                "khóa mới không được khóa cũ xác nhận",
                "the new key is not endorsed by the one before",
            )
        self.keys.append((number, key))

    def _rows(self, number: int, body: Image, rows: list[tuple[Any, ...]]) -> None:
        self.report.rows += len(rows)
        if body["kind"] != "bundle":
            if [(row[1], row[2], row[3], row[4]) for row in rows] != _search_rows(body):
                self._say(
                    number, "dòng tra cứu không khớp nội dung", "its search row does not match its content"
                )
            return
        inner = CompactRange()
        for place, (_entry, position, table, pk, text) in enumerate(rows):
            inner.append(leaf_hash(text.encode()))
            said = _parsed(text)
            if (
                canonical(said) != text
                or position != place
                or (said.get("table"), said.get("pk")) != (table, pk)
            ):
                self._say(number, f"dòng {place} của gói không đúng", f"row {place} of the bundle is wrong")
        if (int, inner.size, inner.root().hex()) != (type(body["count"]), body["count"], body["root"]):
            self._say(
                number, "các dòng không khớp gốc của gói", "its rows do not match the root of the bundle"
            )

    def _checkpoint(self, row: tuple[Any, ...]) -> None:
        size, root, peaks, text, at, _newest = row
        before, before_at = self.previous
        self.previous = (size, at)
        try:
            note, signatures = notes.read(text)
        except ValueError:
            self._say(before, f"điểm chốt {size} không đúng dạng", f"checkpoint {size} has another form")
            return
        if (note.size, note.root.hex(), note.at) != (size, root, at) or note.root != self.tree.root():
            self._say(
                before,
                f"có bút toán từ đây đến {size - 1} không khớp điểm chốt đã ký",
                f"an entry from here to {size - 1} does not match the signed checkpoint",
            )
        if peaks.split() != [peak.hex() for peak in self.tree.peaks]:
            self._say(
                before, f"đỉnh của điểm chốt {size} bị sửa", f"the peaks of checkpoint {size} were changed"
            )
        if not self._is_signed(note, signatures, before):
            self._say(
                before,
                f"chữ ký của điểm chốt {size} không đúng",
                f"the signature of checkpoint {size} is wrong",
            )
        if times.went_back(before_at, at) and not any(number >= before for number in self.clock):
            self._say(before, f"điểm chốt lùi từ {before_at} về {at}", f"sealed at {at}, after {before_at}")

    def _is_signed(self, note: notes.Note, signatures: dict[bytes, bytes], before: int) -> bool:
        already = [key for number, key in self.keys if number < before][-1:]
        new = [key for number, key in self.keys if before <= number < note.size]
        wanted = [*already, *new]
        return [key.hash for key in wanted] == list(signatures) and all(
            notes.is_signed(note, signatures, key) for key in wanted
        )

    def _witnessed(self) -> None:
        for one in self.witnesses.pop(self.tree.size, ()):
            if one.note is not None and one.note.root != self.tree.root():
                self.report.problems.append(witness.contradiction(one.name))

    def _witnesses_left(self) -> None:
        unread = [one.name for one in self.kept if one.note is None]
        for name in [*unread, *(one.name for group in self.witnesses.values() for one in group)]:
            self.report.problems.append(witness.contradiction(name))


def _search_rows(body: Image) -> list[tuple[int, str, str, str]]:
    """Position, table, key and text of the rows that an entry without a bundle has beside it: one, or none."""
    kind, note = str(body["kind"]), body.get("note")
    if kind == "row":
        return [(0, str(body.get("table")), str(body.get("pk")), "")]
    if kind in {"key", "clock"} or not isinstance(note, dict):
        return []
    return [(0, kind, str(note.get("subject")), "")]


def _parsed(text: str) -> Image:
    try:
        return parse(text)
    except ValueError:
        return {}


class _Rows:
    """Sealed rows in the order of their entries, handed out entry by entry."""

    def __init__(self) -> None:
        self._source = self._read()
        self._ahead = next(self._source, None)
        self._stray: list[tuple[Any, ...]] = []

    def _read(self) -> Iterator[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT entry, position, table_name, pk_text, body FROM ledger_sealedrow ORDER BY entry, position"
            )
            while rows := cursor.fetchmany(5000):
                yield from rows

    def take(self, number: int) -> list[tuple[Any, ...]]:
        """Rows of an entry; rows of entries before it that nobody took stay for the end."""
        found: list[tuple[Any, ...]] = []
        while self._ahead is not None and self._ahead[0] <= number:
            (found if self._ahead[0] == number else self._stray).append(self._ahead)
            self._ahead = next(self._source, None)
        return found

    def __iter__(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        for row in self._stray:
            yield row[0], row
        if self._ahead is not None:
            # one is enough to say; there may be as many as one likes
            yield self._ahead[0], self._ahead
