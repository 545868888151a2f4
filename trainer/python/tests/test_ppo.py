"""Runs of PPO and GRPO on a tiny model: they learn, go on to the same curve, and survive what goes wrong."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from fake_rewards import FakeRewards, ppo_values, reward_of
from querent_engine import checkpoint, ppo, ppo_step, ppo_update, reward_client
from querent_engine.config import config_of
from querent_engine.errors import EXIT_DONE, EXIT_STOPPED, EngineError

ROOT = Path(__file__).parents[1]
#: Keys that tell the time and not what was learned.
TIMES = {"time", "seconds"}


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    monkeypatch.setattr(reward_client, "LEAST_PATIENCE_SECONDS", 0.2)
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def service():
    with FakeRewards() as service:
        yield service


def lines(folder, name="metrics.jsonl"):
    path = folder / "ppo" / name
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def curve(folder):
    return [{key: value for key, value in line.items() if key not in TIMES} for line in lines(folder)]


def train(folder, service, **changes):
    """The exit code of a run in this process, and its metrics without times."""
    code = ppo.run(config_of(ppo_values(folder, service.url, **changes)))
    return code, curve(folder)


def new_folder(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    return folder


LEARNING = {
    "steps": 25, "promptsPerStep": 16, "samplesPerPrompt": 4, "miniBatchSize": 32, "microBatchSize": 32,
    "rolloutMicroBatch": 64, "validation": {"everySteps": 25, "samples": 2}, "save": {"everySteps": 25},
}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"critic": {"kind": "separate"}},
        {"critic": {"kind": "head"}, "entropyCoefficient": 0.001},
        {"algorithm": "grpo", "critic": {"kind": "none"}, "kl": {"coefficient": 0.01, "estimator": "k3"}},
    ],
    ids=["ppo", "head", "grpo"],
)
def test_it_learns(tmp_path, service, changes):
    code, made = train(tmp_path, service, **LEARNING, **changes)
    assert code == EXIT_DONE and [line["step"] for line in made] == list(range(26))
    first, last = made[1]["reward"]["mean"], made[-1]["reward"]["mean"]
    assert last > first + 0.25, f"reward went from {first} to {last}"
    assert made[-1]["validation"]["reward"] > made[0]["validation"]["reward"] + 0.2
    assert made[-1]["validation"]["n"] == 32 and made[-1]["rewardErrors"] == 0
    assert (tmp_path / "ppo" / "model" / "config.json").exists()
    keys = {tuple(line) for line in made}
    assert len(keys) == 1, "every line has the same keys"
    shown = lines(tmp_path, "samples.jsonl")
    assert {each["step"] for each in shown} == set(range(1, 26)) and len(shown) <= 100


def test_it_does_not_learn_without_a_gradient(tmp_path, service, monkeypatch):
    """What makes `test_it_learns` a test: with the gradient cut, the reward stays where it was."""
    real = ppo_update.policy_loss
    monkeypatch.setattr(ppo_update, "policy_loss", lambda new, *rest: real(new.detach() + 0 * new, *rest))
    _, made = train(tmp_path, service, **LEARNING)
    assert made[-1]["reward"]["mean"] < made[1]["reward"]["mean"] + 0.1


def test_a_run_that_was_interrupted_goes_on_to_the_same_curve_to_the_bit(tmp_path, service):
    settings = {"kl": {"coefficient": 0.05, "controller": "adaptive", "target": 0.01, "horizon": 100}}
    whole, parts = new_folder(tmp_path, "whole"), new_folder(tmp_path, "parts")
    _, expected = train(whole, service, steps=7, **settings)
    train(parts, service, steps=3, **settings)
    code, made = train(parts, service, steps=7, **settings)
    assert code == EXIT_DONE and len({line["klCoefficient"] for line in made[2:]}) > 3
    # The shorter run measured its own last step on the held-out prompts, too.
    assert made == expected
    assert lines(parts, "samples.jsonl") == lines(whole, "samples.jsonl")
    assert_same_weights(whole, parts)


def assert_same_weights(one, other):
    states = [checkpoint.load(checkpoint.newest(folder / "ppo" / "checkpoints")) for folder in (one, other)]
    for part in ("policy", "critic"):
        assert states[0][part].keys() == states[1][part].keys()
        for name, value in states[0][part].items():
            assert torch.equal(value, states[1][part][name]), f"{part} {name}"


def start(folder, service, **changes):
    """A run in a process of its own, as the trainer starts it."""
    path = folder / "config.json"
    path.write_text(json.dumps(ppo_values(folder, service.url, **changes)))
    return subprocess.Popen(
        [sys.executable, "-m", "querent_engine", "ppo", "--config", str(path)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for(test, what, seconds=300):
    deadline = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.005)


def test_killed_at_any_moment_it_goes_on_to_the_same_curve(tmp_path, service):
    killed, whole = new_folder(tmp_path, "killed"), new_folder(tmp_path, "whole")
    steps = 12
    for kill in range(2):
        process = start(killed, service, steps=steps)
        # In the middle of a step, of a save, of a line: wherever it is after so many requests for rewards.
        asked = len(service.requests) + 15 + 11 * kill
        wait_for(lambda: len(service.requests) >= asked or process.poll() is not None, "rewards to be asked for")
        time.sleep(0.013 * kill)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it was to be killed before its end"
    process = start(killed, service, steps=steps)
    out, err = process.communicate(timeout=300)
    assert process.returncode == EXIT_DONE, err
    assert json.loads(out.splitlines()[-1])["event"] == "done"
    train(whole, service, steps=steps)
    assert curve(killed) == curve(whole)
    assert_same_weights(killed, whole)


def test_sigterm_saves_and_the_same_command_goes_on(tmp_path, service):
    service.delay = 0.02
    whole = new_folder(tmp_path, "whole")
    stopped = new_folder(tmp_path, "stopped")
    process = start(stopped, service, steps=5, save={"everySteps": 100})
    wait_for(lambda: len(lines(stopped)) >= 3, "two steps")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=300)
    assert process.returncode == EXIT_STOPPED, err
    last = json.loads(out.splitlines()[-1])
    assert last["event"] == "stopped" and last["signal"] == "SIGTERM" and 2 <= last["step"] < 5
    assert checkpoint.step_of(checkpoint.newest(stopped / "ppo" / "checkpoints")) == last["step"]
    settings = {"steps": 5, "save": {"everySteps": 100}}
    train(stopped, service, **settings)
    _, expected = train(whole, service, **settings)
    assert curve(stopped) == expected


def test_a_service_that_is_away_for_a_while_changes_nothing(tmp_path, service, monkeypatch):
    calm, rough = new_folder(tmp_path, "calm"), new_folder(tmp_path, "rough")
    _, expected = train(calm, service, steps=3)
    until = []

    def fail(number, items):
        until.append(until[0] if until else time.monotonic() + 2.0)
        return 503 if time.monotonic() < until[0] else None

    monkeypatch.setattr(reward_client, "LEAST_PATIENCE_SECONDS", 30)
    service.fail = fail
    code, made = train(rough, service, steps=3)
    assert code == EXIT_DONE and made == expected


def test_a_service_that_stays_away_ends_the_run_which_goes_on_later(tmp_path, service):
    calm, rough = new_folder(tmp_path, "calm"), new_folder(tmp_path, "rough")
    _, expected = train(calm, service, steps=4)
    service.fail = lambda number, items: 503 if items[0]["id"].startswith("step 4") else None
    with pytest.raises(EngineError, match="gave no rewards") as caught:
        train(rough, service, steps=4)
    assert caught.value.exit_code == 3
    # Step 3 is not one that `save.everySteps` asks for: nothing of it is lost all the same.
    assert checkpoint.step_of(checkpoint.newest(rough / "ppo" / "checkpoints")) == 3
    service.fail = lambda number, items: None
    code, made = train(rough, service, steps=4)
    assert code == EXIT_DONE and made == expected


def test_a_validation_without_rewards_costs_the_figure_and_not_the_step(tmp_path, service):
    service.fail = lambda number, items: 400 if items[0]["id"].startswith("validation 3") else None
    code, made = train(tmp_path, service, steps=4)
    assert code == EXIT_DONE and [line["validation"] is None for line in made] == [False, True, True, True, False]


def test_items_with_an_error_are_left_out_and_never_charged(tmp_path, service):
    bad = {"topic 1", "topic 5"}
    service.error_of = lambda item: "no answer" if item["id"].split(": ")[1] in bad and "step 1" in item["id"] else None
    settings = {"steps": 1, "miniBatchSize": 16, "promptsPerStep": 16, "samplesPerPrompt": 1}
    _, made = train(tmp_path, service, **settings)
    assert made[1]["rewardErrors"] == 2
    kept = [each for request in service.requests for each in request if "step 1" in each["id"]]
    rewards = [reward_of(each) for each in kept if each["id"].split(": ")[1] not in bad]
    assert len(rewards) == 14 and made[1]["reward"]["mean"] == pytest.approx(sum(rewards) / 14)
    assert made[1]["tokens"]["trained"] < 2 * made[1]["tokens"]["generated"]


def test_a_sample_whose_companions_got_no_reward_moves_nothing(tmp_path, service):
    """Of the only completion of a group that has a reward, the bare score is no advantage."""
    service.error_of = lambda item: "no answer" if int(item["id"].split(",")[1].split(":")[0]) % 2 else None
    settings = {"steps": 1, "samplesPerPrompt": 2, "algorithm": "grpo", "critic": {"kind": "none"}, "kl": {"coefficient": 0.0}}
    _, made = train(tmp_path, service, **settings)
    assert made[1]["rewardErrors"] > 0 and made[1]["reward"]["mean"] != 0
    assert made[1]["advantageMean"] == 0 and made[1]["gradNorm"] == 0


def test_a_step_without_any_reward_changes_nothing(tmp_path, service):
    service.error_of = lambda item: "no answer" if "step 2" in item["id"] else None
    code, made = train(tmp_path, service, steps=3)
    assert code == EXIT_DONE
    assert made[2]["rewardErrors"] == 16 and made[2]["reward"]["mean"] is None and made[2]["policyLoss"] is None
    assert made[3]["policyLoss"] is not None


def spoil(monkeypatch, when, how):
    """Lets `how` change the losses of the updates for which `when(number)` holds; counts from 1."""
    real, count = ppo_update.policy_loss, [0]

    def spoilt(*arguments):
        count[0] += 1
        result = real(*arguments)
        return how(result) if when(count[0]) else result

    monkeypatch.setattr(ppo_update, "policy_loss", spoilt)


def not_a_number(result):
    return type(result)(result.losses * float("nan"), result.clipped, result.ratio)


def test_an_update_that_is_no_number_is_left_out_and_counted(tmp_path, service, monkeypatch):
    spoil(monkeypatch, lambda number: number == 6, not_a_number)
    code, made = train(tmp_path, service, steps=3)
    assert code == EXIT_DONE
    assert [line["skippedUpdates"] for line in made] == [0, 1, 0, 0]
    state = checkpoint.load(checkpoint.newest(tmp_path / "ppo" / "checkpoints"))
    assert all(bool(torch.isfinite(value).all()) for value in state["policy"].values())


def test_a_gradient_that_is_no_number_is_left_out(tmp_path, service, monkeypatch):
    # sqrt at 0 has a finite value and an infinite slope.
    def steep(result):
        return type(result)(result.losses + (result.ratio - result.ratio.detach()).clamp(min=0).sqrt(), *[
            result.clipped, result.ratio])  # fmt: skip

    spoil(monkeypatch, lambda number: number == 2, steep)
    code, made = train(tmp_path, service, steps=2)
    assert code == EXIT_DONE and made[1]["skippedUpdates"] == 1 and made[2]["skippedUpdates"] == 0


def test_after_several_in_a_row_the_run_ends_and_names_the_last_good_checkpoint(tmp_path, service, monkeypatch):
    spoil(monkeypatch, lambda number: number > 16, not_a_number)
    with pytest.raises(EngineError, match="8 updates in a row .*step-000002") as caught:
        train(tmp_path, service, steps=20)
    assert caught.value.code == "nan" and caught.value.exit_code == 3
    assert checkpoint.step_of(checkpoint.newest(tmp_path / "ppo" / "checkpoints")) == 2
    assert lines(tmp_path)[-1]["skippedUpdates"] > 0


def test_out_of_memory_halves_the_micro_batch_and_gives_the_same(tmp_path, service, monkeypatch):
    roomy, tight = new_folder(tmp_path, "roomy"), new_folder(tmp_path, "tight")
    _, expected = train(roomy, service, steps=3)
    from querent_engine import experience

    def limited(real, most):
        def attempt(*arguments, **named):
            # The first argument with a length in both: the prompts.
            prompts = arguments[1] if isinstance(arguments[1], list) else arguments[0]
            if len(prompts) > most:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
            return real(*arguments, **named)

        return attempt

    monkeypatch.setattr(experience, "generate", limited(experience.generate, 3))
    monkeypatch.setattr(experience, "pad_batch", limited(experience.pad_batch, 1))
    code, made = train(tight, service, steps=3)
    assert code == EXIT_DONE and made[-1]["microBatch"] == 1
    for one, other in zip(expected, made, strict=True):
        for key in ("reward", "completionTokens", "policyLoss", "valueLoss", "kl", "entropy"):
            assert_close(one[key], other[key], key)


def assert_close(one, other, key):
    if isinstance(one, dict):
        for name, value in one.items():
            assert_close(value, other[name], f"{key}.{name}")
    else:
        assert (one is None) == (other is None) and (one is None or one == pytest.approx(other, rel=1e-3, abs=1e-5)), (
            key
        )


def test_one_sequence_that_does_not_fit_ends_the_run_with_the_way_out(tmp_path, service, monkeypatch):
    def full(*_, **__):
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")

    monkeypatch.setattr(ppo_update, "hidden_states", full)
    with pytest.raises(EngineError, match="one sequence alone does not fit") as caught:
        train(tmp_path, service, steps=1)
    assert caught.value.code == "out-of-memory" and "gradientCheckpointing" in caught.value.fix


def test_another_fault_is_not_taken_for_memory(tmp_path, service, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(ppo_update, "hidden_states", broken)
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        train(tmp_path, service, steps=1)


def test_a_full_disk_ends_the_run_with_the_older_checkpoint(tmp_path, service, monkeypatch):
    real, count = torch.save, [0]

    def full(value, target, *rest, **named):
        count[0] += 1
        if count[0] > 8:
            raise OSError(28, "No space left on device")
        return real(value, target, *rest, **named)

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(EngineError) as caught:
        train(tmp_path, service, steps=6)
    assert caught.value.code == "disk-full" and caught.value.exit_code == 3
    folder = tmp_path / "ppo" / "checkpoints"
    assert not list(folder.glob("*.part"))
    before = checkpoint.step_of(checkpoint.newest(folder))
    monkeypatch.setattr(torch, "save", real)
    code, made = train(tmp_path, service, steps=6)
    assert code == EXIT_DONE and before >= 2 and [line["step"] for line in made] == list(range(7))


def test_the_critic_warms_up_alone(tmp_path, service):
    _, made = train(tmp_path, service, steps=3, critic={"kind": "separate", "warmupSteps": 2})
    assert [line["policyLoss"] is None for line in made[1:]] == [True, True, False]
    assert all(line["valueLoss"] is not None for line in made[1:])
    assert made[2]["kl"] == 0.0


def test_lora_and_gradient_checkpointing_train(tmp_path, service):
    lora = {"rank": 4, "alpha": 8, "dropout": 0.3}
    code, made = train(tmp_path, service, steps=3, lora=lora, gradientCheckpointing=True)
    assert code == EXIT_DONE and made[1]["kl"] == 0.0 and made[-1]["gradNorm"] > 0
    # No dropout: before the first update of a step the probabilities are those that were sampled from.
    assert made[1]["ratioMax"] < 1.5
    assert (tmp_path / "ppo" / "model" / "merged" / "config.json").exists()


def test_bfloat16_trains(tmp_path, service):
    code, made = train(tmp_path, service, steps=2, dtype="bfloat16")
    assert code == EXIT_DONE and made[-1]["skippedUpdates"] == 0 and made[-1]["gradNorm"] > 0


def test_a_completion_without_an_end_is_scored_and_counted(tmp_path, service, monkeypatch):
    real = ppo_step.sample

    def endless(config, policy, *rest):
        policy.eos_ids = [10**6]
        return real(config, policy, *rest)

    monkeypatch.setattr(ppo_step, "sample", endless)
    _, made = train(tmp_path, service, steps=2)
    assert made[-1]["truncatedRate"] == 1.0 and made[-1]["completionTokens"]["mean"] == 8
    assert made[-1]["rewardErrors"] == 0 and made[-1]["policyLoss"] is not None


def test_a_changed_configuration_is_refused_at_resume(tmp_path, service):
    train(tmp_path, service, steps=2)
    with pytest.raises(EngineError, match="clip"):
        train(tmp_path, service, steps=4, clip=0.3)
