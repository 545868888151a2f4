"""What a step does when memory runs out or a number is none."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypeVar

import torch

from .errors import EngineError
from .metrics import say

T = TypeVar("T")

#: Updates in a row without a finite loss and gradient, after which the run ends.
MOST_SKIPPED = 5


class NotFinite(Exception):
    """A loss or a gradient is NaN or infinite."""


@dataclass
class MicroBatches:
    """Sequences that are computed at once: `rollout` without gradients, `update` with them. They only ever shrink;
    checkpoints keep them."""

    rollout: int
    update: int

    def state_dict(self) -> dict[str, int]:
        """For checkpoints."""
        return asdict(self)

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Goes on with what fitted before, where the configuration asks for no less."""
        self.rollout = min(self.rollout, state["rollout"])
        self.update = min(self.update, state["update"])

    def fitting(self, which: str, attempt: Callable[[int], T]) -> T:
        """Runs `attempt(size)`, with half the size for as long as memory runs out.

        `attempt` must be able to start anew. Raises EngineError, code `out-of-memory`, when one sequence alone does
        not fit.
        """
        while True:
            size = getattr(self, which)
            try:
                return attempt(size)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            # Outside of the handler, whose traceback holds the tensors that are to be freed.
            if size == 1:
                raise EngineError(
                    "out-of-memory",
                    f"{which}: one sequence alone does not fit into memory: {reason}",
                    "Set gradientCheckpointing, lower maxCompletionTokens, train with lora, or take a smaller model.",
                )
            setattr(self, which, size // 2)
            gc.collect()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            say(
                "warning",
                code="out-of-memory",
                message=f"Out of memory with {size} sequences at once ({which}): going on with {size // 2}.",
            )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory of the GPU or of the machine ran out."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    text = str(error)
    return any(
        sign in text
        for sign in ("out of memory", "not enough memory", "can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED")
    )


@dataclass
class Skips:
    """Counts updates that were left out: `in_a_row` up to now, `of_step` in the current step."""

    in_a_row: int = 0
    of_step: int = 0

    def skipped(self, step: int, reason: str) -> None:
        """An update was left out."""
        self.in_a_row += 1
        self.of_step += 1
        say(
            "warning", code="nan", message=f"Step {step}: {reason}; this update is left out ({self.in_a_row} in a row)."
        )

    def done(self) -> None:
        """An update was made."""
        self.in_a_row = 0

    def check(self, step: int, checkpoint: str | None) -> None:
        """Raises EngineError, code `nan`, after too many in a row."""
        if self.in_a_row >= MOST_SKIPPED:
            where = f"The last good checkpoint is {checkpoint}." if checkpoint else "There is no checkpoint yet."
            raise EngineError(
                "nan",
                f"Step {step}: {self.in_a_row} updates in a row had a loss or gradient that is no number. {where}",
                "Lower optimizer.learningRate, or set dtype float32, and go on from that checkpoint in a new run.",
            )
