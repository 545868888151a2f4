"""The launcher of verl, with a program in verl's place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="groups of processes are those of POSIX")

#: Starts a process of its own, as ray does, says both ids, and waits; ends with the code that it is given.
PROGRAM = """
import signal, subprocess, sys, time
if sys.argv[1].isdigit():
    sys.exit(int(sys.argv[1]))
if sys.argv[1] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(other.pid, flush=True)
time.sleep(60)
"""


def launch(tmp_path: Path, argument: str, patience: float = 5.0, parent: bool = False) -> subprocess.Popen[str]:
    (tmp_path / "in_its_place.py").write_text(textwrap.dedent(PROGRAM))
    code = (
        "import sys; from querent_engine.verl_launch import run; "
        f"sys.exit(run([{argument!r}], 'in_its_place', {patience}))"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    if parent:
        environment["QUERENT_PARENT_PIPE"] = "1"
    return subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path("/proc").is_dir() else True


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while is_there(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("code", [0, 1, 3])
def test_the_exit_code_is_that_of_verl(tmp_path: Path, code: int) -> None:
    assert launch(tmp_path, str(code)).wait(30) == code


@pytest.mark.parametrize("kind", ["ready", "deaf"])
def test_a_signal_ends_all_of_its_processes(tmp_path: Path, kind: str) -> None:
    launched = launch(tmp_path, kind, patience=0.5)
    assert launched.stdout is not None
    other = int(launched.stdout.readline())
    launched.send_signal(signal.SIGTERM)
    assert launched.wait(30) == 75
    assert gone(other)


def test_it_does_not_outlive_its_parent(tmp_path: Path) -> None:
    launched = launch(tmp_path, "ready", parent=True)
    assert launched.stdout is not None and launched.stdin is not None
    other = int(launched.stdout.readline())
    launched.stdin.close()
    assert launched.wait(30) == 75
    assert gone(other)
