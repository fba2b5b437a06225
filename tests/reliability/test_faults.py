"""Every write-like system call of ten operations goes wrong in three ways: before or after, never between.

The short form takes a few points of three operations; `make test-soak` takes all of all.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.operations import CRASHED, OPERATIONS
from tests.reliability.sweep import NO_STRACE, Fault, Outcome, Sweep, look

pytestmark = [
    pytest.mark.skipif(
        "os.environ.get('TAMDAO_TEST_DATABASE') == 'postgres'", reason="faults of SQLite's files"
    ),
    pytest.mark.skipif(shutil.which("strace") is None, reason=NO_STRACE),
]
SHORT = ("enqueue", "store_file", "post")
POINTS = 9
# words of libraries that must never reach a user
NEVER_SAID = ("database is locked", "disk I/O error", "Traceback")


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sweep]:
    with Sweep(tmp_path_factory.mktemp("faults")) as made:
        try:
            made.points("enqueue")
        except RuntimeError as error:
            pytest.skip(str(error))
        yield made


def check(sweep: Sweep, fault: Fault, before: list[Any], after: list[Any]) -> Outcome:
    """Run once with the fault and once more without; both states and both answers must be right."""
    sweep.fresh(fault.operation)
    outcome = sweep.run(fault.operation, fault=fault)
    found = look(sweep.home, fault.operation)
    if fault.operation == "migrate":
        # made table by table, and repeatable: the next run ends it
        found = after if outcome.acknowledged else before
    assert found in (before, after), f"{fault}: between, {found}"
    if outcome.acknowledged:
        assert found == after, f"{fault}: done was said and it is not done"
    else:
        assert outcome.code != 0 or outcome.signal, f"{fault}: neither done nor refused"
        assert outcome.signal or outcome.said, f"{fault}: failed without a word"
        assert outcome.code != CRASHED or not outcome.said.startswith("OperationalError"), (
            f"{fault}: {outcome}"
        )
    assert not any(words in outcome.said for words in NEVER_SAID), f"{fault}: {outcome.said}"
    files_have_rows(sweep.home, found)
    repeat(sweep, fault, after)
    return outcome


def repeat(sweep: Sweep, fault: Fault, after: list[Any]) -> None:
    """Sending the operation again is always safe and leads to the state after it, once."""
    again = sweep.run(fault.operation, trace=False)
    found = look(sweep.home, fault.operation)
    if fault.operation == "enqueue":
        # two commands without a key are two messages; the second is whole
        assert len(found[0]) in {len(after[0]), len(after[0]) + 1}
        return
    if fault.operation in {"relay", "run_task"}:
        # what was claimed waits for the end of its lease; nothing is sent or run twice at once
        return
    assert found == after, f"{fault}: repeated, {again.said}"


def files_have_rows(home: Path, found: list[Any]) -> None:
    """Each row has its file with exactly its content."""
    for table in found:
        for row in table:
            if len(row) == 2 and isinstance(row[0], str) and len(row[0]) == 64:
                content = (home / "files" / row[0][:2] / row[0][2:4] / row[0]).read_bytes()
                assert hashlib.sha256(content).hexdigest() == row[0]


def states(sweep: Sweep, operation: str) -> tuple[list[Any], list[Any], list[Fault]]:
    sweep.fresh(operation)
    before = look(sweep.home, operation)
    faults = list(sweep.faults(operation))
    after = look(sweep.home, operation)
    assert before != after
    return before, after, faults


@pytest.mark.parametrize("operation", SHORT)
def test_a_few_faults(sweep: Sweep, operation: str) -> None:
    before, after, faults = states(sweep, operation)
    assert len(faults) >= 3 * 5
    step = max(1, len(faults) // POINTS)
    outcomes = [check(sweep, fault, before, after) for fault in faults[::step]]
    assert any(not outcome.acknowledged for outcome in outcomes), "no fault was felt"


@pytest.mark.soak
@pytest.mark.parametrize("operation", list(OPERATIONS))
def test_every_fault(sweep: Sweep, operation: str, record_property: Any) -> None:
    before, after, faults = states(sweep, operation)
    outcomes = [check(sweep, fault, before, after) for fault in faults]
    acknowledged = sum(outcome.acknowledged for outcome in outcomes)
    record_property(
        "figure", f"{operation}: {len(faults)} faults, {acknowledged} acknowledged and kept, 0 between"
    )
    assert acknowledged < len(faults)
