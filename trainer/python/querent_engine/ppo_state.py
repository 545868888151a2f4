"""A run of PPO: what it learns with, where it is, and how that is saved and found again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch

from . import checkpoint
from .config import PpoConfig
from .log_probs import check_output_layer
from .metrics import say
from .models import load_critic, load_policy, without_dropout
from .ppo_faults import MicroBatches, Skips
from .ppo_math import KlController
from .ppo_update import Learner
from .prompts import PromptOrder, PromptRow, read_prompts
from .reward_client import RewardClient
from .rollout import AnswerEnd
from .stopping import StopRequested


class Stopped(Exception):
    """A signal asked the run to end."""


class PpoRun:
    """One run: what it learns with, where it is, and where it writes."""

    def __init__(self, config: PpoConfig, client: RewardClient | None = None) -> None:
        self.config = config
        checkpoint.seed_everything(config.seed)
        self.policy = load_policy(config)
        self.critic = load_critic(config, self.policy)
        without_dropout(self.policy.model)
        if self.critic is not None:
            without_dropout(self.critic.modules())
        self.rows = self._read(config.data.train)
        self.validation_rows = (
            self._read(config.data.validation)[: config.validation.prompts] if config.data.validation else []
        )
        check_output_layer(self.policy.model, (self.rows[0].ids + self.policy.eos_ids[:1])[-32:], self.policy.device)
        rates = config.optimizer
        self.learner = Learner(
            config,
            self.policy,
            self.critic,
            self._adam(self.policy.trained_parameters(), rates.learning_rate),
            None if self.critic is None else self._adam(self.critic.parameters(), rates.critic_learning_rate),
            MicroBatches(config.rollout_micro_batch, config.micro_batch_size),
            Skips(),
        )
        self.kl = KlController(config.kl.coefficient, config.kl.controller, config.kl.target, config.kl.horizon)
        self.order = PromptOrder(len(self.rows), config.seed)
        self.answer_end = AnswerEnd(self.policy)
        self.client = client or RewardClient(config.reward)
        self.stop = StopRequested()
        self.checkpoints = config.out_folder / "checkpoints"
        self.step = 0
        self.save_seconds = 0.0

    def _read(self, path: str) -> list[PromptRow]:
        rows, left_out = read_prompts(path, self.policy.tokenizer, self.config.max_prompt_tokens)
        if left_out:
            say(
                "warning",
                code="long-prompts",
                message=f"{path}: {left_out} prompts are longer than "
                f"maxPromptTokens ({self.config.max_prompt_tokens}) and left out; {len(rows)} are used.",
            )
        return rows

    def _adam(self, parameters: list[torch.nn.Parameter], rate: float) -> torch.optim.AdamW:
        rates = self.config.optimizer
        first, second = rates.betas
        return torch.optim.AdamW(
            parameters, lr=rate, betas=(first, second), weight_decay=rates.weight_decay, fused=True
        )

    def resume(self) -> bool:
        """Goes on from the newest complete checkpoint; False where there is none."""
        path = checkpoint.newest(self.checkpoints)
        if path is None:
            return False
        state = checkpoint.load(path)
        checkpoint.check_same_config(state["config"], self.config.values)
        self.policy.load_state_dict(state["policy"])
        self.learner.optimizer.load_state_dict(state["optimizer"])
        if self.critic is not None and self.learner.critic_optimizer is not None:
            self.critic.load_state_dict(state["critic"])
            self.learner.critic_optimizer.load_state_dict(state["criticOptimizer"])
        self.restore_place(state["place"])
        self.step = state["place"]["step"]
        say("resumed", step=self.step, checkpoint=str(path))
        return True

    def place(self) -> dict[str, Any]:
        """What a step moves on beside the weights."""
        return {
            "step": self.step,
            "order": self.order.state_dict(),
            "kl": self.kl.value,
            "rng": checkpoint.rng_state(),
            "sizes": self.learner.sizes.state_dict(),
            "skips": self.learner.skips.in_a_row,
        }

    def restore_place(self, place: dict[str, Any]) -> None:
        """Goes back to what `place` gave."""
        self.order.load_state_dict(place["order"])
        self.kl.value = place["kl"]
        self.learner.sizes.load_state_dict(place["sizes"])
        self.learner.skips.in_a_row = place["skips"]
        checkpoint.restore_rng(place["rng"])

    def save(self) -> Path | None:
        """A checkpoint of the step that was done last; None where it is there already."""
        newest = checkpoint.newest(self.checkpoints)
        if newest is not None and checkpoint.step_of(newest) == self.step:
            return None
        started = time.perf_counter()
        state = {
            "policy": self.policy.state_dict(),
            "optimizer": self.learner.optimizer.state_dict(),
            "place": self.place(),
            "config": self.config.values,
        }
        if self.critic is not None and self.learner.critic_optimizer is not None:
            state |= {"critic": self.critic.state_dict(), "criticOptimizer": self.learner.critic_optimizer.state_dict()}
        path = checkpoint.save(self.checkpoints, self.step, state, self.config.save.keep)
        self.save_seconds += time.perf_counter() - started
        say("saved", step=self.step, checkpoint=str(path))
        return path

    def check_stop(self) -> None:
        """Raises Stopped after a signal."""
        if self.stop.is_set:
            raise Stopped
