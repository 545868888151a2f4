"""SIGTERM and SIGINT ask a run to save and end; the run looks between steps."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

from .errors import EXIT_STOPPED


def end_with_parent() -> None:
    """Ends this process when the one that started it is gone, however that ended: no second run may meet a first one in its folder.

    Whoever starts us keeps our stdin open as a pipe and sets ``QUERENT_PARENT_PIPE``; the system closes the pipe when it is gone. Nothing
    is saved then: what is on the disk is whole, and the next run goes on from the newest checkpoint.
    """
    if os.environ.get("QUERENT_PARENT_PIPE") != "1":
        return

    def wait() -> None:
        # The descriptor itself: the lock of sys.stdin's buffer would be held at the end of the interpreter.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        os._exit(EXIT_STOPPED)

    threading.Thread(target=wait, name="parent", daemon=True).start()


class StopRequested:
    """A flag that the first SIGTERM or SIGINT sets. A second one ends the process at once, as it would without us.

    >>> stop = StopRequested.listening()
    >>> while not stop.is_set: step()
    """

    def __init__(self) -> None:
        self.is_set = False
        self.signal_name: str | None = None

    @classmethod
    def listening(cls) -> StopRequested:
        """A flag with its handlers installed; only in the main thread."""
        stop = cls()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop._on_signal)
        return stop

    def request(self, name: str = "request") -> None:
        """Sets the flag as a signal would."""
        self.is_set = True
        self.signal_name = name

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.request(signal.Signals(number).name)
        signal.signal(number, signal.SIG_DFL)
