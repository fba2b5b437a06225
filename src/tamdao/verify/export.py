"""A whole export: every entry hashed, numbered, in the signed tree; every row in its bundle; every proof and byte.

Entries about rows are compared with a pattern (`forms`); only the rest is parsed, so that a million take seconds.
"""

from __future__ import annotations

import hashlib
from binascii import hexlify
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .files import canonical, check_hashes, hashes, read_text, strict, whole
from .forms import BUNDLED, ENTRY, is_row
from .notes import Checkpoint, Key, KeySchedule, Wrong, read_keys
from .tree import Stack, extends

TOLERANCE = timedelta(hours=1)
# leaves kept before they are joined
_MANY = 65536
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(slots=True)
class Outcome:
    """What was checked, and what one should know though it is not wrong."""

    entries: int = 0
    rows: int = 0
    checkpoints: int = 0
    last_at: str = ""
    warnings: list[tuple[str, str]] = field(default_factory=list)


def at_entry(number: int, vi: str, en: str) -> Wrong:
    """A fault of an entry."""
    return Wrong(f"bút toán {number}: {vi}", f"entry {number}: {en}")


def verify(folder: Path, manifest: dict[str, Any], trusted: list[Key], witness: Checkpoint | None) -> Outcome:
    """Check everything; Wrong with the first fault found, going from entry 0 upwards."""
    reader = _Reader(folder, _read_checkpoints(folder), witness)
    reader.run()
    outcome, schedule = reader.outcome, reader.schedule
    last = reader.checkpoints[-1]
    said = (whole(manifest["size"]), manifest["root"], manifest["origin"])
    if said != (last.size, last.root.hex(), last.origin):
        raise Wrong(
            "manifest.json không khớp điểm chốt cuối", "manifest.json does not match the last checkpoint"
        )
    if read_keys(read_text(folder / "ledger.pub")) != [key for _number, key in schedule.keys]:
        raise Wrong(
            "ledger.pub không khớp các khóa trong sổ", "ledger.pub does not match the keys of the ledger"
        )
    schedule.check_trusted(trusted)
    if witness is not None:
        schedule.check_witness(witness)
    _check_proofs(folder, reader.checkpoints)
    check_hashes(folder, manifest)
    return outcome


def _wrong_row(number: int, position: int) -> Wrong:
    return at_entry(number, f"dòng {position} của gói không đúng", f"row {position} of the bundle is wrong")


def lines_of(path: Path) -> Iterator[str]:
    text = read_text(path)
    if text and not text.endswith("\n"):
        raise Wrong(f"dòng cuối của {path.name} bị cắt", f"the last line of {path.name} is torn")
    yield from text.split("\n")[:-1]


def _read_checkpoints(folder: Path) -> list[Checkpoint]:
    found: list[Checkpoint] = []
    for line in lines_of(folder / "checkpoints.jsonl"):
        note = strict(line)
        if not isinstance(note, str):
            raise Wrong("checkpoints.jsonl không đúng dạng", "checkpoints.jsonl has another form")
        checkpoint = Checkpoint.read(note)
        if found and (checkpoint.size <= found[-1].size or checkpoint.origin != found[-1].origin):
            raise Wrong(
                f"điểm chốt {checkpoint.size} không đứng sau điểm chốt {found[-1].size}",
                f"checkpoint {checkpoint.size} does not follow checkpoint {found[-1].size}",
            )
        found.append(checkpoint)
    if not found or found[0].size == 0:
        raise Wrong("không có điểm chốt nào", "there is no checkpoint")
    return found


def _check_proofs(folder: Path, checkpoints: list[Checkpoint]) -> None:
    lines = list(lines_of(folder / "proofs.jsonl"))
    if len(lines) != len(checkpoints) - 1:
        raise Wrong("thiếu hoặc thừa chứng minh nhất quán", "a consistency proof is missing or too many")
    for line, old, new in zip(lines, checkpoints, checkpoints[1:], strict=False):
        said = strict(line)
        proof = hashes(said["proof"])
        if canonical({"from": old.size, "proof": [one.hex() for one in proof], "to": new.size}) != line:
            raise Wrong("proofs.jsonl không đúng dạng", "proofs.jsonl has another form")
        if not extends(old=old.size, new=new.size, old_root=old.root, new_root=new.root, proof=proof):
            raise Wrong(
                f"chứng minh từ {old.size} đến {new.size} không đúng",
                f"the proof from {old.size} to {new.size} is wrong",
            )


class _Reader:
    """Goes through the entries once, with everything that hangs on their order."""

    def __init__(self, folder: Path, checkpoints: list[Checkpoint], witness: Checkpoint | None) -> None:
        self.folder = folder
        self.checkpoints = checkpoints
        self.witness = witness
        self.outcome = Outcome(checkpoints=len(checkpoints), last_at=checkpoints[-1].at)
        self.schedule = KeySchedule()
        self.clock_entries: set[int] = set()
        self._newest_bytes = b""
        self._tree = Stack()
        self._next = 0

    def run(self) -> None:
        """All of it."""
        with (
            (self.folder / "entries.jsonl").open("rb") as entries,
            (self.folder / "rows.jsonl").open("rb") as rows,
        ):
            self._check_entries(entries, rows)
            if rows.readline():
                raise Wrong(
                    "rows.jsonl có dòng không thuộc bút toán nào",
                    "rows.jsonl has lines that belong to no entry",
                )
        if self._next < len(self.checkpoints):
            wanted = self.checkpoints[self._next].size
            raise at_entry(
                self._tree.size,
                f"thiếu; điểm chốt đã ký có {wanted} bút toán",
                f"missing; the signed checkpoint has {wanted}",
            )
        if self._tree.size != self.checkpoints[-1].size:
            raise at_entry(self.checkpoints[-1].size, "không có điểm chốt nào ký", "signed by no checkpoint")
        self.outcome.entries = self._tree.size
        if self.witness is not None and self.witness.size > self._tree.size:
            raise at_entry(
                self._tree.size,
                f"thiếu; nhân chứng đã thấy {self.witness.size} bút toán",
                f"missing; the witness has seen {self.witness.size}",
            )

    def _check_entries(self, entries: Any, rows: Any) -> None:
        sha256 = hashlib.sha256
        leaves: list[bytes] = []
        stop = self._next_stop()
        for number, line in enumerate(entries):
            head = b'{"#":%d,"at":"' % number
            if not line.startswith(head, 65) or line[64:65] != b" " or line[-2:] != b"}\n":
                raise at_entry(
                    number, "không ở đúng chỗ, hoặc dòng bị cắt", "not in its place, or its line is torn"
                )
            text = line[65:-1]
            leaf = sha256(b"\x00" + text).digest()
            if hexlify(leaf) != line[:64]:
                raise at_entry(number, "nội dung không khớp mã băm", "its content does not match its hash")
            start = 65 + len(head)
            at = line[start : start + 24]
            if at < self._newest_bytes or not is_row(text, ENTRY):
                self._check_special(number, text, rows)
            elif at > self._newest_bytes:
                self._newest_bytes = at
            leaves.append(leaf)
            if number + 1 == stop or len(leaves) == _MANY:
                self._tree.push_all(leaves)
                leaves.clear()
            if number + 1 == stop:
                self._check_stop(number + 1)
                stop = self._next_stop()
        self._tree.push_all(leaves)

    def _check_special(self, number: int, text: bytes, rows: Any) -> None:
        try:
            body = strict(text.decode("utf-8"))
        except (Wrong, UnicodeDecodeError) as error:
            raise at_entry(number, "không đúng dạng", "has another form") from error
        at, kind = str(body["at"]), body["kind"]
        newest = self._newest_bytes.decode()
        try:
            back = bool(newest) and _time(at) < _time(newest) - TOLERANCE
        except ValueError as error:
            raise at_entry(number, "thời điểm không đúng dạng", "its time has another form") from error
        if kind == "clock":
            self.clock_entries.add(number)
            self.outcome.warnings.append(
                (
                    f"bút toán {number}: đồng hồ máy chủ đã bị lùi về {at}",
                    f"entry {number}: the clock was turned back to {at}",
                )
            )
            self._newest_bytes = at.encode()
            return
        if back:
            raise at_entry(
                number, f"đồng hồ bị lùi từ {newest} về {at}", f"the clock went back from {newest} to {at}"
            )
        self._newest_bytes = max(self._newest_bytes, at.encode())
        if kind == "key":
            try:
                self.schedule.add(number, body["note"])
            except Wrong as error:
                raise at_entry(number, error.vi, error.en) from error
        elif kind == "bundle":
            self._check_rows(number, body, rows)

    def _check_rows(self, number: int, body: dict[str, Any], rows: Any) -> None:
        inner = Stack()
        for position in range(whole(body["count"])):
            line = rows.readline()
            node = hashlib.sha256(b"\x00" + line[65:-1]).digest()
            if line[64:65] != b" " or line[-2:] != b"}\n" or hexlify(node) != line[:64]:
                raise _wrong_row(number, position)
            if not is_row(line[65:-1], BUNDLED):
                try:
                    strict(line[65:-1].decode("utf-8"))
                except (Wrong, UnicodeDecodeError) as error:
                    raise _wrong_row(number, position) from error
            inner.push(node)
        self.outcome.rows += inner.size
        if inner.root().hex() != body["root"]:
            raise at_entry(
                number, "các dòng không khớp gốc của gói", "its rows do not match the root of the bundle"
            )

    def _next_stop(self) -> int:
        sizes = [self.checkpoints[self._next].size] if self._next < len(self.checkpoints) else []
        if self.witness is not None and self.witness.size > self._tree.size:
            sizes.append(self.witness.size)
        return min(sizes, default=0)

    def _check_stop(self, size: int) -> None:
        root = self._tree.root()
        if self.witness is not None and size == self.witness.size and root != self.witness.root:
            raise at_entry(
                self._since(),
                f"từ đây đến {size - 1} khác với nhân chứng",
                f"from here to {size - 1} differs from the witness",
            )
        if self._next == len(self.checkpoints) or size != self.checkpoints[self._next].size:
            return
        checkpoint, before = self.checkpoints[self._next], self._since()
        if root != checkpoint.root:
            raise at_entry(
                before,
                f"có bút toán từ đây đến {size - 1} không khớp điểm chốt đã ký",
                f"an entry from here to {size - 1} does not match the signed checkpoint",
            )
        self._check_signed(checkpoint, before)
        self._next += 1

    def _check_signed(self, checkpoint: Checkpoint, before: int) -> None:
        try:
            checkpoint.check_signers(self.schedule.signers(before, checkpoint.size))
        except Wrong as error:
            raise at_entry(before, error.vi, error.en) from error
        if self._next and not any(number >= before for number in self.clock_entries):
            previous = self.checkpoints[self._next - 1].at
            if _time(checkpoint.at) < _time(previous) - TOLERANCE:
                raise at_entry(
                    before,
                    f"điểm chốt lùi từ {previous} về {checkpoint.at}",
                    f"sealed at {checkpoint.at}, after {previous}",
                )

    def _since(self) -> int:
        return self.checkpoints[self._next - 1].size if self._next else 0


def _time(text: str) -> datetime:
    return datetime.strptime(text, _TIME)  # noqa: DTZ007  (all are UTC and only compared)
