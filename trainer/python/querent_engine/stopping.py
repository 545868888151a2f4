"""SIGTERM and SIGINT ask a run to save and end; the run looks between steps."""

from __future__ import annotations

import signal
from types import FrameType


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
