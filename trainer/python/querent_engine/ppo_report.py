"""The line of a step in metrics.jsonl, what validation measured, and the samples that are shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from .experience import Experience, Sample
from .ppo_math import explained_variance, masked_mean
from .ppo_update import UpdateSums

COMPONENTS = ("format", "validity", "outcome", "cost", "penalty")
PHASES = ("rollout", "rewardWait", "logProbs", "reference", "values", "update", "validate", "save", "total")
#: Samples of a step that are kept for people.
SHOWN = 4


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


def mean(values: Sequence[float]) -> float | None:
    """None where there is nothing to take the mean of: a figure that was not measured is no zero."""
    return fmean(values) if values else None


def rewards_of(samples: Sequence[Sample]) -> dict[str, Any]:
    """Figures of the rewards; items with an error are counted and count for nothing else."""
    paid = [each.answer for each in samples if each.answer.get("error") is None]
    rewards = [float(answer["reward"]) for answer in paid]
    centre = mean(rewards)
    spread = None if centre is None else (fmean([(reward - centre) ** 2 for reward in rewards])) ** 0.5
    recalls = _measured(paid, "recall")
    formats = [answer.get("components", {}).get("format") for answer in paid]

    def share(test: Callable[[float], bool]) -> float | None:
        return mean([float(test(recall)) for recall in recalls])

    return {
        "reward": {"mean": centre, "std": spread, "min": min(rewards, default=None), "max": max(rewards, default=None)},
        "components": {
            name: mean(
                [answer["components"][name] for answer in paid if answer.get("components", {}).get(name) is not None]
            )
            for name in COMPONENTS
        },
        "recall": {
            "mean": mean(recalls),
            "atLeast70": share(lambda r: r >= 0.7),
            "atLeast50": share(lambda r: r >= 0.5),
            "atLeast30": share(lambda r: r >= 0.3),
            "zero": share(lambda r: r == 0),
        },
        "records": {"median": median(records) if (records := _measured(paid, "records")) else None},
        "validRate": mean(_measured(paid, "valid")),
        "formatErrorRate": mean([float(value < 0) for value in formats if value is not None]),
        "rewardErrors": len(samples) - len(paid),
    }


def validation_of(samples: Sequence[Sample]) -> dict[str, Any]:
    """Means over the completions of held-out prompts that have a reward (`n`); `records` is their median."""
    paid = [each.answer for each in samples if each.answer.get("error") is None]
    records = _measured(paid, "records")
    return {
        "reward": mean([float(answer["reward"]) for answer in paid]),
        "recall": mean(_measured(paid, "recall")),
        "f3": mean(_measured(paid, "f3")),
        "records": median(records) if records else None,
        "validRate": mean(_measured(paid, "valid")),
        "n": len(paid),
    }


def lengths_of(samples: Sequence[Sample]) -> dict[str, Any]:
    """Tokens of prompts and completions, and the share that met the limit."""
    completions = [len(each.completion.ids) for each in samples]
    return {
        "completionTokens": {"mean": mean(completions), "max": max(completions, default=None)},
        "promptTokens": {"mean": mean([len(each.row.ids) for each in samples])},
        "truncatedRate": mean([float(each.completion.is_truncated) for each in samples]),
    }


def learning_of(experience: Experience | None, kl: float | None, sums: UpdateSums | None) -> dict[str, Any]:
    """Figures of advantages, critic and updates; null where nothing was learned from."""
    exp = experience
    tabled = (
        None
        if exp is None
        else {
            "entropy": exp.entropy,
            "advantageMean": exp.advantages,
            "returnMean": exp.returns,
            "valueMean": exp.values,
        }
    )
    means = {
        name: None if tabled is None or tabled[name] is None else float(masked_mean(tabled[name], exp.mask))
        for name in ("entropy", "advantageMean", "returnMean", "valueMean")
    }
    explained = None if exp is None or exp.values is None else explained_variance(exp.values, exp.returns, exp.mask)
    updates = sums or UpdateSums()
    return {
        "kl": kl,
        "policyLoss": updates.mean("policy_loss", updates.policy_tokens),
        "valueLoss": updates.mean("value_loss", updates.value_tokens),
        "entropy": means["entropy"],
        "clipFraction": updates.mean("clipped", updates.policy_tokens),
        "valueClipFraction": updates.mean("value_clipped", updates.value_tokens),
        "ratioMax": updates.ratio_max if updates.policy_tokens > 0 else None,
        "explainedVariance": explained,
        "advantageMean": means["advantageMean"],
        "returnMean": means["returnMean"],
        "valueMean": means["valueMean"],
        "gradNorm": mean(updates.grad_norms),
        "criticGradNorm": mean(updates.critic_grad_norms),
    }


def shown_samples(samples: Sequence[Sample], step: int) -> list[dict[str, Any]]:
    """The best and the worst of a step and some between, for people."""
    paid = sorted(
        (each for each in samples if each.answer.get("error") is None), key=lambda each: -each.answer["reward"]
    )
    count = min(SHOWN, len(paid))
    chosen = [paid[round(i * (len(paid) - 1) / max(1, count - 1))] for i in range(count)]
    return [
        {
            "step": step,
            "id": each.row.id,
            "prompt": _short(each.row.row),
            "completion": each.row.opened + each.text,
            **{key: each.answer.get(key) for key in ("reward", "components", "measured", "problem", "query")},
        }
        for each in chosen
    ]


def _short(row: dict[str, Any], most: int = 400) -> str:
    text = row.get("text") or "\n".join(str(message.get("content")) for message in row.get("messages") or [])
    return text if len(text) <= most else "..." + text[-most:]


def _measured(answers: Sequence[dict[str, Any]], name: str) -> list[float]:
    values = (answer.get("measured", {}).get(name) for answer in answers)
    return [float(value) for value in values if value is not None]
