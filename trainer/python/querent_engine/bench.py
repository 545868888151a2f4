"""``python -m querent_engine bench --config FILE``: what this engine's rollout and update cost beside plain
transformers.

The configuration is one of ``ppo``; no reward service is asked. Plain rollout: ``model.generate`` over the same
prompts in the order they come,
padded on the left, as many at once. Plain update: the same sequences in the order they come, as many at once, a
forward pass with mask that gives
all logits, the same losses, torch's AdamW as it comes. Each repetition measures all four in turn, so that what slows
the machine for a while
slows all of them; learning rates are 0, so that each repetition has the same work. Prints one line of JSON.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from statistics import median
from typing import Any

import torch
import transformers
from torch import Tensor, nn

from .config import PpoConfig
from .errors import EXIT_DONE
from .experience import Experience, Sample, experience_of, policy_tables, sample, value_table
from .ppo_math import gae, policy_loss, token_rewards, value_loss, whiten
from .ppo_state import PpoRun
from .prompts import PromptRow, left_padded
from .rollout import uniforms

REPETITIONS = 5


class NoRewards:
    """In the place of the client: every completion has a reward at once, by its length."""

    wait_seconds = 0.0

    def submit(self, items: Sequence[dict[str, Any]]) -> list[Future[list[dict[str, Any]]]]:
        """Answers that are there already."""
        future: Future[list[dict[str, Any]]] = Future()
        future.set_result(
            [{"id": each["id"], "reward": len(each["completion"]) % 7 / 7, "error": None} for each in items]
        )
        return [future]

    def collect(self, futures: Sequence[Future[list[dict[str, Any]]]]) -> list[dict[str, Any]]:
        """What `submit` promised."""
        return [each for future in futures for each in future.result()]


def run(config: PpoConfig, repetitions: int = REPETITIONS) -> int:
    """Measures, and prints the figures."""
    ppo = PpoRun(config, NoRewards())  # type: ignore[arg-type]
    for optimizer in (ppo.learner.optimizer, ppo.learner.critic_optimizer):
        for group in optimizer.param_groups if optimizer is not None else []:
            group["lr"] = 0.0
    plain = PlainTraining(ppo)
    chosen = ppo.order.next(config.prompts_per_step)
    rows = [(group, ppo.rows[i]) for group, i in enumerate(chosen) for _ in range(config.samples_per_prompt)]
    figures: dict[str, list[float]] = {name: [] for name in ("rollout", "plainRollout", "update", "plainUpdate")}
    tokens = 0
    for repetition in range(repetitions + 1):
        at = uniforms(config.seed, repetition, len(rows), config.max_completion_tokens)
        seconds, samples = timed(lambda: _rollout(ppo, rows, at))  # noqa: B023, called at once
        own = {"rollout": _tokens(samples) / seconds}
        seconds, generated = timed(lambda: plain_rollout(ppo, [row for _, row in rows]))
        own["plainRollout"] = generated / seconds
        experience = _experience(ppo, samples)
        tokens = int(experience.mask.sum())
        seconds, _ = timed(lambda: ppo.learner.update(experience, ppo.config.critic.warmup_steps + 1))  # noqa: B023
        own["update"] = tokens * config.epochs / seconds
        seconds, _ = timed(lambda: plain.update(experience))  # noqa: B023
        own["plainUpdate"] = tokens * config.epochs / seconds
        # The first one warms up.
        for name, value in own.items() if repetition > 0 else []:
            figures[name].append(value)
    print(json.dumps(_summary(ppo, figures, rows, tokens)), flush=True)
    return EXIT_DONE


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of a piece of work, with what a GPU still has to do, and its result."""
    started = time.perf_counter()
    result = work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started, result


def _rollout(ppo: PpoRun, rows: Sequence[tuple[int, PromptRow]], at: Tensor) -> list[Sample]:
    sizes = ppo.learner.sizes
    return sample(ppo.config, ppo.policy, ppo.client, ppo.answer_end, sizes, rows, at, "bench", lambda: None)


@torch.no_grad()
def plain_rollout(ppo: PpoRun, rows: Sequence[PromptRow]) -> int:
    """Tokens that `generate` of transformers makes for the same prompts, up to and including the first end token of
    each."""
    config, policy, generated = ppo.config, ppo.policy, 0
    eos = torch.tensor(policy.eos_ids, device=policy.device)
    for start in range(0, len(rows), config.rollout_micro_batch):
        part = rows[start : start + config.rollout_micro_batch]
        ids, mask = (torch.tensor(x, device=policy.device) for x in left_padded([r.ids for r in part], policy.pad_id))
        with policy.autocast():
            made = policy.model.generate(
                input_ids=ids, attention_mask=mask, max_new_tokens=config.max_completion_tokens, do_sample=True,
                temperature=config.temperature, top_k=0, top_p=config.top_p, repetition_penalty=1.0,
                eos_token_id=policy.eos_ids, pad_token_id=policy.pad_id,
            )[:, ids.shape[1] :]  # fmt: skip
        ends = torch.isin(made, eos).int()
        generated += int(((ends.cumsum(dim=1) - ends) == 0).sum())
    return generated


class PlainTraining:
    """The update as one writes it with transformers and torch at first."""

    def __init__(self, ppo: PpoRun) -> None:
        self.ppo = ppo
        rates = ppo.config.optimizer
        self.parameters = [*ppo.policy.trained_parameters(), *(ppo.critic.parameters() if ppo.critic else [])]
        self.optimizer = torch.optim.AdamW(self.parameters, lr=0.0, weight_decay=rates.weight_decay)

    def update(self, experience: Experience) -> None:
        """All epochs over the sequences, in the order they come."""
        config, count = self.ppo.config, len(experience.samples)
        for _ in range(config.epochs):
            for start in range(0, count, config.mini_batch_size):
                part = range(start, min(count, start + config.mini_batch_size))
                self.optimizer.zero_grad()
                tokens = experience.mask[list(part)].sum()
                with self.ppo.policy.training():
                    for at in range(0, len(part), config.micro_batch_size):
                        self._backward(experience, list(part[at : at + config.micro_batch_size]), tokens)
                nn.utils.clip_grad_norm_(self.parameters, config.optimizer.gradient_clip)
                self.optimizer.step()

    def _backward(self, experience: Experience, part: list[int], tokens: Tensor) -> None:
        ppo, config = self.ppo, self.ppo.config
        batch, mask = experience.batch(part, ppo.policy), experience.mask[part]
        with ppo.policy.autocast():
            logits = ppo.policy.model(input_ids=batch.ids, attention_mask=batch.attention, use_cache=False).logits
        log_probs = torch.log_softmax(logits[:, :-1].float() / config.temperature, dim=-1)
        own = log_probs.gather(-1, batch.ids[:, 1:, None])[:, :, 0]
        new = batch.table(own[batch.rows, batch.places - 1])
        losses = policy_loss(
            new, experience.old[part], experience.advantages[part], config.clip, config.dual_clip
        ).losses
        loss = (losses * mask).sum() / tokens
        if ppo.critic is not None:
            with ppo.policy.autocast():
                values = ppo.critic.values(batch.ids, batch.attention)
            table = batch.table(values[batch.rows, batch.places - 1].float())
            loss = (
                loss
                + (
                    value_loss(table, experience.values[part], experience.returns[part], config.value_clip)[0] * mask
                ).sum()
                / tokens
            )
        loss.backward()


def _experience(ppo: PpoRun, samples: Sequence[Sample]) -> Experience:
    experience = experience_of(samples, ppo.policy.device)
    sizes = ppo.learner.sizes
    policy_tables(ppo.config, ppo.policy, ppo.critic, experience, sizes)
    if ppo.critic is None:
        experience.advantages = experience.mask * 0.5
        return experience
    if experience.values is None:
        experience.values = value_table(ppo.policy, ppo.critic, experience, sizes)
    rewards = token_rewards(experience.scores, torch.zeros_like(experience.mask), experience.mask, 0.0)
    advantages, experience.returns = gae(
        rewards, experience.values, experience.mask, ppo.config.gamma, ppo.config.lambda_
    )
    experience.advantages = whiten(advantages, experience.mask)
    return experience


def _tokens(samples: Sequence[Sample]) -> int:
    return sum(len(each.completion.ids) for each in samples)


def _summary(ppo: PpoRun, figures: dict[str, list[float]], rows: Sequence[Any], tokens: int) -> dict[str, Any]:
    config = ppo.config
    ratios = {name: [a / b for a, b in zip(figures[name], figures[other], strict=True)]
              for name, other in (("rollout", "plainRollout"), ("update", "plainUpdate"))}  # fmt: skip
    # Seconds for a token that is generated and trained once, plain over ours.
    step = [
        (1 / pr + 1 / pu) / (1 / r + 1 / u)
        for r, pr, u, pu in zip(
            *(figures[n] for n in ("rollout", "plainRollout", "update", "plainUpdate")), strict=True
        )
    ]
    return {
        "tokensPerSecond": {name: _median_and_spread(values) for name, values in figures.items()},
        "ratio": {name: _median_and_spread(values) for name, values in {**ratios, "step": step}.items()},
        "repetitions": len(step), "sequences": len(rows), "tokens": tokens,
        "promptTokens": sum(len(row.ids) for _, row in rows),
        "parameters": sum(p.numel() for p in ppo.policy.model.parameters()),
        "vocabulary": ppo.policy.model.config.vocab_size, "device": str(ppo.policy.device), "dtype": config.dtype,
        "threads": torch.get_num_threads(), "torch": torch.__version__, "transformers": transformers.__version__,
        "python": platform.python_version(),
    }  # fmt: skip


def _median_and_spread(values: Sequence[float]) -> dict[str, float]:
    return {"median": median(values), "spread": max(values) - min(values)}
