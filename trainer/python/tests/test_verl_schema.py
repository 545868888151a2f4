"""Overrides against the defaults of the verl that is installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("omegaconf", reason="omegaconf is not installed in this Python")
from querent_engine import verl_schema

try:
    verl_schema.defaults_path()
except verl_schema.MissingVerl as fault:
    pytest.skip(str(fault), allow_module_level=True)

ROOT = Path(__file__).parents[1]


def problems(key: str, value: Any, is_new: bool = False) -> list[dict[str, Any]]:
    return verl_schema.check([{"key": key, "value": value, "isNew": is_new}])["problems"]


@pytest.mark.parametrize(
    ("key", "value", "is_new"),
    [
        ("algorithm.gamma", 1, False),
        ("algorithm.adv_estimator", "grpo", False),
        ("actor_rollout_ref.rollout.name", "vllm", False),
        ("actor_rollout_ref.rollout.top_p", 0.9, False),
        ("actor_rollout_ref.actor.entropy_coeff", 0.001, False),
        ("actor_rollout_ref.actor.optim.betas", [0.9, 0.99], False),
        ("actor_rollout_ref.rollout.log_prob_micro_batch_size_per_gpu", 4, False),
        ("critic.enable", False, False),
        ("critic.ppo_mini_batch_size", 8, False),
        ("trainer.logger", ["console"], False),
        ("actor_rollout_ref.model.target_modules", ["q_proj"], False),
        ("reward.custom_reward_function.reward_kwargs.url", "http://x", True),
        ("actor_rollout_ref.model.override_config.attn_implementation", "sdpa", True),
        ("ray_kwargs.ray_init.runtime_env", {"env_vars": {"A": "b"}}, True),
    ],
)
def test_what_verl_knows(key: str, value: Any, is_new: bool) -> None:
    assert problems(key, value, is_new) == []


@pytest.mark.parametrize(
    ("key", "value", "is_new", "message", "nearest"),
    [
        ("algorithm.gama", 1, False, "Did you mean algorithm.gamma?", "algorithm.gamma"),
        ("actor_rollout_ref.actor.clip_ration", 0.2, False, "no such key", "actor_rollout_ref.actor.clip_ratio"),
        ("critic.cliprange", 0.5, False, "no such key", "critic.cliprange_value"),
        ("critic.model.fsdp_config.param_offload", True, False, "Did you mean", None),
        ("zzz", 1, False, "no such key", None),
        ("reward.custom_reward_function.reward_kwargs.url", "x", False, "no such key", None),
        ("algorithm.gamma", 1, True, "Leave out the +", None),
        ("nowhere.at.all", 1, True, "nothing at nowhere.at", None),
        ("algorithm.gamma", "one", False, "another kind", None),
        ("trainer.nnodes", True, False, "another kind", None),
        ("algorithm.use_kl_in_reward", 1, False, "another kind", None),
        ("trainer.logger", "console", False, "another kind", None),
    ],
)
def test_what_verl_does_not_know(key: str, value: Any, is_new: bool, message: str, nearest: str | None) -> None:
    [problem] = problems(key, value, is_new)
    assert problem["key"] == key and message in problem["message"]
    if nearest is not None:
        assert problem["nearest"] == nearest


def test_all_problems_at_once() -> None:
    report = verl_schema.check([{"key": key, "value": 1} for key in ("a", "algorithm.gamma", "b")])
    assert not report["ok"] and [each["key"] for each in report["problems"]] == ["a", "b"]
    assert report["resolved"]["algorithm.gamma"] == 1


def run(asked: Any, *flags: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, *flags, "-m", "querent_engine.verl_schema"],
        cwd=ROOT,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout.strip().splitlines()[-1])


def test_the_command() -> None:
    code, report = run({"overrides": [{"key": "algorithm.gamma", "value": 0.9}]})
    assert code == 0 and report["ok"] and report["version"].startswith("0.9")
    code, report = run({"overrides": [{"key": "algorithm.gama", "value": 0.9}]})
    assert code == 1 and report["problems"][0]["nearest"] == "algorithm.gamma"


def test_neither_ray_nor_torch_is_imported() -> None:
    code = (
        "import sys; sys.modules['ray'] = None; sys.modules['torch'] = None\n"
        "from querent_engine import verl_schema\n"
        "assert verl_schema.check([{'key': 'algorithm.gamma', 'value': 1}])['ok']\n"
        "assert 'verl' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_without_verl_it_says_what_to_do() -> None:
    code, report = run({"overrides": []}, "-S")  # no site-packages
    assert code == 2 and not report["ok"]
    assert "pip install" in report["problems"][0]["message"]


def test_hydra_reads_the_command_line_as_it_was_meant() -> None:
    pytest.importorskip("hydra", reason="hydra is not installed in this Python")
    overrides = [{"key": "trainer.project_name", "value": "a b", "isNew": False}]
    report = verl_schema.check(overrides, arguments=["trainer.project_name='a b'"])
    assert report["ok"] and report["composed"]
    [problem] = verl_schema.check(overrides, arguments=["trainer.project_name=other"])["problems"]
    assert "other" in problem["message"] and "a b" in problem["message"]
    [problem] = verl_schema.check(overrides, arguments=["trainer.project_name='a b"])["problems"]
    assert "Hydra refuses" in problem["message"]
