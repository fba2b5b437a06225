"""Every specimen of the zoo in a process of its own: right reason, at most 5 seconds, at most 300 MB."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.security.zoo import SPECIMENS, Specimen

MOST_SECONDS = 5
MOST_MEMORY = 300 * 1024 * 1024
JUDGE = """
import json, re, sys, time
from tamdao.kit.uploads import EVIDENCE, UploadRefused, judge
path, name = sys.argv[1], json.loads(sys.argv[2])
begun = time.process_time()
said = []
with open(path, "rb") as file:
    try:
        judge(file, name, EVIDENCE)
    except UploadRefused as refused:
        said = [[problem.message.vi, problem.message.en, problem.where] for problem in refused.problems]
# the peak of this program; ru_maxrss would count the process it was forked from
with open("/proc/self/status", encoding="ascii") as status:
    peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1]) * 1024
print(json.dumps({"said": said, "seconds": time.process_time() - begun, "memory": peak}))
"""


def limited() -> None:
    """Runs in the child: address space and processor time have an end."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


@pytest.mark.parametrize("specimen", SPECIMENS, ids=[specimen.label for specimen in SPECIMENS])
def test_a_specimen_is_refused_for_its_reason_or_harmless(specimen: Specimen, tmp_path: Path) -> None:
    path = tmp_path / "specimen"
    path.write_bytes(specimen.build())
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, str(path), json.dumps(specimen.name)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,  # limits of the child must be set in the child
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    verdict = json.loads(done.stdout)
    english = [en for _, en, _ in verdict["said"]]
    if specimen.reason:
        assert any(specimen.reason in sentence for sentence in english), english
        assert all(vi != en and place for vi, en, place in verdict["said"]) or not specimen.name
    else:
        assert english == []
    assert verdict["seconds"] < MOST_SECONDS
    assert verdict["memory"] < MOST_MEMORY


def test_the_zoo_is_large_enough() -> None:
    labels = [specimen.label for specimen in SPECIMENS]
    assert len(labels) == len(set(labels))
    assert sum(bool(specimen.reason) for specimen in SPECIMENS) >= 60
