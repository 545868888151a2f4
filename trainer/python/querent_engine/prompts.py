"""Rows of prompts and of SFT pairs, as token ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from .errors import EngineError


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
    rows, left_out = [], 0
    for number, row in rows_of(path):
        ids = _checked_ids(row, tokenizer, path, number)
        if len(ids) > max_tokens:
            left_out += 1
        else:
            rows.append(PromptRow(str(row.get("id", number)), ids, row))
    return _some(rows, path, left_out, f"maxPromptTokens ({max_tokens})"), left_out


def read_pairs(
    path: str | Path,
    tokenizer: PreTrainedTokenizerBase,
    max_prompt_tokens: int,
    max_completion_tokens: int,
    eos_id: int,
) -> tuple[list[PairRow], int]:
    """The same for ``pairs.jsonl``; longer completions are left out and counted too."""
    rows, left_out = [], 0
    for number, row in rows_of(path):
        ids = _checked_ids(row, tokenizer, path, number)
        completion = row.get("completion")
        if not isinstance(completion, str) or completion == "":
            raise _bad_row(path, number, "has no completion")
        # Marks of turns inside a completion are text: a model must not learn to end a turn in the middle of an answer.
        completion_ids = [*_plain_ids(completion, tokenizer), eos_id]
        if len(ids) > max_prompt_tokens or len(completion_ids) > max_completion_tokens:
            left_out += 1
        else:
            rows.append(PairRow(str(row.get("id", number)), ids, row, completion_ids))
    limits = f"maxPromptTokens ({max_prompt_tokens}) or maxCompletionTokens ({max_completion_tokens})"
    return _some(rows, path, left_out, limits), left_out


def rows_of(path: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a .jsonl file with their line numbers, from 1. @raise EngineError: code ``data``"""
    try:
        with Path(path).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip() == "":
                    continue
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise _bad_row(path, number, f"is no JSON: {error}") from error
                if not isinstance(row, dict):
                    raise _bad_row(path, number, "is no JSON object")
                yield number, row
    except OSError as error:
        raise EngineError("data", f"{path} cannot be read: {error.strerror}.", "Name a file that is there.") from error


def prompt_ids(row: dict[str, Any], tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """Tokens of a row's prompt, as serving makes them: ``messages`` by the chat template, or one after the other
    without one; ``text`` as it is.

    A text ends with what it leaves opened already (``rawTemplate`` reads ``opened`` off its end); turns do not."""
    if isinstance(row.get("text"), str):
        return tokenizer(row["text"], add_special_tokens=False).input_ids
    opened = row.get("opened") or ""
    if tokenizer.chat_template is None:
        return _plain_ids(prompt_text(row) + opened, tokenizer)
    return tokenizer(prompt_text(row, tokenizer) + opened, add_special_tokens=False).input_ids


def prompt_text(row: dict[str, Any], tokenizer: PreTrainedTokenizerBase | None = None) -> str:
    """The prompt as one text (of turns without what is opened); turns go one after the other where there is no chat
    template."""
    if isinstance(row.get("text"), str):
        return row["text"]
    messages = row["messages"]
    if tokenizer is None or tokenizer.chat_template is None:
        return "\n\n".join(each["content"] for each in messages) + "\n"
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)


class PromptOrder:
    """Endless batches of indices: each round is a new shuffle by the seed, and what is left of one goes before the
    next."""

    def __init__(self, count: int, seed: int) -> None:
        if count < 1:
            raise EngineError("data", "There are no prompts.", "Give at least one.")
        self._count = count
        self._seed = seed
        self._round = 0
        self._position = 0
        self._order = shuffled(count, seed, 0)

    def next(self, size: int) -> list[int]:
        """The next ``size`` indices; a round's end and the next one's begin can be in one batch."""
        batch: list[int] = []
        while len(batch) < size:
            if self._position == self._count:
                self._round, self._position = self._round + 1, 0
                self._order = shuffled(self._count, self._seed, self._round)
            taken = self._order[self._position : self._position + size - len(batch)]
            batch.extend(taken)
            self._position += len(taken)
        return batch

    def state_dict(self) -> dict[str, Any]:
        """Where it is."""
        return {"count": self._count, "seed": self._seed, "round": self._round, "position": self._position}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes on from there. @raise EngineError: code ``data``: there are more or fewer prompts than there were"""
        if state["count"] != self._count:
            raise EngineError(
                "data",
                f"The run was begun with {state['count']} prompts, now there are {self._count}.",
                "Go on with the data that it was begun with, or begin a new run in another folder.",
            )
        self._seed, self._round, self._position = state["seed"], state["round"], state["position"]
        self._order = shuffled(self._count, self._seed, self._round)


def shuffled(count: int, seed: int, round_: int) -> list[int]:
    """The numbers below ``count`` in an order that the seed and the round alone decide."""
    generator = torch.Generator().manual_seed(seed * 1_000_003 + round_)
    return torch.randperm(count, generator=generator).tolist()


def left_padded(rows: Sequence[Sequence[int]], pad_id: int) -> tuple[list[list[int]], list[list[int]]]:
    """Rows filled up on the left to the longest, and their attention masks: for generation."""
    longest = max(len(row) for row in rows)
    ids = [[pad_id] * (longest - len(row)) + list(row) for row in rows]
    masks = [[0] * (longest - len(row)) + [1] * len(row) for row in rows]
    return ids, masks


def _plain_ids(text: str, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """Tokens of a text in which marks of turns mean nothing."""
    return tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids


def _checked_ids(row: dict[str, Any], tokenizer: PreTrainedTokenizerBase, path: str | Path, number: int) -> list[int]:
    messages = row.get("messages")
    if isinstance(row.get("text"), str):
        return prompt_ids(row, tokenizer)
    if not isinstance(messages, list) or not messages:
        raise _bad_row(path, number, "has neither messages nor a text")
    for each in messages:
        if (
            not isinstance(each, dict)
            or not isinstance(each.get("role"), str)
            or not isinstance(each.get("content"), str)
        ):
            raise _bad_row(path, number, "has a message without role and content")
    return prompt_ids(row, tokenizer)


def _some(rows: list[Any], path: str | Path, left_out: int, limits: str) -> list[Any]:
    if not rows:
        why = f"all {left_out} rows are longer than {limits}" if left_out else "it is empty"
        raise EngineError("data", f"Nothing is left of {path}: {why}.", "Raise the limit, or give other data.")
    return rows


def _bad_row(path: str | Path, number: int, what: str) -> EngineError:
    return EngineError("data", f"{path}, line {number}, {what}.", "Let querent-trainer write the file again.")
