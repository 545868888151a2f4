"""What a run tells: one JSON line a step in ``metrics.jsonl``, the same to TensorBoard where asked, events on
stdout."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def say(event: str, **fields: Any) -> None:
    """Writes one event to stdout: ``{"event": "step", ...}``. Who launched the engine reads these lines."""
    sys.stdout.write(json.dumps({"event": event, **_plain(fields)}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class MetricsLog:
    """Appends to ``FOLDER/NAME`` (default ``metrics.jsonl``). A number that is not finite is written as null."""

    def __init__(
        self, folder: str | Path, tensorboard: bool = False, resume_step: int | None = None, name: str = "metrics.jsonl"
    ) -> None:
        """``resume_step``: the step of the checkpoint that the run goes on from (0 for a fresh start): lines after it
        are cut first."""
        self.path = Path(folder) / name
        self.path.parent.mkdir(parents=True, exist_ok=True)
        cut_after(self.path, resume_step or 0)
        self._file = self.path.open("a", encoding="utf-8")
        self._board = _board(Path(folder) / "tensorboard", resume_step) if tensorboard else None

    def write(self, line: dict[str, Any]) -> None:
        """Appends one line; it has a ``step``."""
        plain = _plain(line)
        self._file.write(json.dumps(plain, ensure_ascii=False) + "\n")
        self._file.flush()
        if self._board is not None:
            for key, value in flat(plain):
                if key != "step" and isinstance(value, (int, float)) and not isinstance(value, bool):
                    self._board.add_scalar(key, value, plain["step"])

    def close(self) -> None:
        """Makes sure that the lines are on the disk."""
        os.fsync(self._file.fileno())
        self._file.close()
        if self._board is not None:
            self._board.close()


def cut_after(path: Path, step: int) -> None:
    """Keeps the lines of a file up to and including a step, so that a resumed run writes no step twice. Half a last
    line goes too."""
    if not path.exists():
        return
    kept = []
    for line in path.read_text(encoding="utf-8").split(
        "\n"
    ):  # splitlines() would cut at marks such as U+2028 within a text
        try:
            if json.loads(line)["step"] > step:
                break
        except (ValueError, KeyError, TypeError):
            break
        kept.append(line)
    part = path.with_name(path.name + ".part")
    part.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    part.replace(path)


def flat(values: dict[str, Any], place: str = "") -> Iterator[tuple[str, Any]]:
    """Nested keys as paths: ``reward/mean``."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from flat(value, f"{place}{key}/")
        else:
            yield f"{place}{key}", value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _board(folder: Path, resume_step: int | None) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    # Hides what an interrupted run wrote after the checkpoint.
    return SummaryWriter(str(folder), purge_step=None if resume_step is None else resume_step + 1)
