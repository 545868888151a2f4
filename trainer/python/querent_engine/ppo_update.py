"""The updates of a step: epochs of mini-batches, each summed up over micro-batches, with clipped policy and value
losses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from .config import PpoConfig
from .experience import Experience, batch_values, by_length, state_values
from .log_probs import PaddedBatch, completion_scores, hidden_states
from .models import Critic, Policy
from .ppo_faults import MicroBatches, NotFinite, Skips
from .ppo_math import kl_estimate, policy_loss, value_loss


@dataclass
class UpdateSums:
    """Sums over tokens of what the updates of a step measured; means are over tokens."""

    policy_tokens: float = 0.0
    value_tokens: float = 0.0
    sums: dict[str, float] = field(default_factory=dict)
    ratio_max: float = 0.0
    grad_norms: list[float] = field(default_factory=list)
    critic_grad_norms: list[float] = field(default_factory=list)

    def add(self, **sums: Tensor) -> None:
        """Adds to the sums by name."""
        for name, value in sums.items():
            self.sums[name] = self.sums.get(name, 0.0) + float(value)

    def merge(self, other: UpdateSums) -> None:
        """Takes in those of a mini-batch."""
        self.policy_tokens += other.policy_tokens
        self.value_tokens += other.value_tokens
        for name, value in other.sums.items():
            self.sums[name] = self.sums.get(name, 0.0) + value
        self.ratio_max = max(self.ratio_max, other.ratio_max)
        self.grad_norms += other.grad_norms
        self.critic_grad_norms += other.critic_grad_norms

    def mean(self, name: str, tokens: float) -> float | None:
        """Mean of a sum over tokens; None where nothing was updated."""
        return self.sums[name] / tokens if name in self.sums and tokens > 0 else None


@dataclass
class Learner:
    """What is updated. `critic` and its optimizer are None for GRPO."""

    config: PpoConfig
    policy: Policy
    critic: Critic | None
    optimizer: torch.optim.Optimizer
    critic_optimizer: torch.optim.Optimizer | None
    sizes: MicroBatches
    skips: Skips

    def update(self, experience: Experience, step: int) -> UpdateSums:
        """All updates of a step. Those whose loss or gradient is no finite number are left out and counted."""
        sums = UpdateSums()
        count, size = len(experience.samples), self.config.mini_batch_size
        for epoch in range(self.config.epochs):
            generator = torch.Generator().manual_seed(
                (self.config.seed * 1_000_003 + step * 7_919 + epoch * 104_729 + 29) % 2**63
            )
            order = torch.randperm(count, generator=generator).tolist()
            for start in range(0, count, size):
                part = order[start : start + size]
                try:
                    made = self.sizes.fitting("update", lambda micro: self._gradients(experience, part, micro, step))
                    self._step(made)
                except NotFinite as fault:
                    self._clear()
                    self.skips.skipped(step, str(fault))
                else:
                    sums.merge(made)
                    self.skips.done()
        self._clear()
        return sums

    def _gradients(self, experience: Experience, indices: Sequence[int], micro: int, step: int) -> UpdateSums:
        """Gradients of the token means over a mini-batch, summed up over micro-batches, so that their size changes
        nothing but rounding."""
        self._clear()
        sums = UpdateSums()
        tokens = experience.mask[list(indices)].sum()
        trains_policy = step > self.config.critic.warmup_steps or self.critic is None
        # Checkpointing of activations works in training mode only; dropout has been switched off (`without_dropout`).
        with self._training():
            for part in by_length(experience, indices, micro):
                batch = experience.batch(part, self.policy)
                states = self._policy_gradient(experience, part, batch, tokens, sums) if trains_policy else None
                if self.critic is not None:
                    self._value_gradient(experience, part, batch, states, tokens, sums)
        sums.policy_tokens = float(tokens) if trains_policy else 0.0
        sums.value_tokens = float(tokens) if self.critic is not None else 0.0
        return sums

    def _policy_gradient(
        self, experience: Experience, part: list[int], batch: PaddedBatch, tokens: Tensor, sums: UpdateSums
    ) -> Tensor:
        """Adds a micro-batch's gradient to the policy's; gives its hidden states, without their graph."""
        config, mask = self.config, experience.mask[part]
        with_entropy = config.entropy_coefficient > 0
        with self.policy.autocast():
            states = hidden_states(self.policy.model, batch)
            new, entropy = completion_scores(self.policy.model, batch, config.temperature, with_entropy, states)
        result = policy_loss(new, experience.old[part], experience.advantages[part], config.clip, config.dual_clip)
        loss = (result.losses * mask).sum() / tokens
        total = loss
        if entropy is not None:
            total = total - config.entropy_coefficient * (entropy * mask).sum() / tokens
        if config.algorithm == "grpo" and experience.reference is not None:
            total = (
                total
                + config.kl.coefficient
                * (_kl_term(new, experience.reference[part], config.kl.estimator) * mask).sum()
                / tokens
            )
        _finite(total, "the policy's loss")
        total.backward()
        sums.add(policy_loss=(result.losses * mask).sum().detach(), clipped=(result.clipped * mask).sum())
        sums.ratio_max = max(sums.ratio_max, float((result.ratio.detach() * mask).max()))
        return states.detach()

    def _value_gradient(
        self,
        experience: Experience,
        part: list[int],
        batch: PaddedBatch,
        states: Tensor | None,
        tokens: Tensor,
        sums: UpdateSums,
    ) -> None:
        mask = experience.mask[part]
        if self.critic.kind == "head" and states is not None:
            values = state_values(self.critic, batch, states)
        else:
            values = batch_values(self.critic, self.policy, batch)
        losses, clipped = value_loss(values, experience.values[part], experience.returns[part], self.config.value_clip)
        loss = self.config.value_coefficient * (losses * mask).sum() / tokens
        _finite(loss, "the critic's loss")
        loss.backward()
        sums.add(value_loss=(losses * mask).sum().detach(), value_clipped=(clipped * mask).sum())

    def _step(self, sums: UpdateSums) -> None:
        """One step of both optimizers, if both gradients are finite."""
        clip = self.config.optimizer.gradient_clip
        if sums.policy_tokens > 0:
            norm = nn.utils.clip_grad_norm_(self.policy.trained_parameters(), clip)
            _finite(norm, "the policy's gradient")
            sums.grad_norms.append(float(norm))
        if self.critic is not None:
            norm = nn.utils.clip_grad_norm_(self.critic.parameters(), clip)
            _finite(norm, "the critic's gradient")
            sums.critic_grad_norms.append(float(norm))
        if sums.policy_tokens > 0:
            self.optimizer.step()
        if self.critic_optimizer is not None:
            self.critic_optimizer.step()

    @contextmanager
    def _training(self) -> Iterator[None]:
        with self.policy.training():
            if self.critic is not None:
                self.critic.train()
            try:
                yield
            finally:
                if self.critic is not None:
                    self.critic.train(False)

    def _clear(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        if self.critic_optimizer is not None:
            self.critic_optimizer.zero_grad(set_to_none=True)


def _kl_term(new: Tensor, reference: Tensor, estimator: str) -> Tensor:
    """The estimator's value with the gradient of k2, whose expectation is that of KL; k1 and k3 have another one as a
    loss."""
    exact = kl_estimate(new, reference, "k2")
    return exact - exact.detach() + kl_estimate(new.detach(), reference, estimator)


def _finite(value: Tensor, what: str) -> None:
    number = float(value.detach())
    if not math.isfinite(number):
        raise NotFinite(f"{what} is {number}")
