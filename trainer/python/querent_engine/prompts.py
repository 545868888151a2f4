"""Rows of prompts and of SFT pairs, as token ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class PromptRow:
    """One prompt. ``ids``: its tokens with what the template opens of the answer; ``row``: the JSON of the file."""

    id: str
    ids: list[int]
    row: dict[str, Any]

    @property
    def opened(self) -> str:
        """What the prompt leaves opened of the answer: put before the generated text where it is scored."""
        return self.row.get("opened") or ""


@dataclass(frozen=True)
class PairRow(PromptRow):
    """A prompt with the completion to learn; ``completion_ids`` ends with the EOS."""

    completion_ids: list[int]


def read_prompts(path: str | Path, tokenizer: PreTrainedTokenizerBase, max_tokens: int) -> tuple[list[PromptRow], int]:
    """Reads ``prompts-*.jsonl``.

    @return: the rows in the order of the file, and how many were left out as longer than ``max_tokens`` (never cut)
    @raise EngineError: code ``data``: no file, a line that is no JSON or lacks a part (with its number), or no row left
    """
    raise NotImplementedError


def read_pairs(path: str | Path, tokenizer: PreTrainedTokenizerBase, max_prompt_tokens: int, max_completion_tokens: int,
               eos_id: int) -> tuple[list[PairRow], int]:
    """The same for ``pairs.jsonl``; longer completions are left out and counted too."""
    raise NotImplementedError


def prompt_ids(row: dict[str, Any], tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """Tokens of a row's prompt, as serving makes them: ``messages`` by the chat template, or one after the other without one; ``text`` as it is."""
    raise NotImplementedError


class PromptOrder:
    """Endless batches of indices: each round is a new shuffle by the seed, without what is left of the last one getting lost."""

    def __init__(self, count: int, seed: int) -> None:
        raise NotImplementedError

    def next(self, size: int) -> list[int]:
        """The next ``size`` indices; a round's end and the next one's begin can be in one batch."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Where it is."""
        raise NotImplementedError

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes on from there."""
        raise NotImplementedError


def left_padded(rows: Sequence[Sequence[int]], pad_id: int) -> tuple[list[list[int]], list[list[int]]]:
    """Rows filled up on the left to the longest, and their attention masks: for generation."""
    raise NotImplementedError
