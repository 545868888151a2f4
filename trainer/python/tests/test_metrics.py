"""Metrics: one line a step, cut where a run goes on, numbers that are none as null."""

import json
import os
import signal
import subprocess
import sys

from querent_engine.metrics import MetricsLog, flat, say
from querent_engine.stopping import StopRequested


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_resumed_run_writes_no_step_twice(tmp_path):
    log = MetricsLog(tmp_path)
    for step in (1, 2, 3):
        log.write({"step": step, "loss": float("nan") if step == 2 else step, "deep": {"list": [float("inf"), 1]}})
    log.close()
    (tmp_path / "metrics.jsonl").open("a").write('{"step": 4, "lo')
    again = MetricsLog(tmp_path, resume_step=2)
    again.write({"step": 3, "loss": 33})
    again.close()
    assert [(line["step"], line["loss"]) for line in lines(again.path)] == [(1, 1), (2, None), (3, 33)]
    assert lines(again.path)[0]["deep"] == {"list": [None, 1]}


def test_marks_of_lines_within_a_text_end_no_line(tmp_path):
    log = MetricsLog(tmp_path, name="samples.jsonl")
    for step in (1, 2):
        log.write({"step": step, "completion": "one\u2028two\x85three\x0cfour"})
    log.close()
    again = MetricsLog(tmp_path, resume_step=2, name="samples.jsonl")
    again.close()
    assert [json.loads(line)["step"] for line in again.path.read_text().strip().split("\n")] == [1, 2]


def test_a_fresh_run_starts_with_nothing(tmp_path):
    (tmp_path / "metrics.jsonl").write_text('{"step": 1}\n')
    MetricsLog(tmp_path).close()
    assert (tmp_path / "metrics.jsonl").read_text() == ""


def test_tensorboard_has_every_number_by_its_path(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log = MetricsLog(tmp_path, tensorboard=True)
    log.write({"kind": "ppo", "step": 1, "reward": {"mean": 0.5}, "loss": None, "isBad": True})
    log.close()
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert events.Tags()["scalars"] == ["reward/mean"]
    assert events.Scalars("reward/mean")[0].value == 0.5


def test_events_are_lines_of_json(capsys):
    say("step", step=1, loss=float("nan"))
    assert json.loads(capsys.readouterr().out) == {"event": "step", "step": 1, "loss": None}
    assert dict(flat({"a": 1, "b": {"c": {"d": 2}}})) == {"a": 1, "b/c/d": 2}


def test_a_signal_asks_and_a_second_one_ends(tmp_path):
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = StopRequested.listening()
        assert not stop.is_set
        os.kill(os.getpid(), signal.SIGTERM)
        assert (stop.is_set, stop.signal_name) == (True, "SIGTERM")
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_the_command_ends_with_one_line_for_programs(tmp_path):
    (tmp_path / "c.json").write_text('{"kind": "sft", "outt": "x"}')
    done = subprocess.run(
        [sys.executable, "-m", "querent_engine", "sft", "--config", str(tmp_path / "c.json")],
        cwd=os.path.join(os.path.dirname(__file__), ".."),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert json.loads(done.stderr.splitlines()[-1])["error"] == {
        "code": "config",
        "message": "outt is not a key of the configuration.",
        "fix": "Did you mean out?",
    }
