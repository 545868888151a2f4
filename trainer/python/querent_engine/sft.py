"""Supervised fine-tuning, the cold start: a policy learns completions (with their EOS) given their prompts."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from . import checkpoint
from .config import SftConfig
from .errors import EXIT_DONE, EXIT_STOPPED
from .log_probs import check_output_layer, completion_scores, pad_batch
from .metrics import MetricsLog, say
from .models import load_policy, save_hf
from .ppo_faults import MicroBatches, NotFinite, Skips
from .ppo_math import learning_rate
from .prompts import PairRow, read_pairs, shuffled
from .stopping import StopRequested

#: Batches whose rows are sorted by length together: little padding, and still another order every epoch.
BUCKET_BATCHES = 8


class SftRun:
    """One run: what it learns with, where it is, and where it writes."""

    def __init__(self, config: SftConfig) -> None:
        self.config = config
        checkpoint.seed_everything(config.seed)
        self.policy = load_policy(config)
        self.rows = self._read(config.data.train)
        self.validation_rows = (
            self._read(config.data.validation)[: config.validation.prompts] if config.data.validation else []
        )
        check_output_layer(self.policy.model, (self.rows[0].ids + self.policy.eos_ids[:1])[-32:], self.policy.device)
        self.batches_per_epoch = math.ceil(len(self.rows) / config.batch_size)
        self.steps = min(config.max_steps or 2**62, max(1, round(config.epochs * self.batches_per_epoch)))
        rates = config.optimizer
        first, second = rates.betas
        self.optimizer = torch.optim.AdamW(
            self.policy.trained_parameters(),
            lr=rates.learning_rate,
            betas=(first, second),
            weight_decay=rates.weight_decay,
            fused=True,
        )
        self.sizes = MicroBatches(rollout=config.micro_batch_size, update=config.micro_batch_size)
        self.skips = Skips()
        self.checkpoints = config.out_folder / "checkpoints"
        self.step = 0

    def _read(self, path: str) -> list[PairRow]:
        config = self.config
        rows, left_out = read_pairs(
            path, self.policy.tokenizer, config.max_prompt_tokens, config.max_completion_tokens, self.policy.eos_ids[0]
        )
        if left_out:
            say(
                "warning",
                code="long-pairs",
                message=f"{path}: {left_out} pairs are longer than maxPromptTokens ({config.max_prompt_tokens}) or "
                f"maxCompletionTokens ({config.max_completion_tokens}) and left out; {len(rows)} are used.",
            )
        return rows

    def resume(self) -> bool:
        """Goes on from the newest complete checkpoint; False where there is none."""
        path = checkpoint.newest(self.checkpoints)
        if path is None:
            return False
        state = checkpoint.load(path)
        checkpoint.check_same_config(state["config"], self.config.values)
        self.policy.load_state_dict(state["policy"])
        self.optimizer.load_state_dict(state["optimizer"])
        place = state["place"]
        self.step = place["step"]
        self.sizes.load_state_dict(place["sizes"])
        self.skips.in_a_row = place["skips"]
        checkpoint.restore_rng(place["rng"])
        say("resumed", step=self.step, checkpoint=str(path))
        return True

    def save(self) -> Path | None:
        """A checkpoint of the step that was done last; None where it is there already."""
        newest = checkpoint.newest(self.checkpoints)
        if newest is not None and checkpoint.step_of(newest) == self.step:
            return None
        place = {
            "step": self.step,
            "sizes": self.sizes.state_dict(),
            "skips": self.skips.in_a_row,
            "rng": checkpoint.rng_state(),
        }
        state = {
            "policy": self.policy.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "place": place,
            "config": self.config.values,
        }
        path = checkpoint.save(self.checkpoints, self.step, state, self.config.save.keep)
        say("saved", step=self.step, checkpoint=str(path))
        return path

    def one_step(self) -> dict[str, Any]:
        """The next step; gives its line for metrics.jsonl."""
        config, started = self.config, time.perf_counter()
        self.step += 1
        epoch, place = divmod(self.step - 1, self.batches_per_epoch)
        rows = [
            self.rows[index]
            for index in batches_of([_length(row) for row in self.rows], config.batch_size, config.seed, epoch)[place]
        ]
        rate = learning_rate(
            config.optimizer.learning_rate,
            self.step,
            self.steps,
            config.optimizer.warmup_share,
            config.optimizer.schedule,
        )
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        ready = time.perf_counter()
        loss, norm = self._update(rows)
        updated = time.perf_counter()
        validation = self.validate() if self._is_validation_due() else None
        done = time.perf_counter()
        tokens = sum(_length(row) for row in rows)
        return {
            "kind": "sft",
            "step": self.step,
            "epoch": self.step / self.batches_per_epoch,
            "time": time.time(),
            "loss": loss,
            "validationLoss": validation,
            "learningRate": rate,
            "gradNorm": norm,
            "tokens": tokens,
            "tokensPerSecond": tokens / max(1e-9, updated - started),
            "seconds": {
                "data": ready - started,
                "update": updated - ready,
                "validate": done - updated,
                "save": 0.0,
                "total": done - started,
            },
        }

    def _update(self, rows: Sequence[PairRow]) -> tuple[float | None, float | None]:
        """Loss (nats a token) and norm of the gradient; None for an update that is left out since one of them is no
        finite number."""
        try:
            loss = self.sizes.fitting("update", lambda micro: self._gradients(rows, micro))
            norm = float(
                nn.utils.clip_grad_norm_(self.policy.trained_parameters(), self.config.optimizer.gradient_clip)
            )
            if not math.isfinite(norm):
                raise NotFinite(f"the gradient is {norm}")
            self.optimizer.step()
            self.skips.done()
            return loss, norm
        except NotFinite as fault:
            self.skips.skipped(self.step, str(fault))
            return None, None
        finally:
            self.optimizer.zero_grad(set_to_none=True)

    def _gradients(self, rows: Sequence[PairRow], micro: int) -> float:
        """Gradient of the token mean over a batch, summed up over micro-batches, so that their size changes nothing
        but rounding."""
        self.optimizer.zero_grad(set_to_none=True)
        tokens = sum(len(row.completion_ids) for row in rows)
        total = 0.0
        with self.policy.training():
            for part in _parts(rows, micro):
                loss = self._summed_loss(part) / tokens
                value = float(loss.detach())
                if not math.isfinite(value):
                    raise NotFinite(f"the loss is {value}")
                loss.backward()
                total += value
        return total

    def _summed_loss(self, rows: Sequence[PairRow]) -> torch.Tensor:
        batch = pad_batch(
            [row.ids for row in rows], [row.completion_ids for row in rows], self.policy.pad_id, self.policy.device
        )
        with self.policy.autocast():
            log_probs, _ = completion_scores(self.policy.model, batch, with_entropy=False)
        return -log_probs.sum()

    def _is_validation_due(self) -> bool:
        return bool(self.validation_rows) and (
            self.step % self.config.validation.every_steps == 0 or self.step >= self.steps
        )

    @torch.no_grad()
    def validate(self) -> float:
        """Mean loss of a token over the validation pairs, in nats."""

        def attempt(micro: int) -> float:
            return sum(float(self._summed_loss(part)) for part in _parts(self.validation_rows, micro))

        return self.sizes.fitting("rollout", attempt) / sum(len(row.completion_ids) for row in self.validation_rows)


def run(config: SftConfig) -> int:
    """Trains by a configuration; returns the exit code. Raises EngineError (see `errors.py`)."""
    sft = SftRun(config)
    stop = StopRequested.listening()
    resumed = sft.resume()
    log = MetricsLog(config.out_folder, config.tensorboard, sft.step)
    if not resumed:
        say("started", kind="sft", steps=sft.steps, pairs=len(sft.rows), device=str(sft.policy.device))
    try:
        return _train(sft, stop, log)
    finally:
        log.close()


def _train(sft: SftRun, stop: StopRequested, log: MetricsLog) -> int:
    config = sft.config
    #: Of the checkpoint after the step before: a step's line is written before its own.
    saving = 0.0
    while sft.step < sft.steps:
        if stop.is_set:
            sft.save()
            say("stopped", step=sft.step, signal=stop.signal_name)
            return EXIT_STOPPED
        line = sft.one_step()
        last_good = checkpoint.newest(sft.checkpoints)
        # Before saving: weights that no update fits any more are not the ones to go on from.
        sft.skips.check(sft.step, None if last_good is None else str(last_good))
        line["seconds"]["save"] = saving
        line["seconds"]["total"] += saving
        # Before the checkpoint, whatever happens in between: lines after a checkpoint are cut and written again,
        # lines before it are not.
        log.write(line)
        saving = 0.0
        if sft.skips.in_a_row == 0 and (sft.step % config.save.every_steps == 0 or sft.step == sft.steps):
            started = time.perf_counter()
            sft.save()
            saving = time.perf_counter() - started
        say(
            "step",
            step=sft.step,
            steps=sft.steps,
            loss=line["loss"],
            validationLoss=line["validationLoss"],
            tokensPerSecond=line["tokensPerSecond"],
        )
    model = config.out_folder / "model"
    save_hf(sft.policy, model, merged=True)
    say("done", step=sft.step, model=str(model))
    return EXIT_DONE


def batches_of(lengths: Sequence[int], size: int, seed: int, epoch: int) -> list[list[int]]:
    """The batches of an epoch, as indices: shuffled, sorted by length within buckets, the batches shuffled again. The
    seed and the epoch alone decide."""
    order = shuffled(len(lengths), seed, epoch)
    batches: list[list[int]] = []
    for start in range(0, len(order), size * BUCKET_BATCHES):
        bucket = sorted(order[start : start + size * BUCKET_BATCHES], key=lambda index: (lengths[index], index))
        batches += [bucket[place : place + size] for place in range(0, len(bucket), size)]
    return [batches[index] for index in shuffled(len(batches), seed + 1, epoch)]


def _parts(rows: Sequence[PairRow], size: int) -> list[Sequence[PairRow]]:
    ordered = sorted(rows, key=_length)
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def _length(row: PairRow) -> int:
    return len(row.ids) + len(row.completion_ids)
