"""What a step learns from: sampled completions, their rewards, and the tables of [N, T] figures that the update
needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .config import PpoConfig
from .log_probs import PaddedBatch, completion_scores, hidden_states, pad_batch
from .models import Critic, Policy
from .ppo_faults import MicroBatches
from .prompts import PromptRow
from .reward_client import RewardClient
from .rollout import AnswerEnd, Completion, SamplingOptions, decode, generate, has_answer_tags


@dataclass(frozen=True)
class Sample:
    """A completion of a prompt with the service's answer. `group`: samples of one prompt of a step have the same."""

    row: PromptRow
    group: int
    completion: Completion
    text: str
    answer: dict[str, Any]


@dataclass
class Experience:
    """Samples that have a reward, and their tables [N, T] (0 outside `mask`)."""

    samples: list[Sample]
    mask: Tensor
    scores: Tensor
    old: Tensor | None = None
    entropy: Tensor | None = None
    reference: Tensor | None = None
    values: Tensor | None = None
    advantages: Tensor | None = None
    returns: Tensor | None = None

    def batch(self, indices: Sequence[int], policy: Policy) -> PaddedBatch:
        """The sequences of some samples, padded to the longest of them; its tables have the width of `mask`."""
        chosen = [self.samples[i] for i in indices]
        return pad_batch(
            [s.row.ids for s in chosen],
            [s.completion.ids for s in chosen],
            policy.pad_id,
            policy.device,
            self.mask.shape[1],
        )


def sample(
    config: PpoConfig,
    policy: Policy,
    client: RewardClient,
    answer_end: AnswerEnd,
    sizes: MicroBatches,
    rows: Sequence[tuple[int, PromptRow]],
    at: Tensor | None,
    label: str,
    check: Callable[[], None],
) -> list[Sample]:
    """Completions of `rows` (group, prompt), with rewards asked for in the background as soon as a micro-batch is
    there.

    Prompts of like length are generated together. Results come in the order of `rows`, whatever the micro-batches were.
    @param at: numbers to draw with, a row each (`rollout.uniforms`); None generates greedily
    @param check: called between micro-batches; may raise to end the step
    """
    options = SamplingOptions(config.max_completion_tokens, config.temperature, config.top_p)
    stops = [has_answer_tags(row) for _, row in rows]
    order = sorted(range(len(rows)), key=lambda i: (len(rows[i][1].ids), rows[i][0]))
    completions: dict[int, tuple[Completion, str]] = {}
    pending: list[tuple[list[int], list[Future[list[dict[str, Any]]]]]] = []
    start = 0
    while start < len(order):
        check()

        def attempt(size: int) -> tuple[list[int], list[Completion]]:
            chosen = order[start : start + size]
            with policy.autocast():
                return chosen, generate(
                    policy,
                    [rows[i][1].ids for i in chosen],
                    None if at is None else at[chosen],
                    options,
                    answer_end,
                    [stops[i] for i in chosen],
                )

        chosen, made = sizes.fitting("rollout", attempt)
        for i, completion in zip(chosen, made):
            completions[i] = (completion, decode(policy, completion))
        items = [_item(config, rows[i][1], completions[i][1], f"{label}, {i}: {rows[i][1].id}") for i in chosen]
        pending.append((chosen, client.submit(items)))
        start += len(chosen)
    answers = {i: answer for chosen, futures in pending for i, answer in zip(chosen, client.collect(futures))}
    return [Sample(row, group, *completions[i], answers[i]) for i, (group, row) in enumerate(rows)]


def _item(config: PpoConfig, row: PromptRow, text: str, name: str) -> dict[str, Any]:
    context = dict(row.row.get("context") or {})
    if config.reward.reward is not None:
        context["reward"] = config.reward.reward
    return {
        "id": name,
        "task": row.row["task"],
        "completion": row.opened + text,
        "target": row.row["target"],
        **({"context": context} if context else {}),
    }


def experience_of(samples: Sequence[Sample], device: torch.device) -> Experience:
    """Those samples that have a reward: an item's error is no reward, so its sequence is left out of the step."""
    paid = [each for each in samples if each.answer.get("error") is None]
    width = max((len(each.completion.ids) for each in paid), default=1)
    lengths = torch.tensor([len(each.completion.ids) for each in paid])
    mask = (torch.arange(width)[None, :] < lengths[:, None]).float() if paid else torch.zeros((0, width))
    scores = torch.tensor([float(each.answer["reward"]) for each in paid])
    return Experience(paid, mask.to(device), scores.to(device))


def by_length(experience: Experience, indices: Sequence[int], size: int) -> Iterator[list[int]]:
    """Parts of at most `size`, of sequences of like length, so that little is padded."""
    ordered = sorted(
        indices, key=lambda i: (len(experience.samples[i].row.ids) + len(experience.samples[i].completion.ids), i)
    )
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


@torch.no_grad()
def policy_tables(
    config: PpoConfig, policy: Policy, critic: Critic | None, experience: Experience, sizes: MicroBatches
) -> None:
    """Fills in log-probabilities and entropies of all completions under the policy, and the values of a critic that is
    a
    head on the policy's hidden states."""

    def attempt(size: int) -> tuple[Tensor, Tensor, Tensor | None]:
        old, entropy = torch.zeros_like(experience.mask), torch.zeros_like(experience.mask)
        values = torch.zeros_like(experience.mask) if critic is not None and critic.kind == "head" else None
        for part in by_length(experience, range(len(experience.samples)), size):
            batch = experience.batch(part, policy)
            with policy.autocast():
                states = hidden_states(policy.model, batch)
                old[part], entropy[part] = completion_scores(policy.model, batch, config.temperature, True, states)
                if values is not None:
                    values[part] = state_values(critic, batch, states)
        return old, entropy, values

    experience.old, experience.entropy, experience.values = sizes.fitting("rollout", attempt)


@torch.no_grad()
def reference_table(
    config: PpoConfig, policy: Policy, model: Any, experience: Experience, sizes: MicroBatches
) -> Tensor:
    """Log-probabilities of all completions under the reference model, [N, T]."""

    def attempt(size: int) -> Tensor:
        log_probs = torch.zeros_like(experience.mask)
        for part in by_length(experience, range(len(experience.samples)), size):
            with policy.autocast():
                log_probs[part], _ = completion_scores(
                    model, experience.batch(part, policy), config.temperature, with_entropy=False
                )
        return log_probs

    return sizes.fitting("rollout", attempt)


def batch_values(critic: Critic, policy: Policy, batch: PaddedBatch) -> Tensor:
    """Values [B, T] of the completion tokens, read at the position before each, 0 outside."""
    with policy.autocast():
        # Padding stands behind its row, where causal attention does not see it: without a mask attention is faster.
        values = critic.values(batch.ids, torch.ones_like(batch.ids))
    return batch.table(values[batch.rows, batch.places - 1].float())


def state_values(critic: Critic, batch: PaddedBatch, states: Tensor) -> Tensor:
    """The same for a critic that is a head on the policy's hidden states, where these are there already."""
    return batch.table(critic.values_of(states[batch.rows, batch.places - 1]).float())


@torch.no_grad()
def value_table(policy: Policy, critic: Critic, experience: Experience, sizes: MicroBatches) -> Tensor:
    """Values of all completions as an [N, T] table."""

    def attempt(size: int) -> Tensor:
        values = torch.zeros_like(experience.mask)
        for part in by_length(experience, range(len(experience.samples)), size):
            values[part] = batch_values(critic, policy, experience.batch(part, policy))
        return values

    return sizes.fitting("rollout", attempt)
