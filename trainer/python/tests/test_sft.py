"""Supervised fine-tuning: what is learned, the same curve after any interruption, and what a step does when something
fails."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from querent_engine import checkpoint, sft
from querent_engine.config import config_of
from querent_engine.errors import EXIT_DONE, EXIT_STOPPED, EngineError
from querent_engine.loading import load_pretrained
from querent_engine.log_probs import completion_scores, pad_batch
from querent_engine.stopping import StopRequested
from tiny_rows import sft_values

PACKAGE = Path(__file__).parents[1]


def lines(folder, without=("time", "seconds", "tokensPerSecond")):
    return [
        {key: value for key, value in json.loads(line).items() if key not in without}
        for line in (Path(folder) / "sft" / "metrics.jsonl").read_text().splitlines()
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that nothing interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    assert sft.run(config_of(sft_values(folder))) == EXIT_DONE
    return folder


@pytest.fixture(autouse=True)
def own_handlers():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_learns_and_says_how(whole):
    steps = lines(whole, without=())
    assert [line["step"] for line in steps] == list(range(1, 13))
    assert steps[-1]["loss"] < 0.6 * steps[0]["loss"]
    validated = {line["step"]: line["validationLoss"] for line in steps if line["validationLoss"] is not None}
    assert list(validated) == [6, 12] and validated[12] < validated[6]
    assert steps[0]["learningRate"] == 5e-3 and steps[-1]["learningRate"] < 1e-3
    assert steps[2]["epoch"] == 1.0 and all(line["tokens"] > 0 and line["seconds"]["total"] > 0 for line in steps)
    assert sorted(each.name for each in (whole / "sft" / "checkpoints").iterdir()) == ["step-000008", "step-000012"]
    model, tokenizer = load_pretrained(whole / "sft" / "model")
    ids = tokenizer(
        "Question: does heart help statins\n<answer>", add_special_tokens=False, return_tensors="pt"
    ).input_ids
    assert model(ids).logits.isfinite().all()


def test_the_loss_is_of_the_completion_alone(tmp_path):
    run = sft.SftRun(config_of(sft_values(tmp_path, microBatchSize=8)))
    rows = run.rows[:5]
    batch = pad_batch(
        [row.ids for row in rows], [row.completion_ids for row in rows], run.policy.pad_id, run.policy.device
    )
    theirs, tokens = 0.0, 0
    for row in rows:
        ids = torch.tensor([[*row.ids, *row.completion_ids]])
        labels = torch.tensor([[*[-100] * len(row.ids), *row.completion_ids]])
        with torch.no_grad():
            theirs += float(run.policy.model(input_ids=ids, labels=labels).loss) * len(row.completion_ids)
        tokens += len(row.completion_ids)
    log_probs, _ = completion_scores(run.policy.model, batch, with_entropy=False)
    assert float(-log_probs.sum()) / tokens == pytest.approx(theirs / tokens, abs=1e-5)
    assert run._gradients(rows, 8) == pytest.approx(theirs / tokens, abs=1e-5)


def test_the_size_of_micro_batches_changes_nothing_but_rounding(tmp_path, whole):
    assert sft.run(config_of(sft_values(tmp_path, microBatchSize=8))) == EXIT_DONE
    for one, other in zip(lines(tmp_path), lines(whole), strict=True):
        assert one["loss"] == pytest.approx(other["loss"], abs=1e-3)


def test_goes_on_to_the_same_curve_to_the_bit(tmp_path, whole, monkeypatch):
    real, calls = sft.SftRun.one_step, []

    def stopping(run):
        calls.append(1)
        if len(calls) == 7:
            os.kill(os.getpid(), signal.SIGTERM)
        return real(run)

    monkeypatch.setattr(sft.SftRun, "one_step", stopping)
    assert sft.run(config_of(sft_values(tmp_path))) == EXIT_STOPPED
    assert checkpoint.newest(tmp_path / "sft" / "checkpoints").name == "step-000007"
    assert sft.run(config_of(sft_values(tmp_path))) == EXIT_DONE
    assert lines(tmp_path) == lines(whole)
    ours, theirs = (load_pretrained(folder / "sft" / "model")[0].state_dict() for folder in (tmp_path, whole))
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    # Once more costs nothing and gives the model again.
    assert sft.run(config_of(sft_values(tmp_path))) == EXIT_DONE and lines(tmp_path) == lines(whole)


def test_with_adapters_and_dropout_too(tmp_path):
    values = sft_values(tmp_path, lora={"rank": 2, "dropout": 0.2}, gradientCheckpointing=True, epochs=1)
    assert sft.run(config_of(values)) == EXIT_DONE
    whole = lines(tmp_path)
    assert (tmp_path / "sft" / "model" / "merged" / "config.json").exists()
    run = sft.SftRun(config_of({**values, "out": str(tmp_path / "again")}))
    first = [run.one_step()["loss"]]
    run.save()
    other = sft.SftRun(config_of({**values, "out": str(tmp_path / "again")}))
    assert other.resume()
    first += [other.one_step()["loss"], other.one_step()["loss"]]
    assert first == [line["loss"] for line in whole]


@pytest.mark.parametrize("event", ["step", "saved"])
def test_killed_at_any_time_it_goes_on_to_the_same_curve(tmp_path, whole, event):
    values = sft_values(tmp_path, save={"everySteps": 1, "keep": 2})
    (tmp_path / "c.json").write_text(json.dumps(values))
    command = [sys.executable, "-m", "querent_engine", "sft", "--config", str(tmp_path / "c.json")]
    with subprocess.Popen(command, cwd=PACKAGE, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            told = json.loads(line)
            if (told["event"], told.get("step")) == (event, 5):
                child.kill()
                break
    assert child.returncode == -signal.SIGKILL
    assert sft.run(config_of(values)) == EXIT_DONE
    assert lines(tmp_path) == lines(whole)


def test_another_configuration_and_other_data_are_refused(tmp_path, whole):
    values = sft_values(tmp_path, out=str(whole / "sft"))
    values["optimizer"]["learningRate"] = 1e-3
    with pytest.raises(EngineError, match="optimizer.learningRate"):
        sft.run(config_of(values))


def test_out_of_memory_halves_the_micro_batch_and_goes_on(tmp_path, whole, monkeypatch, capsys):
    real, sizes = sft.SftRun._summed_loss, []

    def narrow(run, rows):
        sizes.append(len(rows))
        if len(rows) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate")
        return real(run, rows)

    monkeypatch.setattr(sft.SftRun, "_summed_loss", narrow)
    assert sft.run(config_of(sft_values(tmp_path, microBatchSize=8))) == EXIT_DONE
    assert [line["loss"] for line in lines(tmp_path)] == pytest.approx(
        [line["loss"] for line in lines(whole)], abs=1e-3
    )
    assert sizes[:3] == [8, 4, 2] and sizes.count(8) == 2  # once for updates, once for validation
    assert "going on with 4" in capsys.readouterr().out
    monkeypatch.setattr(sft.SftRun, "_summed_loss", lambda *_: (_ for _ in ()).throw(MemoryError()))
    with pytest.raises(EngineError, match="one sequence alone") as caught:
        sft.run(config_of(sft_values(tmp_path, out=str(tmp_path / "other"))))
    assert (caught.value.code, caught.value.exit_code) == ("out-of-memory", 3)


def test_a_loss_that_is_no_number_is_left_out_and_many_end_the_run(tmp_path, monkeypatch):
    real, calls = sft.SftRun._summed_loss, []

    def spoilt(run, rows, bad):
        calls.append(1)
        return real(run, rows) * (float("nan") if bad(len(calls)) else 1.0)

    monkeypatch.setattr(sft.SftRun, "_summed_loss", lambda run, rows: spoilt(run, rows, lambda call: call == 4))
    values = sft_values(tmp_path, microBatchSize=8, epochs=2)
    assert sft.run(config_of(values)) == EXIT_DONE
    assert [line["step"] for line in lines(tmp_path) if line["loss"] is None] == [4]
    assert all(each.isfinite().all() for each in load_pretrained(tmp_path / "sft" / "model")[0].state_dict().values())
    calls.clear()
    monkeypatch.setattr(sft.SftRun, "_summed_loss", lambda run, rows: spoilt(run, rows, lambda call: call > 5))
    with pytest.raises(EngineError, match="The last good checkpoint is .*step-000004") as caught:
        sft.run(config_of({**values, "out": str(tmp_path / "other"), "epochs": 4}))
    assert (caught.value.code, caught.value.exit_code) == ("nan", 3)


def test_an_epoch_has_every_pair_once_and_like_lengths_together():
    lengths = [(index * 37) % 101 for index in range(50)]
    epochs = [sft.batches_of(lengths, 4, seed=2, epoch=epoch) for epoch in (0, 1)]
    for batches in epochs:
        assert sorted(index for batch in batches for index in batch) == list(range(50))
    assert epochs[0] != epochs[1] and epochs[0] == sft.batches_of(lengths, 4, seed=2, epoch=0)
    padded = sum(max(lengths[i] for i in batch) * len(batch) for batch in epochs[0])
    assert padded < 1.35 * sum(lengths)


def test_pairs_that_are_too_long_are_told(tmp_path, capsys):
    longest = max(len(row.ids) for row in sft.SftRun(config_of(sft_values(tmp_path))).rows)
    run = sft.SftRun(config_of(sft_values(tmp_path, maxPromptTokens=longest - 1)))
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (
        0 < len(run.rows) < 24 and said[0]["code"] == "long-pairs" and f"{len(run.rows)} are used" in said[0]["message"]
    )


def test_stopped_before_it_began_it_has_nothing_to_go_on_from(tmp_path):
    stop = StopRequested()
    stop.request()
    run = sft.SftRun(config_of(sft_values(tmp_path)))
    started = time.perf_counter()
    assert sft._train(run, stop, sft.MetricsLog(tmp_path)) == EXIT_STOPPED
    assert time.perf_counter() - started < 5 and checkpoint.newest(run.checkpoints).name == "step-000000"
