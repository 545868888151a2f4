"""Reading of the engine's configuration: what is wrong is named, with the way out."""

import json

import pytest

from querent_engine.config import PpoConfig, SftConfig, config_of, read_config
from querent_engine.errors import EngineError
from querent_engine.reading import to_json

SFT = {"kind": "sft", "out": "run/sft", "model": {"path": "m"}, "data": {"train": "pairs.jsonl"}}
PPO = {**SFT, "kind": "ppo", "reward": {"url": "http://127.0.0.1:1"}}


def test_reads_what_it_writes():
    config = config_of(
        {
            **PPO,
            "lambda": 0.9,
            "lora": {"targetModules": ["q_proj"]},
            "kl": {"estimator": "k3"},
            "optimizer": {"learningRate": 1},
        }
    )
    assert isinstance(config, PpoConfig)
    assert (config.lambda_, config.lora.target_modules, config.kl.estimator, config.optimizer.learning_rate) == (
        0.9,
        ["q_proj"],
        "k3",
        1.0,
    )
    assert config.dual_clip == 3.0 and config.validation.prompts is None
    assert config_of(json.loads(json.dumps(to_json(config)))) == config
    assert isinstance(config_of(SFT), SftConfig)


@pytest.mark.parametrize(
    ("changes", "message", "fix"),
    [
        ({"optimizer": {"learning_rat": 1}}, "optimizer.learning_rat is not a key", "optimizer.learningRate?"),
        ({"lamda": 1}, "lamda is not a key", "lambda?"),
        ({"zzz": 1}, "zzz is not a key", "There are: kind, out"),
        ({"clip": 0}, "clip is 0", "greater than 0"),
        ({"gamma": 1.5}, "gamma is 1.5", "from 0 to 1"),
        ({"steps": "3"}, 'steps is "3"', "a whole number"),
        ({"steps": 2.5}, "steps is 2.5", "a whole number"),
        ({"whiten": 1}, "whiten is 1", "true or false"),
        ({"seed": True}, "seed is true", "a whole number"),
        ({"optimizer": {"betas": [0.9, 2]}}, "optimizer.betas[1] is 2.0", "from 0 to"),
        ({"optimizer": 3}, "optimizer is 3", "an object"),
        ({"algorithm": "dpo"}, 'algorithm is "dpo"', "ppo, grpo"),
        ({"reward": {}}, "reward.url is missing", ""),
        ({"model": {}}, "model.path is missing", "HF folder"),
        ({"model": {"path": "m", "init": "random"}}, "model.path is set", "one of the two"),
        ({"model": {"init": "random", "tiny": {"hidden": 30, "heads": 4}}}, "do not divide", "multiple"),
        ({"critic": {"kind": "none"}}, "critic.kind is none", "separate or head for ppo"),
        ({"algorithm": "grpo", "critic": {"kind": "none"}}, "samplesPerPrompt is 1", "at least 2"),
        ({"critic": {"kind": "head", "path": "x"}}, "critic.path is set", "separate"),
        ({"data": {"train": None}}, "data.train is null", "a text"),
    ],
)
def test_says_what_is_wrong(changes, message, fix):
    with pytest.raises(EngineError) as caught:
        config_of({**PPO, **changes})
    assert (caught.value.code, caught.value.exit_code) == ("config", 2)
    assert message in caught.value.message and fix in caught.value.fix


@pytest.mark.parametrize(("text", "message"), [(None, "cannot be read"), ("{", "is no JSON"), ("[]", "is []")])
def test_says_what_is_wrong_with_the_file(tmp_path, text, message):
    path = tmp_path / "config.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(EngineError) as caught:
        read_config(path)
    assert message in caught.value.message
    assert json.loads(caught.value.to_json())["error"]["code"] == "config"


def test_an_sft_has_no_keys_of_ppo():
    with pytest.raises(EngineError, match="reward is not a key"):
        config_of({**SFT, "reward": {"url": "x"}})
