"""The engine does not outlive the process that started it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
WAITS = "from querent_engine.stopping import end_with_parent; import time; end_with_parent(); print('ready', flush=True); time.sleep(60)"


def start(**more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), **more}
    return subprocess.Popen([sys.executable, "-c", WAITS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def test_ends_when_the_pipe_of_its_parent_is_closed() -> None:
    child = start(QUERENT_PARENT_PIPE="1")
    assert child.stdout is not None and child.stdin is not None
    assert child.stdout.readline() == "ready\n"
    child.stdin.close()
    assert child.wait(timeout=10) == 75


def test_goes_on_where_nobody_said_that_stdin_is_the_parent() -> None:
    child = start(QUERENT_PARENT_PIPE="")
    assert child.stdout is not None and child.stdin is not None
    assert child.stdout.readline() == "ready\n"
    child.stdin.close()
    try:
        child.wait(timeout=0.5)
        raise AssertionError("it ended")
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
