"""PPO with a critic, and GRPO: step after step, from wherever a run was left.

A step changes nothing before its rewards are there, so a signal or a lost reward service in the first half of a step
costs only that half: the run is saved as it was after the step before.
"""

from __future__ import annotations

from typing import Any

from . import checkpoint
from .config import PpoConfig
from .errors import EXIT_DONE, EXIT_STOPPED, EngineError
from .metrics import MetricsLog, say
from .models import save_hf
from .ppo_state import PpoRun, Stopped
from .ppo_step import line_of, one_step, validate
from .stopping import StopRequested


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
        line = line_of(ppo, [], None, None, None, None, None)
        log.write({**line, "validation": validate(ppo)})
    while ppo.step < config.steps:
        place = ppo.place()
        try:
            ppo.check_stop()
            line, samples = one_step(ppo)
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
