"""The evidence of one object: its entries, each proven to stand in the signed tree.

It proves that these entries are in the ledger; that there are no others can only be seen in a whole export.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .export import Outcome, at_entry, lines_of
from .files import check_hashes, hashes, read_text, strict, whole
from .notes import Checkpoint, Key, KeySchedule, Wrong, read_keys
from .tree import includes, leaf


def verify(folder: Path, manifest: dict[str, Any], trusted: list[Key], witness: Checkpoint | None) -> Outcome:
    """Check everything; Wrong with the first fault."""
    checkpoint = Checkpoint.read(read_text(folder / "checkpoint"))
    if witness is not None and (witness.size, witness.root) != (checkpoint.size, checkpoint.root):
        raise Wrong(
            "bằng chứng gắn với điểm chốt khác với nhân chứng",
            "the evidence hangs on another checkpoint than the witness",
        )
    if (whole(manifest["size"]), manifest["root"], manifest["origin"]) != (
        checkpoint.size,
        checkpoint.root.hex(),
        checkpoint.origin,
    ):
        raise Wrong("manifest.json không khớp điểm chốt", "manifest.json does not match the checkpoint")
    schedule = KeySchedule()
    bundles: dict[int, dict[str, Any]] = {}
    own = 0
    previous = -1
    for line in lines_of(folder / "entries.jsonl"):
        number, body = _proven(line, checkpoint)
        if number <= previous or whole(body["#"]) != number:
            raise at_entry(number, "không ở đúng chỗ", "not in its place")
        previous = number
        if body["kind"] == "key":
            schedule.add(number, body["note"])
        elif body["kind"] == "bundle":
            bundles[number] = body
        else:
            own += 1
            _check_object(number, body, manifest["object"])
    outcome = Outcome(entries=own, checkpoints=1, last_at=checkpoint.at)
    waiting = whole(manifest["waiting"])
    if waiting:
        # not signed: a remark of whoever made the evidence
        outcome.warnings.append(
            (
                f"{waiting} lần ghi khi đó còn chờ niêm phong, không có trong bằng chứng này",
                f"its writes that waited for their seal then, and are not in this evidence: {waiting}",
            )
        )
    outcome.rows = _check_rows(folder, bundles, manifest["object"])
    if read_keys(read_text(folder / "ledger.pub")) != [key for _number, key in schedule.keys]:
        raise Wrong(
            "ledger.pub không khớp các khóa trong sổ", "ledger.pub does not match the keys of the ledger"
        )
    schedule.check_trusted(trusted)
    if witness is not None:
        schedule.check_witness(witness)
    signers = {name for name, _signature in checkpoint.signatures}
    in_force = schedule.keys[-1][1]
    if in_force.name not in signers:
        raise Wrong(
            "điểm chốt không do khóa đang hiệu lực ký", "the checkpoint is not signed by the key in force"
        )
    checkpoint.check_signers([key for _number, key in schedule.keys if key.name in signers])
    check_hashes(folder, manifest)
    return outcome


def _proven(line: str, checkpoint: Checkpoint) -> tuple[int, dict[str, Any]]:
    said = strict(line)
    try:
        number, text, proof = whole(said["index"]), said["entry"], hashes(said["proof"])
        exact = set(said) == {"entry", "index", "proof"}
    except (KeyError, TypeError, Wrong) as error:
        raise Wrong("entries.jsonl không đúng dạng", "entries.jsonl has another form") from error
    if not exact or not includes(
        index=number, size=checkpoint.size, node=leaf(text.encode()), proof=proof, root=checkpoint.root
    ):
        raise at_entry(number, "không có trong cây đã ký", "does not stand in the signed tree")
    return number, strict(text)


def _check_rows(folder: Path, bundles: dict[int, dict[str, Any]], wanted: dict[str, str]) -> int:
    count = 0
    seen: set[int] = set()
    for line in lines_of(folder / "rows.jsonl"):
        said = strict(line)
        try:
            number, index, text = whole(said["entry"]), whole(said["index"]), said["row"]
            proof = hashes(said["proof"])
            bundle = bundles[number]
            exact = set(said) == {"entry", "index", "proof", "row"}
            (root,), size = hashes([bundle["root"]]), whole(bundle["count"])
        except (KeyError, TypeError, Wrong) as error:
            raise Wrong("rows.jsonl không đúng dạng", "rows.jsonl has another form") from error
        if not exact or not includes(
            index=index, size=size, node=leaf(text.encode()), proof=proof, root=root
        ):
            raise at_entry(
                number, f"dòng {index} không có trong gói", f"row {index} does not stand in the bundle"
            )
        _check_object(number, strict(text), wanted)
        seen.add(number)
        count += 1
    if seen != set(bundles):
        raise at_entry(
            min(set(bundles) - seen), "không có dòng nào của đối tượng", "has no row of the object"
        )
    return count


def _check_object(number: int, body: dict[str, Any], wanted: dict[str, str]) -> None:
    if {"pk": body.get("pk"), "table": body.get("table")} != wanted:
        raise at_entry(number, "nói về đối tượng khác", "is about another object")
