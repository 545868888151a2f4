"""Checkpoints: everything that a run needs to go on to the same curve, written so that half a one is never taken for a
whole one."""

from __future__ import annotations

import errno
import json
import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .errors import EngineError

_COMPLETE = "complete.json"
_NAME = re.compile(r"step-(\d{6,})")
#: Room that must stay for what a file system writes beside the bytes themselves.
_SPARE_BYTES = 8 * 2**20
#: Keys that may differ between a run and its continuation: they change nothing of what is learned from a step on.
_FREE = (
    "steps",
    "maxSteps",
    "save",
    "validation",
    "threads",
    "tensorboard",
    "out",
    "reward.url",
    "reward.timeoutSeconds",
    "reward.retries",
    "reward.retrySeconds",
    "reward.batchSize",
    "reward.concurrency",
    "microBatchSize",
    "rolloutMicroBatch",
)
#: Of SFT alone, whose epochs say how long it goes on; those of PPO are the updates of a step.
_FREE_OF_SFT = ("epochs",)


def save(folder: str | Path, step: int, state: dict[str, Any], keep: int) -> Path:
    """Writes ``folder/step-NNNNNN`` and removes all but the newest ``keep``.

    Each entry of ``state`` becomes a file ``KEY.pt`` (tensors, numbers, texts, lists, dicts: what
    ``torch.load(weights_only=True)`` takes).
    Written as ``step-NNNNNN.part``, every file fsynced, ``complete.json`` (sizes) last, then renamed.

    @return: the folder of the checkpoint
    @raise EngineError: code ``disk-full`` with bytes needed and free (the .part is removed, older checkpoints stay);
        ``checkpoint`` for
        any other fault of the disk
    """
    folder = Path(folder)
    target = folder / f"step-{step:06d}"
    part = folder / f"{target.name}.part"
    needed = sum(_bytes_of(value) for value in state.values())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(part, ignore_errors=True)
        if shutil.disk_usage(folder).free < needed + _SPARE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        part.mkdir()
        _write(part, step, state)
        if target.exists():
            shutil.rmtree(target)
        part.rename(target)
        fsync_path(folder)
    except (OSError, RuntimeError) as error:
        shutil.rmtree(part, ignore_errors=True)
        raise _disk_error(error, target, needed) from error
    _prune(folder, keep)
    return target


def newest(folder: str | Path) -> Path | None:
    """The newest complete checkpoint in ``folder`` (``complete.json`` there, sizes as it says); None when there is
    none."""
    found = sorted(_checkpoints(Path(folder)), key=step_of, reverse=True)
    return next((each for each in found if _is_complete(each)), None)


def load(path: str | Path) -> dict[str, Any]:
    """What ``save`` was given, on the CPU. @raise EngineError: code ``checkpoint``: a file is missing, cut or not
    readable"""
    path = Path(path)
    if not _is_complete(path):
        raise EngineError(
            "checkpoint", f"{path} is not a complete checkpoint.", "Remove it: the run goes on from the one before."
        )
    names = json.loads((path / _COMPLETE).read_text(encoding="utf-8"))["files"]
    try:
        return {Path(name).stem: torch.load(path / name, map_location="cpu", weights_only=True) for name in names}
    except Exception as error:  # zip, pickle and tensor faults have no common class
        raise EngineError(
            "checkpoint", f"{path} cannot be read: {error}.", "Remove it: the run goes on from the one before."
        ) from error


def step_of(path: str | Path) -> int:
    """The step in a checkpoint's name."""
    match = _NAME.fullmatch(Path(path).name)
    if match is None:
        raise EngineError("checkpoint", f"{path} is not the folder of a checkpoint.", "They are called step-000010.")
    return int(match.group(1))


def rng_state() -> dict[str, Any]:
    """States of the generators of Python, numpy and torch (with CUDA where it is there), fit for ``save``."""
    kind, keys, position, has_gauss, gauss = np.random.get_state(legacy=True)
    return {
        "python": random.getstate(),
        "numpy": (kind, torch.from_numpy(keys.astype(np.int64)), position, has_gauss, gauss),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def restore_rng(state: dict[str, Any]) -> None:
    """Puts back what ``rng_state`` gave."""
    version, numbers, gauss = state["python"]
    random.setstate((version, tuple(numbers), gauss))
    kind, keys, position, has_gauss, cached = state["numpy"]
    np.random.set_state((kind, keys.numpy().astype(np.uint32), position, has_gauss, cached))
    torch.set_rng_state(state["torch"])
    if torch.cuda.is_available() and len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])


def seed_everything(seed: int) -> None:
    """Seeds the generators of Python, numpy and torch."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def check_same_config(saved: dict[str, Any], now: dict[str, Any]) -> None:
    """Refuses to go on with another configuration.

    @param saved: the JSON values of the configuration in the checkpoint
    @param now: those of this run (``config.values``)
    @raise EngineError: code ``config``, naming the keys that differ, but for those that change nothing of what is
        learned
        (steps, maxSteps, the epochs of SFT, save, validation, threads, tensorboard, out, micro-batches, and of the
        reward service the url and how it is asked)
    """
    may_differ = _FREE + (_FREE_OF_SFT if now.get("kind") == "sft" else ())
    differing = [
        key
        for key in _differing(saved, now, "")
        if not any(key == free or key.startswith(f"{free}.") for free in may_differ)
    ]
    if differing:
        raise EngineError(
            "config",
            f"The run was begun with another configuration: {', '.join(differing)} differ.",
            "Go on with the configuration that it was begun with, or begin a new run in another folder.",
        )


def fsync_path(path: Path) -> None:
    """Makes sure that a file, or the entries of a folder, are on the disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(part: Path, step: int, state: dict[str, Any]) -> None:
    sizes = {}
    for key, value in state.items():
        file = part / f"{key}.pt"
        with file.open("wb") as stream:
            torch.save(value, stream)
            stream.flush()
            os.fsync(stream.fileno())
        sizes[file.name] = file.stat().st_size
    complete = part / _COMPLETE
    with complete.open("w", encoding="utf-8") as stream:
        json.dump({"step": step, "files": sizes}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    fsync_path(part)


def _disk_error(error: Exception, target: Path, needed: int) -> EngineError:
    free = shutil.disk_usage(target.parent).free if target.parent.exists() else 0
    code = getattr(error, "errno", None)
    # torch's writer turns a full disk into a RuntimeError of its own.
    is_full = code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or (code is None and free < needed + _SPARE_BYTES)
    if is_full:
        return EngineError(
            "disk-full",
            f"No room for the checkpoint {target}: it needs {needed} bytes, {free} are free.",
            "Make room, or set save.keep lower; the same command goes on from the checkpoint before.",
        )
    return EngineError(
        "checkpoint",
        f"The checkpoint {target} could not be written: {error}.",
        "See that the folder can be written; the same command goes on from the checkpoint before.",
    )


def _prune(folder: Path, keep: int) -> None:
    complete = sorted((each for each in _checkpoints(folder) if _is_complete(each)), key=step_of)
    for old in complete[:-keep]:
        shutil.rmtree(old, ignore_errors=True)


def _checkpoints(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if _NAME.fullmatch(each.name)] if folder.is_dir() else []


def _is_complete(path: Path) -> bool:
    try:
        files = json.loads((path / _COMPLETE).read_text(encoding="utf-8"))["files"]
        return all((path / name).stat().st_size == size for name, size in files.items())
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


def _bytes_of(value: Any) -> int:
    if isinstance(value, torch.Tensor):
        return value.numel() * value.element_size()
    if isinstance(value, dict):
        return sum(_bytes_of(each) for each in value.values())
    if isinstance(value, (list, tuple)):
        return sum(_bytes_of(each) for each in value)
    return 64


def _differing(one: Any, other: Any, place: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _differing(one.get(key), other.get(key), f"{place}.{key}" if place else key)
    elif one != other:
        yield place
