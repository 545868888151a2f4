"""Runs verl's training as a child that does not outlive us: ``python -m querent_engine.verl_launch OVERRIDE...``

verl has no handler of signals: told to end, it dies where it is, and goes on from its newest checkpoint the next time
(``trainer.resume_mode=auto``). So SIGTERM and SIGINT end its whole group of processes, first with SIGTERM and then with
SIGKILL, and so does the end of our parent (``QUERENT_PARENT_PIPE``, see stopping.py). Ray's own processes end with the
driver that started them.

Exit codes: verl's own; 75 when it was stopped.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import FrameType

from .errors import EXIT_STOPPED

MODULE = "verl.trainer.main_ppo"
#: Time that ray and the rollout engine get to put the GPUs back.
PATIENCE_SECONDS = 60.0


def run(arguments: list[str], module: str = MODULE, patience_seconds: float = PATIENCE_SECONDS) -> int:
    """Runs ``python -m MODULE ARGUMENTS`` to its end, or to ours. Gives the exit code."""
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdin=subprocess.DEVNULL, start_new_session=True
    )
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        _tell(child.pid, signal.SIGTERM)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        # The second one does not wait.
        _tell(child.pid, signal.SIGKILL) if stopped.is_set() else stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    if os.environ.get("QUERENT_PARENT_PIPE") == "1":
        threading.Thread(target=_when_parent_ends, args=(stop,), name="parent", daemon=True).start()
    waited = 0.0
    while True:
        try:
            code = child.wait(timeout=0.5)
            break
        except subprocess.TimeoutExpired:
            waited += 0.5 if stopped.is_set() else 0.0
            if waited >= patience_seconds:
                _tell(child.pid, signal.SIGKILL)
    # What it left behind in its group holds GPUs.
    _tell(child.pid, signal.SIGKILL)
    if stopped.is_set():
        return EXIT_STOPPED
    return code if code >= 0 else 128 - code


def _when_parent_ends(stop: Callable[[], None]) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop()


def _tell(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
