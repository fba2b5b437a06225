"""The supervisor starts programs again, ever more slowly, gives up on hopeless ones and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tamdao.config.supervisor import FIRST_PAUSE, GIVE_UP_AFTER, LONGEST_PAUSE, SETTLED_AFTER, Backoff

# runs one supervised program given as Python text, and prints what the supervisor says
PARENT = """
import sys
from tamdao.config.supervisor import Program, Supervisor
programs = [Program("one", (sys.executable, "-c", sys.argv[1]))]
sys.exit(Supervisor(programs, say=lambda line: print(line, flush=True), grace=5).run())
"""


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff()
    pauses = [backoff.ended(ran=0.1) for _ in range(9)]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert pauses[0] == FIRST_PAUSE
    assert pauses[-1] == LONGEST_PAUSE


def test_a_good_run_begins_a_new_count() -> None:
    backoff = Backoff()
    backoff.ended(ran=1)
    backoff.ended(ran=1)
    assert backoff.ended(ran=SETTLED_AFTER) == FIRST_PAUSE


def test_hopeless_only_when_it_never_settled() -> None:
    never, once = Backoff(), Backoff()
    once.ended(ran=SETTLED_AFTER)
    for _ in range(GIVE_UP_AFTER):
        never.ended(ran=0)
        once.ended(ran=0)
    assert never.hopeless
    assert not once.hopeless


def start(program: str, *, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, program], cwd=cwd, stdout=subprocess.PIPE, text=True
    )


def wait_for(path: Path, *, seconds: float = 15) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists() and path.read_text(encoding="utf-8").strip():
            return path.read_text(encoding="utf-8")
        time.sleep(0.05)
    pytest.fail(f"{path.name} did not appear")


def alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    # a zombie that nobody has collected yet is dead for our purpose
    state = Path(f"/proc/{process_id}/stat")
    return not state.exists() or state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"


SLEEPER = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)"


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
def test_stops_cleanly_with_its_children(tmp_path: Path, wanted: signal.Signals) -> None:
    parent = start(SLEEPER, cwd=tmp_path)
    child = int(wait_for(tmp_path / "pid"))
    parent.send_signal(wanted)
    assert parent.wait(timeout=15) == 0
    assert not alive(child)
    assert parent.stdout is not None
    parent.stdout.close()


def test_children_end_when_the_parent_is_killed(tmp_path: Path) -> None:
    parent = start(SLEEPER, cwd=tmp_path)
    child = int(wait_for(tmp_path / "pid"))
    parent.kill()
    parent.wait(timeout=15)
    end = time.monotonic() + 10
    while alive(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(child)
    assert parent.stdout is not None
    parent.stdout.close()


def test_starts_again_what_ended(tmp_path: Path) -> None:
    program = """
import pathlib, sys, time
open("starts", "a").write("x")
if len(pathlib.Path("starts").read_text()) < 2:
    sys.exit(3)
open("second", "w").write("yes")
time.sleep(600)
"""
    parent = start(program, cwd=tmp_path)
    wait_for(tmp_path / "second")
    parent.terminate()
    output, _ = parent.communicate(timeout=15)
    assert "one: dừng với mã 3" in output
    assert "again in 1 s" in output
