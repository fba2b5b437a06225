"""The supervisor starts programs again, ever more slowly, gives up on hopeless ones and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tamdao.config.commands.serve import programs
from tamdao.config.supervisor import FIRST_PAUSE, GIVE_UP_AFTER, LONGEST_PAUSE, SETTLED_AFTER, Backoff
from tests.support import free_port

# runs one supervised program given as Python text, and prints what the supervisor says
PARENT = """
import sys
from tamdao.config.supervisor import Program, Supervisor
command = sys.argv[1:] if len(sys.argv) > 2 else (sys.executable, "-c", sys.argv[1])
programs = [Program("one", tuple(command))]
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


def start(*program: str, cwd: Path) -> subprocess.Popen[str]:
    """Supervise Python text, or a command of several words."""
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, *program], cwd=cwd, stdout=subprocess.PIPE, text=True
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


# a server that keeps its process id in the file "master", and workers that outlive it
MASTER = """
import os, pathlib, subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-c", "import signal, time; {} time.sleep(600)"])
with open("workers", "a") as file:
    file.write(str(worker.pid) + " ")
pathlib.Path("master").write_text(str(os.getpid()))
time.sleep(600)
"""


def wait_until_gone(*process_ids: int, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while any(map(alive, process_ids)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [number for number in process_ids if alive(number)]


@pytest.mark.parametrize("deaf", ["", "signal.signal(signal.SIGTERM, signal.SIG_IGN);"])
def test_what_a_killed_child_leaves_behind_ends_before_its_successor_starts(
    deaf: str, tmp_path: Path
) -> None:
    parent = start(MASTER.replace("{}", deaf), cwd=tmp_path)
    master = int(wait_for(tmp_path / "master"))
    [orphan] = map(int, wait_for(tmp_path / "workers").split())
    (tmp_path / "master").unlink()
    os.kill(master, signal.SIGKILL)
    wait_for(tmp_path / "master")
    assert not alive(orphan)
    parent.terminate()
    parent.communicate(timeout=15)
    wait_until_gone(*map(int, wait_for(tmp_path / "workers").split()))


def test_stopping_right_after_a_child_was_killed_leaves_nothing(tmp_path: Path) -> None:
    parent = start(MASTER.replace("{}", "signal.signal(signal.SIGTERM, signal.SIG_IGN);"), cwd=tmp_path)
    master = int(wait_for(tmp_path / "master"))
    os.kill(master, signal.SIGKILL)
    parent.terminate()
    assert parent.wait(timeout=15) == 0
    wait_until_gone(*map(int, wait_for(tmp_path / "workers").split()))
    assert parent.stdout is not None
    parent.stdout.close()


# writes the ids of its own process and of the server's, once per worker
APPLICATION = """
import os
with open("seen", "a") as file:
    file.write(f"{os.getppid()} {os.getpid()}\\n")

def application(environ, start_response):
    start_response("200 OK", [])
    return [b"good"]
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks the processes up in /proc")
def test_workers_of_a_killed_web_server_do_not_keep_the_port(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APPLICATION, encoding="utf-8")
    port = free_port()
    web = programs(host="127.0.0.1", port=port, workers=2)[0]
    command = ["app:application" if word.startswith("tamdao.") else word for word in web.command]
    parent = start(*command, cwd=tmp_path)
    old = wait_for_lines(tmp_path / "seen", 2)
    master = int(old[0].split()[0])
    os.kill(master, signal.SIGKILL)
    wait_for_lines(tmp_path / "seen", 4)
    wait_until_gone(*(int(line.split()[1]) for line in old))
    parent.terminate()
    parent.communicate(timeout=20)
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))


def wait_for_lines(path: Path, count: int) -> list[str]:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if path.exists() and len(lines := path.read_text(encoding="utf-8").splitlines()) >= count:
            return lines
        time.sleep(0.05)
    pytest.fail(f"{path.name} did not get {count} lines")
