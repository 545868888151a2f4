"""A step of PPO: rollout, rewards, old and reference log-probabilities, values, advantages, updates; and validation."""

from __future__ import annotations

import time
from typing import Any

import torch

from .errors import EngineError
from .experience import Experience, Sample, experience_of, policy_tables, reference_table, sample, value_table
from .metrics import say
from .ppo_math import gae, group_advantages, kl_estimate, learning_rate, token_rewards, whiten
from .ppo_report import PHASES, Seconds, learning_of, lengths_of, rewards_of, shown_samples, validation_of
from .ppo_state import PpoRun
from .ppo_update import UpdateSums
from .rollout import uniforms

#: The step that numbers of a sampled validation are drawn for: the same at every validation, so that they can be
#: compared.
VALIDATION_STEP = 2**31


def one_step(run: PpoRun) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Rollout to update of the next step. Gives its line for metrics.jsonl and samples for people."""
    step, started = run.step + 1, time.perf_counter()
    seconds = Seconds()
    with seconds.timed("rollout"):
        samples, waited = _rollout(run, step)
    seconds.phases["rewardWait"] = waited
    seconds.phases["rollout"] -= waited
    experience = experience_of(samples, run.policy.device)
    kl, sums = None, None
    run.learner.skips.of_step = 0
    coefficient = run.kl.value
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
        kl = _prepare(run, experience, seconds)
        rate = _set_learning_rates(run, step)
        with seconds.timed("update"):
            sums = run.learner.update(experience, step)
    if kl is not None:
        run.kl.update(kl, len(experience.samples))
    run.step = step
    line = line_of(run, samples, experience, kl, coefficient, sums, rate if experience else None)
    seconds.phases["save"], run.save_seconds = run.save_seconds, 0.0
    with seconds.timed("validate"):
        line["validation"] = _validation_if_due(run, step)
    seconds.phases["total"] = time.perf_counter() - started + seconds.phases["save"]
    line["seconds"] = seconds.phases
    return line, shown_samples(samples, step)


def _rollout(run: PpoRun, step: int) -> tuple[list[Sample], float]:
    config = run.config
    chosen = run.order.next(config.prompts_per_step)
    rows = [(group, run.rows[index]) for group, index in enumerate(chosen) for _ in range(config.samples_per_prompt)]
    at = uniforms(config.seed, step, len(rows), config.max_completion_tokens)
    before = run.client.wait_seconds
    samples = sample(
        config,
        run.policy,
        run.client,
        run.answer_end,
        run.learner.sizes,
        rows,
        at,
        f"step {step}",
        run.check_stop,
    )
    return samples, run.client.wait_seconds - before


def _prepare(run: PpoRun, experience: Experience, seconds: Seconds) -> float | None:
    """Old and reference log-probabilities, values, advantages, returns. Gives the KL of the step (mean over
    sequences of token means)."""
    config, sizes = run.config, run.learner.sizes
    with seconds.timed("logProbs"):
        policy_tables(config, run.policy, run.critic, experience, sizes)
    kl, penalty = None, torch.zeros_like(experience.mask)
    if run.kl.value > 0:
        with seconds.timed("reference"), run.policy.reference_log_prob_model() as reference:
            experience.reference = reference_table(config, run.policy, reference, experience, sizes)
        penalty = kl_estimate(experience.old, experience.reference, config.kl.estimator)
        kl = float(((penalty * experience.mask).sum(dim=1) / experience.mask.sum(dim=1).clamp(min=1.0)).mean())
    if config.algorithm == "grpo":
        groups = [each.group for each in experience.samples]
        experience.advantages = group_advantages(experience.scores, groups, experience.mask)
        # One whose companions got no reward has nothing to be compared with: its bare score would be an advantage.
        experience.advantages[[groups.count(group) == 1 for group in groups]] = 0.0
        return kl
    if experience.values is None:
        with seconds.timed("values"):
            experience.values = value_table(run.policy, run.critic, experience, sizes)
    rewards = token_rewards(experience.scores, penalty, experience.mask, run.kl.value)
    experience.advantages, experience.returns = gae(
        rewards, experience.values, experience.mask, config.gamma, config.lambda_
    )
    if config.whiten:
        experience.advantages = whiten(experience.advantages, experience.mask)
    return kl


def _set_learning_rates(run: PpoRun, step: int) -> float:
    rates = run.config.optimizer
    for optimizer, base in (
        (run.learner.optimizer, rates.learning_rate),
        (run.learner.critic_optimizer, rates.critic_learning_rate),
    ):
        for group in optimizer.param_groups if optimizer is not None else []:
            group["lr"] = learning_rate(base, step, run.config.steps, rates.warmup_share, rates.schedule)
    return run.learner.optimizer.param_groups[0]["lr"]


def line_of(
    run: PpoRun,
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
        "step": run.step,
        "time": time.time(),
        **rewards_of(samples),
        **learning_of(experience, kl, sums),
        "klCoefficient": coefficient,
        "learningRate": rate,
        **lengths_of(samples),
        "skippedUpdates": run.learner.skips.of_step,
        "microBatch": run.learner.sizes.update,
        "tokens": {"generated": generated, "trained": int(trained)},
        "seconds": dict.fromkeys(PHASES),
        "validation": None,
    }


def _validation_if_due(run: PpoRun, step: int) -> dict[str, Any] | None:
    """A service that stays away costs the figure and not the step, whose updates are made; the next rollout will
    tell."""
    if not run.validation_rows or (step % run.config.validation.every_steps != 0 and step < run.config.steps):
        return None
    try:
        return validate(run)
    except EngineError as error:
        if error.code != "reward":
            raise
        say("warning", code="reward", message=f"Step {step}: no validation: {error.message}")
        return None


def validate(run: PpoRun) -> dict[str, Any]:
    """Measures the policy on held-out prompts: greedily with one sample a prompt, else with numbers that are the
    same each time."""
    each = run.config.validation.samples
    rows = [(group, row) for group, row in enumerate(run.validation_rows) for _ in range(each)]
    at = None if each == 1 else uniforms(run.config.seed, VALIDATION_STEP, len(rows), run.config.max_completion_tokens)
    return validation_of(
        sample(
            run.config,
            run.policy,
            run.client,
            run.answer_end,
            run.learner.sizes,
            rows,
            at,
            f"validation {run.step}",
            lambda: None,
        )
    )
