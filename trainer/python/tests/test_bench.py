"""The benchmark: it measures what a step does, and says it as JSON."""

import json

from fake_rewards import ppo_values
from querent_engine import bench
from querent_engine.config import config_of


def test_it_measures_rollout_and_update_beside_plain_transformers(tmp_path, capsys):
    for critic in ({"kind": "separate"}, {"kind": "head"}):
        values = ppo_values(tmp_path, "http://127.0.0.1:1", critic=critic)
        assert bench.run(config_of(values), repetitions=2) == 0
        made = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
        assert set(made["tokensPerSecond"]) == {"rollout", "plainRollout", "update", "plainUpdate"}
        assert set(made["ratio"]) == {"rollout", "update", "step"}
        for figure in [*made["tokensPerSecond"].values(), *made["ratio"].values()]:
            assert figure["median"] > 0 and figure["spread"] >= 0
        assert made["repetitions"] == 2 and made["sequences"] == 16 and 16 <= made["tokens"] <= 16 * 8
    # Nothing is written where a run's files would be.
    assert not (tmp_path / "ppo").exists()


def test_it_leaves_the_weights_as_they_are(tmp_path, monkeypatch):
    seen = []
    real = bench.PpoRun

    def kept(*arguments):
        ppo = real(*arguments)
        seen.append((ppo, {name: value.clone() for name, value in ppo.policy.state_dict().items()}))
        return ppo

    monkeypatch.setattr(bench, "PpoRun", kept)
    bench.run(config_of(ppo_values(tmp_path, "http://127.0.0.1:1")), repetitions=1)
    ppo, before = seen[0]
    assert all(bool((value == before[name]).all()) for name, value in ppo.policy.state_dict().items())
