"""Checkpoints are whole or not there, survive a full disk, and bring every generator back."""

import errno
import json
import random
import re
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from querent_engine import checkpoint
from querent_engine.errors import EngineError

STATE = {
    "policy": {"w": torch.arange(6.0)},
    "place": {"step": 3, "kl": 0.1, "names": ["a"], "none": None},
    "config": {"seed": 1},
}


def test_gives_back_what_was_saved_and_keeps_the_newest(tmp_path):
    for step in (5, 10, 15):
        checkpoint.save(tmp_path, step, STATE, keep=2)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["step-000010", "step-000015"]
    path = checkpoint.newest(tmp_path)
    assert checkpoint.step_of(path) == 15
    loaded = checkpoint.load(path)
    assert torch.equal(loaded.pop("policy")["w"], STATE["policy"]["w"])
    assert loaded == {key: value for key, value in STATE.items() if key != "policy"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: (path / "complete.json").unlink(),
        lambda path: (path / "policy.pt").write_bytes((path / "policy.pt").read_bytes()[:-1]),
        lambda path: (path / "place.pt").unlink(),
        lambda path: (path / "complete.json").write_text("{"),
        lambda path: path.rename(path.with_name(f"{path.name}.part")),
    ],
    ids=["no end", "cut", "lacks a file", "broken end", "not renamed"],
)
def test_half_a_checkpoint_is_none(tmp_path, spoil):
    whole = checkpoint.save(tmp_path, 5, STATE, keep=3)
    path = checkpoint.save(tmp_path, 10, STATE, keep=3)
    spoil(path)
    assert checkpoint.newest(tmp_path) == whole
    with pytest.raises(EngineError, match="complete"):
        checkpoint.load(path)
    # The next one of the same step takes its place.
    assert checkpoint.newest(checkpoint.save(tmp_path, 10, STATE, keep=3).parent).name == "step-000010"


def test_there_may_be_none(tmp_path):
    assert checkpoint.newest(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    ("free", "fault"),
    [
        ([7, 7], None),
        ([10**12, 7], OSError(errno.ENOSPC, "No space left on device")),
        ([10**12, 7], RuntimeError("PytorchStreamWriter failed writing file")),
    ],
    ids=["seen before", "met while writing", "met by torch"],
)
def test_a_full_disk_costs_only_the_new_one(tmp_path, monkeypatch, free, fault):
    checkpoint.save(tmp_path, 5, STATE, keep=1)

    def refuse(_, stream):
        stream.write(b"half")
        raise fault

    left = iter(free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=next(left)))
    monkeypatch.setattr(torch, "save", refuse)
    with pytest.raises(EngineError) as caught:
        checkpoint.save(tmp_path, 10, STATE, keep=1)
    assert (caught.value.code, caught.value.exit_code) == ("disk-full", 3)
    assert re.search(r"needs \d+ bytes, 7 are free", caught.value.message)
    assert [each.name for each in tmp_path.iterdir()] == ["step-000005"]


def test_another_fault_of_the_disk_is_told_as_it_is(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(torch, "save", refuse)
    with pytest.raises(EngineError, match="Input/output error") as caught:
        checkpoint.save(tmp_path, 10, STATE, keep=1)
    assert caught.value.code == "checkpoint"
    assert list(tmp_path.iterdir()) == []


def test_generators_go_on_where_they_were(tmp_path):
    def drawn():
        return [
            random.random(),
            float(np.random.rand()),
            float(np.random.standard_normal()),
            float(torch.rand(())),
            random.gauss(0, 1),
        ]

    checkpoint.seed_everything(4)
    drawn()
    path = checkpoint.save(tmp_path, 1, {"rng": checkpoint.rng_state()}, keep=1)
    wanted = drawn()
    drawn()
    checkpoint.restore_rng(checkpoint.load(path)["rng"])
    assert drawn() == wanted


def test_another_configuration_is_refused_by_name():
    saved = {
        "seed": 1,
        "steps": 10,
        "optimizer": {"learningRate": 1e-3, "betas": [0.9, 0.99]},
        "reward": {"url": "a", "reward": None},
        "save": {"keep": 1},
    }
    same = {**saved, "steps": 99, "reward": {"url": "b", "reward": None}, "save": {"keep": 2}, "threads": 2}
    checkpoint.check_same_config(saved, same)
    with pytest.raises(EngineError) as caught:
        checkpoint.check_same_config(
            saved,
            {**same, "optimizer": {"learningRate": 1e-4, "betas": [0.9, 0.99]}, "reward": {"url": "b", "reward": "x"}},
        )
    assert "optimizer.learningRate, reward.reward differ" in caught.value.message


def test_epochs_are_the_length_of_sft_and_the_updates_of_a_step_of_ppo():
    checkpoint.check_same_config({"kind": "sft", "epochs": 1}, {"kind": "sft", "epochs": 3})
    with pytest.raises(EngineError, match="epochs differ"):
        checkpoint.check_same_config({"kind": "ppo", "epochs": 1}, {"kind": "ppo", "epochs": 3})


def test_the_end_says_what_belongs_to_it(tmp_path):
    path = checkpoint.save(tmp_path, 7, STATE, keep=1)
    end = json.loads((path / "complete.json").read_text())
    assert end == {"step": 7, "files": {file.name: file.stat().st_size for file in path.glob("*.pt")}}
