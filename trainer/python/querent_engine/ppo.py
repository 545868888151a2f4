"""PPO with a critic, and GRPO: rollout, rewards, advantages, updates, step after step, from wherever a run was left.

A step changes nothing before its rewards are there, so a signal or a lost reward service in the first half of a step
costs only that half: the
run is saved as it was after the step before.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from . import checkpoint
from .config import PpoConfig
from .errors import EXIT_DONE, EXIT_STOPPED, EngineError
from .experience import Experience, Sample, experience_of, sample, token_tables, value_table
from .log_probs import check_output_layer
from .metrics import MetricsLog, say
from .models import load_critic, load_policy, save_hf
from .ppo_faults import MicroBatches, Skips
from .ppo_math import KlController, gae, group_advantages, kl_estimate, learning_rate, token_rewards, whiten
from .ppo_report import PHASES, learning_of, lengths_of, rewards_of, shown_samples, validation_of
from .ppo_update import Learner, UpdateSums, without_dropout
from .prompts import PromptOrder, PromptRow, read_prompts
from .reward_client import RewardClient
from .rollout import AnswerEnd, uniforms
from .stopping import StopRequested

#: The step that numbers of a sampled validation are drawn for: the same at every validation, so that they can be
#: compared.
VALIDATION_STEP = 2**31


class Stopped(Exception):
    """A signal asked the run to end."""


@dataclass
class Seconds:
    """Seconds of a step by phase."""

    phases: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 0.0))

    def timed(self, phase: str) -> Seconds._Timer:
        """A context whose time counts for a phase."""
        return Seconds._Timer(self, phase)

    @dataclass
    class _Timer:
        owner: Seconds
        phase: str
        started: float = 0.0

        def __enter__(self) -> None:
            self.started = time.perf_counter()

        def __exit__(self, *_: object) -> None:
            self.owner.phases[self.phase] += time.perf_counter() - self.started


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

    # -- where it is --

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

    # -- a step --

    def one_step(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Rollout to update of the next step. Gives its line for metrics.jsonl and samples for people."""
        step, started = self.step + 1, time.perf_counter()
        seconds = Seconds()
        with seconds.timed("rollout"):
            samples, waited = self._rollout(step)
        seconds.phases["rewardWait"] = waited
        seconds.phases["rollout"] -= waited
        experience = experience_of(samples, self.policy.device)
        kl, sums = None, None
        self.learner.skips.of_step = 0
        coefficient = self.kl.value
        if len(experience.samples) == 0:
            say(
                "warning",
                code="reward",
                message=f"Step {step}: no completion got a reward, so there is nothing to learn from: "
                f"{samples[0].answer.get('error')}",
            )
            experience = None
        else:
            if len(experience.samples) < len(samples):
                say(
                    "warning",
                    code="reward",
                    message=f"Step {step}: {len(samples) - len(experience.samples)} completions got no reward "
                    "and are left out.",
                )
            kl = self._prepare(experience, seconds)
            rate = self._set_learning_rates(step)
            with seconds.timed("update"):
                sums = self.learner.update(experience, step)
        if kl is not None:
            self.kl.update(kl, len(experience.samples))
        self.step = step
        line = self._line(samples, experience, kl, coefficient, sums, rate if experience else None)
        seconds.phases["save"], self.save_seconds = self.save_seconds, 0.0
        with seconds.timed("validate"):
            line["validation"] = self._validation_if_due(step)
        seconds.phases["total"] = time.perf_counter() - started + seconds.phases["save"]
        line["seconds"] = seconds.phases
        return line, shown_samples(samples, step)

    def _rollout(self, step: int) -> tuple[list[Sample], float]:
        config = self.config
        chosen = self.order.next(config.prompts_per_step)
        rows = [
            (group, self.rows[index]) for group, index in enumerate(chosen) for _ in range(config.samples_per_prompt)
        ]
        at = uniforms(config.seed, step, len(rows), config.max_completion_tokens)
        before = self.client.wait_seconds
        samples = sample(
            config,
            self.policy,
            self.client,
            self.answer_end,
            self.learner.sizes,
            rows,
            at,
            f"step {step}",
            self.check_stop,
        )
        return samples, self.client.wait_seconds - before

    def _prepare(self, experience: Experience, seconds: Seconds) -> float | None:
        """Old and reference log-probabilities, values, advantages, returns. Gives the KL of the step (mean over
        sequences of token means)."""
        config, sizes = self.config, self.learner.sizes
        with seconds.timed("logProbs"):
            experience.old, experience.entropy = token_tables(
                config, self.policy, self.policy.model, experience, sizes, True
            )
        kl, penalty = None, torch.zeros_like(experience.mask)
        if self.kl.value > 0:
            with seconds.timed("reference"), self.policy.reference_log_prob_model() as reference:
                experience.reference, _ = token_tables(config, self.policy, reference, experience, sizes, False)
            penalty = kl_estimate(experience.old, experience.reference, config.kl.estimator)
            kl = float(((penalty * experience.mask).sum(dim=1) / experience.mask.sum(dim=1).clamp(min=1.0)).mean())
        if config.algorithm == "grpo":
            experience.advantages = group_advantages(
                experience.scores, [each.group for each in experience.samples], experience.mask
            )
            return kl
        with seconds.timed("values"):
            experience.values = value_table(self.policy, self.critic, experience, sizes)
        rewards = token_rewards(experience.scores, penalty, experience.mask, self.kl.value)
        experience.advantages, experience.returns = gae(
            rewards, experience.values, experience.mask, config.gamma, config.lambda_
        )
        if config.whiten:
            experience.advantages = whiten(experience.advantages, experience.mask)
        return kl

    def _set_learning_rates(self, step: int) -> float:
        rates = self.config.optimizer
        for optimizer, base in (
            (self.learner.optimizer, rates.learning_rate),
            (self.learner.critic_optimizer, rates.critic_learning_rate),
        ):
            for group in optimizer.param_groups if optimizer is not None else []:
                group["lr"] = learning_rate(base, step, self.config.steps, rates.warmup_share, rates.schedule)
        return self.learner.optimizer.param_groups[0]["lr"]

    def _line(
        self,
        samples: list[Sample],
        experience: Experience | None,
        kl: float | None,
        coefficient: float | None,
        sums: UpdateSums | None,
        rate: float | None,
    ) -> dict[str, Any]:
        generated = sum(len(each.completion.ids) for each in samples)
        trained = 0.0 if sums is None else max(sums.policy_tokens, sums.value_tokens)
        return {
            "kind": "ppo",
            "step": self.step,
            "time": time.time(),
            **rewards_of(samples),
            **learning_of(experience, kl, sums),
            "klCoefficient": coefficient,
            "learningRate": rate,
            **lengths_of(samples),
            "skippedUpdates": self.learner.skips.of_step,
            "microBatch": self.learner.sizes.update,
            "tokens": {"generated": generated, "trained": int(trained)},
            "seconds": dict.fromkeys(PHASES),
            "validation": None,
        }

    # -- validation --

    def _validation_if_due(self, step: int) -> dict[str, Any] | None:
        """A service that stays away costs the figure and not the step, whose updates are made; the next rollout will
        tell."""
        if not self.validation_rows or (step % self.config.validation.every_steps != 0 and step < self.config.steps):
            return None
        try:
            return self.validate()
        except EngineError as error:
            if error.code != "reward":
                raise
            say("warning", code="reward", message=f"Step {step}: no validation: {error.message}")
            return None

    def validate(self) -> dict[str, Any]:
        """Measures the policy on held-out prompts: greedily with one sample a prompt, else with numbers that are the
        same each time."""
        each = self.config.validation.samples
        rows = [(group, row) for group, row in enumerate(self.validation_rows) for _ in range(each)]
        at = (
            None
            if each == 1
            else uniforms(self.config.seed, VALIDATION_STEP, len(rows), self.config.max_completion_tokens)
        )
        return validation_of(
            sample(
                self.config,
                self.policy,
                self.client,
                self.answer_end,
                self.learner.sizes,
                rows,
                at,
                f"validation {self.step}",
                lambda: None,
            )
        )


def run(config: PpoConfig) -> int:
    """Trains by a configuration; returns the exit code. Raises EngineError (see `errors.py`)."""
    ppo = PpoRun(config)
    ppo.stop = StopRequested.listening()
    resumed = ppo.resume()
    # Lines that were written after the checkpoint are written again; without one all are.
    log = MetricsLog(config.out_folder, config.tensorboard, ppo.step if resumed else -1)
    shown = MetricsLog(config.out_folder, False, ppo.step if resumed else -1, name="samples.jsonl")
    if not resumed:
        say("started", kind="ppo", steps=config.steps, prompts=len(ppo.rows), device=str(ppo.policy.device))
    try:
        return _train(ppo, log, shown, fresh=not resumed)
    finally:
        ppo.client.close()
        log.close()
        shown.close()


def _train(ppo: PpoRun, log: MetricsLog, shown: MetricsLog, fresh: bool) -> int:
    config = ppo.config
    if fresh and ppo.validation_rows:
        line = ppo._line([], None, None, None, None, None)
        log.write({**line, "validation": ppo.validate()})
    while ppo.step < config.steps:
        place = ppo.place()
        try:
            ppo.check_stop()
            line, samples = ppo.one_step()
        except (Stopped, EngineError) as reason:
            return _end_early(ppo, place, reason)
        log.write(line)
        for each in samples:
            shown.write(each)
        say(
            "step",
            step=ppo.step,
            steps=config.steps,
            reward=line["reward"]["mean"],
            recall=line["recall"]["mean"],
            kl=line["kl"],
            validation=line["validation"],
            seconds=line["seconds"]["total"],
        )
        newest = checkpoint.newest(ppo.checkpoints)
        ppo.learner.skips.check(ppo.step, str(newest) if newest else None)
        # A checkpoint of weights whose updates are being left out would push out the good ones.
        if ppo.learner.skips.in_a_row == 0 and (ppo.step % config.save.every_steps == 0 or ppo.step == config.steps):
            ppo.save()
    save_hf(ppo.policy, config.out_folder / "model", merged=ppo.policy.is_lora)
    say("done", step=ppo.step, model=str(config.out_folder / "model"))
    return EXIT_DONE


def _end_early(ppo: PpoRun, place: dict[str, Any], reason: Exception) -> int:
    """Saves the state after the last whole step where the step that was begun has changed nothing yet, and ends."""
    if isinstance(reason, EngineError) and reason.code != "reward":
        raise reason
    if ppo.step == place["step"]:
        ppo.restore_place(place)
        ppo.save()
    if isinstance(reason, EngineError):
        raise reason
    say("stopped", step=ppo.step, signal=ppo.stop.signal_name)
    return EXIT_STOPPED
