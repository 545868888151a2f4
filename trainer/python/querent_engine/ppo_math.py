"""The arithmetic of PPO and GRPO on tensors: pure functions, no model and no state.

Shapes: ``[B, T]`` is sequences x tokens of the completion, padded on the right. A mask is 1.0 on tokens that count and
0.0 elsewhere; what
stands in masked positions influences nothing. Values belong to the token that comes next: the value of completion
token t is read at the
position before it. Formulas as in verl 0.9 (`verl/trainer/ppo/core_algos.py`, `verl/utils/torch_functional.py`) with
its defaults, so that a
plan means the same in both engines; the tests compare them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

KL_ESTIMATORS = ("k1", "abs", "k2", "k3")


def completion_mask(ids: Tensor, eos_ids: Sequence[int], lengths: Tensor | None = None) -> Tensor:
    """1.0 up to and including the first end-of-sequence token of each row, 0.0 behind it; `lengths` (tokens a row)
    cuts rows that have none."""
    ends = torch.isin(ids, torch.tensor(list(eos_ids), device=ids.device)).int()
    mask = (ends.cumsum(dim=1) - ends) == 0
    if lengths is not None:
        mask &= torch.arange(ids.shape[1], device=ids.device)[None, :] < lengths[:, None]
    return mask.float()


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Mean over the positions of the mask; 0 where there is none."""
    return (torch.where(mask > 0, values, 0.0)).sum() / mask.sum().clamp(min=1.0)


def masked_variance(values: Tensor, mask: Tensor) -> Tensor:
    """Unbiased variance over the positions of the mask (n - 1 in the denominator); 0 where there are fewer than two."""
    count = mask.sum()
    centred = torch.where(mask > 0, values - masked_mean(values, mask), 0.0)
    return centred.square().sum() / (count - 1).clamp(min=1.0)


def whiten(values: Tensor, mask: Tensor, epsilon: float = 1e-8) -> Tensor:
    """Mean 0 and unbiased variance 1 over the positions of the mask; 0 elsewhere."""
    scaled = (values - masked_mean(values, mask)) * torch.rsqrt(masked_variance(values, mask) + epsilon)
    return torch.where(mask > 0, scaled, 0.0)


def kl_estimate(log_probs: Tensor, reference: Tensor, estimator: str) -> Tensor:
    """Estimates of KL(policy || reference) a token (Schulman 2020, "Approximating KL divergence"), d = log_probs -
    reference:
    k1 = d, abs = |d|, k2 = d^2 / 2, k3 = exp(-d) + d - 1 with d within +-20 and the result within +-10."""
    difference = log_probs - reference
    if estimator == "k1":
        return difference
    if estimator == "abs":
        return difference.abs()
    if estimator == "k2":
        return 0.5 * difference.square()
    if estimator == "k3":
        bounded = difference.clamp(-20.0, 20.0)
        return (torch.exp(-bounded) + bounded - 1.0).clamp(-10.0, 10.0)
    raise ValueError(f"kl.estimator is {estimator!r}: one of {', '.join(KL_ESTIMATORS)}")


def token_rewards(scores: Tensor, kl: Tensor, mask: Tensor, coefficient: float) -> Tensor:
    """Rewards a token: -coefficient * KL everywhere, and the score of the sequence on its last token of the mask."""
    rewards = torch.where(mask > 0, -coefficient * kl, 0.0)
    last = (mask.sum(dim=1).long() - 1).clamp(min=0)
    on_last = torch.zeros_like(rewards).scatter(1, last[:, None], scores[:, None].to(rewards.dtype))
    return rewards + on_last * mask


def gae(rewards: Tensor, values: Tensor, mask: Tensor, gamma: float, lam: float) -> tuple[Tensor, Tensor]:
    """Generalised advantage estimation (Schulman et al. 2016) from the end of each row, and returns = advantages +
    values.

    Positions outside the mask carry what came after them unchanged, so their content counts for nothing; both results
    are 0 there.
    """
    inside = mask > 0
    next_value = torch.zeros_like(values[:, 0])
    advantage = torch.zeros_like(values[:, 0])
    columns = []
    for t in range(rewards.shape[1] - 1, -1, -1):
        delta = rewards[:, t] + gamma * next_value - values[:, t]
        advantage = torch.where(inside[:, t], delta + gamma * lam * advantage, advantage)
        next_value = torch.where(inside[:, t], values[:, t], next_value)
        columns.append(advantage)
    advantages = torch.stack(columns[::-1], dim=1)
    advantages = torch.where(inside, advantages, 0.0)
    return advantages, torch.where(inside, advantages + values, 0.0)


def group_advantages(scores: Tensor, groups: Sequence[int], mask: Tensor, epsilon: float = 1e-6) -> Tensor:
    """GRPO (Shao et al. 2024): (score - mean of its group) / (unbiased standard deviation of its group + epsilon), on
    every token of the mask.

    A group of one has nothing to be compared with and keeps its score, as in verl.
    """
    index = torch.as_tensor(list(groups), device=scores.device)
    advantages = torch.empty_like(scores)
    for group in torch.unique(index):
        members = index == group
        own = scores[members]
        advantages[members] = (own - own.mean()) / (own.std() + epsilon) if len(own) > 1 else own
    return advantages[:, None] * mask


@dataclass(frozen=True)
class PolicyLoss:
    """`losses` a token; `clipped` marks tokens whose clipped term counted; `ratio` = new / old probability. All `[B,
    T]`."""

    losses: Tensor
    clipped: Tensor
    ratio: Tensor


def policy_loss(
    new: Tensor, old: Tensor, advantages: Tensor, clip: float, dual_clip: float | None = None
) -> PolicyLoss:
    """Clipped surrogate of PPO (Schulman et al. 2017), a token: max(-A r, -A clamp(r, 1 - clip, 1 + clip)), r =
    exp(new - old) with the
    exponent within +-20. With `dual_clip` c > 1 (Ye et al. 2020) the loss of a negative advantage is at most -A c."""
    ratio = torch.exp((new - old).clamp(-20.0, 20.0))
    plain = -advantages * ratio
    bounded = -advantages * ratio.clamp(1.0 - clip, 1.0 + clip)
    losses = torch.maximum(plain, bounded)
    if dual_clip is not None:
        losses = torch.where(advantages < 0, torch.minimum(losses, -advantages * dual_clip), losses)
    return PolicyLoss(losses, (bounded > plain).float(), ratio)


def value_loss(predicted: Tensor, old: Tensor, returns: Tensor, clip: float) -> tuple[Tensor, Tensor]:
    """Clipped value loss a token: max((V - R)^2, (V within old +- clip - R)^2) / 2, and where the clipped error was
    the larger one."""
    bounded = torch.maximum(torch.minimum(predicted, old + clip), old - clip)
    plain, clipped = (predicted - returns).square(), (bounded - returns).square()
    return 0.5 * torch.maximum(plain, clipped), (clipped > plain).float()


def explained_variance(values: Tensor, returns: Tensor, mask: Tensor) -> float | None:
    """1 - Var(returns - values) / Var(returns) over the mask: 1 is a perfect critic, 0 a constant one. None where
    returns do not vary."""
    variance = masked_variance(returns, mask)
    if float(variance) < 1e-12:
        return None
    return float(1.0 - masked_variance(returns - values, mask) / variance)


class KlController:
    """Weight of the KL term. `fixed` stays; `adaptive` (Ziegler et al. 2019) is multiplied by 1 + e n / horizon, where
    e = KL / target - 1 within +-0.2 and n is the number of sequences of the step."""

    def __init__(self, coefficient: float, controller: str = "fixed", target: float = 0.1, horizon: float = 10_000.0):
        self.value = coefficient
        self.controller = controller
        self.target = target
        self.horizon = horizon

    def update(self, kl: float, sequences: int) -> None:
        """Takes in the mean KL a token of a step of so many sequences."""
        if self.controller == "adaptive" and self.target > 0:
            error = min(max(kl / self.target - 1.0, -0.2), 0.2)
            self.value *= 1.0 + error * sequences / self.horizon


def learning_rate(base: float, step: int, steps: int, warmup_share: float, schedule: str) -> float:
    """Learning rate of a step (1 is the first): linear warm-up over `warmup_share` of the steps, then constant, or a
    cosine down to a tenth
    after the last step."""
    warmup = int(round(warmup_share * steps))
    if step <= warmup:
        return base * step / max(1, warmup)
    if schedule == "constant":
        return base
    progress = (step - warmup - 1) / max(1, steps - warmup)
    return base * (0.1 + 0.45 * (1.0 + math.cos(math.pi * min(1.0, progress))))
