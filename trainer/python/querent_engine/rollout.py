"""Sampling of completions: in batches, with the cache of keys and values, until an end-of-sequence token, the end of
the answer, or the limit.

Each token is drawn by the inverse of the cumulative distribution at a number that the seed, the step and the place of
the sequence settle
beforehand. So what is sampled does not depend on how sequences are put into micro-batches, on the device's generator,
or on what was
sampled before: a run that goes on after a crash, or with smaller micro-batches, draws the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .errors import EngineError
from .kv_cache import generating, roomy_cache
from .log_probs import bare_model
from .models import Policy
from .prompts import PromptRow

#: What ends an answer; serving stops there, too (`stop` in server/src/models/modelRewriter.ts).
ANSWER_END = "</answer>"


@dataclass(frozen=True)
class Completion:
    """What was generated for a prompt. `end`: `eos` (the token is part of `ids`), `answer` (ends with `</answer>`) or
    `length`."""

    ids: list[int]
    end: str

    @property
    def is_truncated(self) -> bool:
        """It met the limit before it came to an end."""
        return self.end == "length"


def uniforms(seed: int, step: int, count: int, tokens: int) -> Tensor:
    """Numbers in [0, 1) for `count` sequences of up to `tokens` tokens, [count, tokens]: the same for the same seed
    and step."""
    generator = torch.Generator().manual_seed((seed * 1_000_003 + step * 7_919 + 17) % 2**63)
    return torch.rand((count, tokens), generator=generator, dtype=torch.float64)


def has_answer_tags(row: PromptRow) -> bool:
    """Whether a prompt asks for an answer in tags, so that generation ends behind them."""
    texts = [
        row.opened,
        str(row.row.get("text") or ""),
        *(str(m.get("content")) for m in row.row.get("messages") or []),
    ]
    return "<think>" in row.opened or any("<answer>" in text for text in texts)


class AnswerEnd:
    """Finds the end of the answer in generated tokens. Only tokens with a `>` can end it, so others cost nothing."""

    #: Tokens that are looked at: more than `</answer>` has in any vocabulary with single bytes.
    TAIL = 16

    def __init__(self, policy: Policy):
        self.tokenizer = policy.tokenizer
        texts = policy.tokenizer.convert_ids_to_tokens(range(len(policy.tokenizer)))
        rows = max(len(texts), policy.model.config.vocab_size)
        self.can_end = torch.zeros(rows, dtype=torch.bool)
        self.can_end[[i for i, text in enumerate(texts) if text is not None and ">" in text]] = True
        self.can_end = self.can_end.to(policy.device)

    def __call__(self, ids: Sequence[int]) -> bool:
        """Whether the last token of `ids` completes `</answer>`."""
        return ANSWER_END in self.tokenizer.decode(ids[-self.TAIL :])


def choose(logits: Tensor, at: Tensor | None, temperature: float, top_p: float) -> Tensor:
    """Next tokens [B] from logits [B, V]: greedy where `at` is None, else drawn at the numbers `at` [B] in [0, 1).

    Raises EngineError where the model's output is no number.
    """
    logits = logits.float()
    if at is None:
        _check_finite(logits.amax(dim=-1))
        return logits.argmax(dim=-1)
    probabilities = torch.softmax(logits / temperature, dim=-1)
    if top_p < 1.0:
        sorted_, order = probabilities.sort(dim=-1, descending=True)
        outside = sorted_.cumsum(dim=-1) - sorted_ >= top_p
        probabilities = probabilities.scatter(-1, order, sorted_.masked_fill(outside, 0.0))
    cumulated = probabilities.double().cumsum(dim=-1)
    total = cumulated[:, -1:]
    _check_finite(total)
    # The first token whose share lies beyond the number: never one of probability 0.
    place = torch.minimum(at.to(cumulated)[:, None] * total, torch.nextafter(total, torch.zeros_like(total)))
    return torch.searchsorted(cumulated, place, right=True)[:, 0]


def _check_finite(values: Tensor) -> None:
    if not bool(torch.isfinite(values).all()):
        raise EngineError(
            "nan",
            "The model's output is not a number while it generates: its weights are spoilt.",
            "Go on from the last checkpoint with a lower optimizer.learningRate.",
        )


@dataclass(frozen=True)
class SamplingOptions:
    """`temperature` and `top_p` are the only ones: top-k, repetition penalties and the like of a model's own defaults
    are never applied."""

    max_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0


@torch.no_grad()
def generate(
    policy: Policy,
    prompts: Sequence[Sequence[int]],
    at: Tensor | None,
    options: SamplingOptions,
    answer_end: AnswerEnd | None,
    stops: Sequence[bool],
) -> list[Completion]:
    """Completions of one micro-batch of prompts.

    @param at: [B, max_tokens] numbers of `uniforms`; None generates greedily
    @param stops: which prompts end with their answer (`has_answer_tags`)
    """
    model = bare_model(policy.model)
    with generating(model):
        return _generate(policy, model, prompts, at, options, answer_end, stops)


def _generate(
    policy: Policy,
    model: torch.nn.Module,
    prompts: Sequence[Sequence[int]],
    at: Tensor | None,
    options: SamplingOptions,
    answer_end: AnswerEnd | None,
    stops: Sequence[bool],
) -> list[Completion]:
    device, count = policy.device, len(prompts)
    logits, cache, mask, lengths = _read_prompts(policy, model, prompts, options.max_tokens)
    at = None if at is None else at.to(device)
    tokens = torch.zeros((count, options.max_tokens), dtype=torch.long, device=device)
    ends, sizes = ["length"] * count, [options.max_tokens] * count
    eos = torch.tensor(policy.eos_ids, device=device)
    stops_at = torch.tensor(list(stops), device=device)
    active = torch.arange(count, device=device)
    for t in range(options.max_tokens):
        chosen = choose(logits, None if at is None else at[active, t], options.temperature, options.top_p)
        tokens[active, t] = chosen
        ended = torch.isin(chosen, eos)
        for row in active[ended].tolist():
            ends[row], sizes[row] = "eos", t + 1
        if answer_end is not None:
            for place in (answer_end.can_end[chosen] & stops_at[active] & ~ended).nonzero()[:, 0].tolist():
                row = int(active[place])
                if answer_end(tokens[row, : t + 1].tolist()):
                    ended[place] = True
                    ends[row], sizes[row] = "answer", t + 1
        if bool(ended.any()):
            left = (~ended).nonzero()[:, 0]
            active, chosen, lengths = active[left], chosen[left], lengths[left]
            if len(active) == 0:
                break
            cache.batch_select_indices(left)
            mask = None if mask is None else mask[left]
        if t + 1 == options.max_tokens:
            break
        if mask is not None:
            mask = torch.cat([mask, mask.new_ones((len(active), 1))], dim=1)
        logits = model(
            input_ids=chosen[:, None],
            attention_mask=mask,
            position_ids=(lengths + t)[:, None],
            past_key_values=cache,
            use_cache=True,
        ).logits[:, -1]
    rows = tokens.tolist()
    return [Completion(rows[i][: sizes[i]], ends[i]) for i in range(count)]


def _read_prompts(policy: Policy, model: torch.nn.Module, prompts: Sequence[Sequence[int]], room: int):
    """Runs the prompts through the model, each different one once, padded on the left to the longest.

    Gives logits after each prompt, the cache, the mask (None without padding), and lengths.
    """
    different: dict[tuple[int, ...], int] = {}
    which = [different.setdefault(tuple(prompt), len(different)) for prompt in prompts]
    width = max(len(prompt) for prompt in different)
    ids = torch.full((len(different), width), policy.pad_id, dtype=torch.long)
    for prompt, row in different.items():
        ids[row, width - len(prompt) :] = torch.tensor(prompt, dtype=torch.long)
    own = torch.tensor([len(prompt) for prompt in different])
    ids, own = ids.to(policy.device), own.to(policy.device)
    places = torch.arange(width, device=policy.device)[None, :] - (width - own)[:, None]
    mask = None if bool((own == width).all()) else (places >= 0).long()
    cache = roomy_cache(model.config, room)
    logits = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=places.clamp(min=0),
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=1,
    ).logits[:, -1]
    index = torch.tensor(which, device=policy.device)
    if len(different) < len(prompts):
        cache.batch_select_indices(index)
    return logits[index], cache, None if mask is None else mask[index], own[index]


def decode(policy: Policy, completion: Completion) -> str:
    """The text of a completion without special tokens, as the reward service and serving see it."""
    return policy.tokenizer.decode(completion.ids, skip_special_tokens=True)
