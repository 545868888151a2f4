"""Checkpoints: everything that a run needs to go on to the same curve, written so that half a one is never taken for a whole one."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def save(folder: str | Path, step: int, state: dict[str, Any], keep: int) -> Path:
    """Writes ``folder/step-NNNNNN`` and removes all but the newest ``keep``.

    Each entry of ``state`` becomes a file ``KEY.pt`` (tensors, numbers, texts, lists, dicts: what ``torch.load(weights_only=True)`` takes).
    Written as ``step-NNNNNN.part``, every file fsynced, ``complete.json`` (sizes) last, then renamed.

    @return: the folder of the checkpoint
    @raise EngineError: code ``disk-full`` with bytes needed and free (the .part is removed, older checkpoints stay); ``checkpoint`` for
        any other fault of the disk
    """
    raise NotImplementedError


def newest(folder: str | Path) -> Path | None:
    """The newest complete checkpoint in ``folder`` (``complete.json`` there, sizes as it says); None when there is none."""
    raise NotImplementedError


def load(path: str | Path) -> dict[str, Any]:
    """What ``save`` was given, on the CPU. @raise EngineError: code ``checkpoint``: a file is missing, cut or not readable"""
    raise NotImplementedError


def step_of(path: str | Path) -> int:
    """The step in a checkpoint's name."""
    raise NotImplementedError


def rng_state() -> dict[str, Any]:
    """States of the generators of Python, numpy and torch (with CUDA where it is there), fit for ``save``."""
    raise NotImplementedError


def restore_rng(state: dict[str, Any]) -> None:
    """Puts back what ``rng_state`` gave."""
    raise NotImplementedError


def check_same_config(saved: dict[str, Any], now: dict[str, Any]) -> None:
    """Refuses to go on with another configuration.

    @param saved: the JSON values of the configuration in the checkpoint
    @param now: those of this run (``config.values``)
    @raise EngineError: code ``config``, naming the keys that differ, but for those that change nothing of what is learned
        (steps, epochs, maxSteps, save, validation, threads, tensorboard, out, reward.url and its times)
    """
    raise NotImplementedError
