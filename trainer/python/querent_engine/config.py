"""The engine's configuration: the JSON that ``querent-trainer`` writes from a plan, read strictly.

Keys are camelCase in the file and snake_case here (``learningRate`` is ``learning_rate``; ``lambda`` is ``lambda_``).
A key that is
not known is an error that names the nearest one, a value out of range an error that says the range.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .errors import EngineError
from .reading import above, at_least, between, read_as, read_json, to_json


@dataclass(frozen=True, kw_only=True)
class TinyConfig:
    """A llama of random weights, for tests and for trying a plan out (``tiny.py``)."""

    layers: int = field(default=2, metadata=at_least(1))
    hidden: int = field(default=64, metadata=at_least(8))
    heads: int = field(default=4, metadata=at_least(1))
    kv_heads: int = field(default=2, metadata=at_least(1))
    intermediate: int = field(default=128, metadata=at_least(8))
    #: Whole tokens beside the words of the data, exactly as they stand in texts.
    vocabulary: list[str] = field(default_factory=list)
    max_positions: int = field(default=1024, metadata=at_least(16))


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """``pretrained`` needs ``path`` (an HF folder or a .gguf file), ``random`` needs ``tiny``."""

    path: str | None = None
    init: Literal["pretrained", "random"] = "pretrained"
    tiny: TinyConfig | None = None


@dataclass(frozen=True, kw_only=True)
class ReferenceConfig:
    """The model that KL is measured against, where it is not the start model."""

    path: str


@dataclass(frozen=True, kw_only=True)
class LoraConfig:
    """Low-rank adapters instead of full weights."""

    rank: int = field(default=16, metadata=at_least(1))
    alpha: float = field(default=32.0, metadata=above(0))
    dropout: float = field(default=0.0, metadata=between(0, 0.9))
    target_modules: str | list[str] = "all-linear"


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """Files of rows (``prompts.py``)."""

    train: str
    validation: str | None = None


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig:
    """AdamW, a linear warm-up over ``warmup_share`` of the steps, then constant or a cosine down to a tenth."""

    learning_rate: float = field(default=1e-5, metadata=above(0))
    critic_learning_rate: float = field(default=1e-5, metadata=above(0))
    weight_decay: float = field(default=0.0, metadata=at_least(0))
    betas: list[float] = field(default_factory=lambda: [0.9, 0.999], metadata=between(0, 0.99999))
    warmup_share: float = field(default=0.0, metadata=between(0, 1))
    schedule: Literal["constant", "cosine"] = "constant"
    gradient_clip: float = field(default=1.0, metadata=above(0))


@dataclass(frozen=True, kw_only=True)
class SaveConfig:
    """A checkpoint every so many steps; the newest ``keep`` stay."""

    every_steps: int = field(default=50, metadata=at_least(1))
    keep: int = field(default=2, metadata=at_least(1))


@dataclass(frozen=True, kw_only=True)
class ValidationConfig:
    """Every so many steps; ``prompts``: how many of the validation file (null = all); ``samples``: completions a
    prompt (ppo)."""

    every_steps: int = field(default=50, metadata=at_least(1))
    prompts: int | None = field(default=None, metadata=at_least(1))
    samples: int = field(default=1, metadata=at_least(1))


@dataclass(frozen=True, kw_only=True)
class KlConfig:
    """The penalty inside the reward (``ppo_math.py``)."""

    coefficient: float = field(default=0.001, metadata=at_least(0))
    estimator: Literal["k1", "abs", "k2", "k3"] = "k1"
    controller: Literal["fixed", "adaptive"] = "fixed"
    target: float = field(default=0.1, metadata=above(0))
    horizon: float = field(default=10_000.0, metadata=above(0))


@dataclass(frozen=True, kw_only=True)
class CriticConfig:
    """``separate``: a model of its own; ``head``: one layer on the policy's hidden states; ``none``: GRPO."""

    kind: Literal["separate", "head", "none"] = "separate"
    path: str | None = None
    warmup_steps: int = field(default=0, metadata=at_least(0))


@dataclass(frozen=True, kw_only=True)
class RewardConfig:
    """The reward service (``querent-trainer reward-server``)."""

    url: str
    reward: str | None = None
    timeout_seconds: float = field(default=120.0, metadata=above(0))
    retries: int = field(default=5, metadata=at_least(0))
    retry_seconds: float = field(default=2.0, metadata=at_least(0))
    batch_size: int = field(default=8, metadata=at_least(1))
    concurrency: int = field(default=2, metadata=at_least(1))


@dataclass(frozen=True, kw_only=True)
class EngineConfig:
    """What both kinds of training have."""

    kind: Literal["sft", "ppo"]
    out: str
    model: ModelConfig
    data: DataConfig
    seed: int = field(default=1, metadata=at_least(0))
    device: Literal["auto", "cpu", "cuda"] = "auto"
    dtype: Literal["float32", "bfloat16"] = "float32"
    #: 0 leaves torch's default.
    threads: int = field(default=0, metadata=at_least(0))
    reference: ReferenceConfig | None = None
    lora: LoraConfig | None = None
    gradient_checkpointing: bool = False
    max_prompt_tokens: int = field(default=1024, metadata=at_least(1))
    max_completion_tokens: int = field(default=512, metadata=at_least(1))
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    save: SaveConfig = field(default_factory=SaveConfig)
    validation: ValidationConfig = field(default_factory=ValidationConfig)
    tensorboard: bool = False

    @property
    def values(self) -> dict[str, object]:
        """The JSON values, all defaults written out: goes into checkpoints."""
        return to_json(self)

    @property
    def out_folder(self) -> Path:
        """The ``sft/`` or ``ppo/`` folder of the run."""
        return Path(self.out)


@dataclass(frozen=True, kw_only=True)
class SftConfig(EngineConfig):
    """Batch sizes count sequences; ``max_steps`` null: as many as ``epochs`` gives."""

    kind: Literal["sft"]
    epochs: float = field(default=1.0, metadata=above(0))
    max_steps: int | None = field(default=None, metadata=at_least(1))
    batch_size: int = field(default=32, metadata=at_least(1))
    micro_batch_size: int = field(default=8, metadata=at_least(1))


@dataclass(frozen=True, kw_only=True)
class PpoConfig(EngineConfig):
    """Batch sizes count sequences (completions); ``steps`` counts rounds of rollout and update."""

    kind: Literal["ppo"]
    reward: RewardConfig
    algorithm: Literal["ppo", "grpo"] = "ppo"
    steps: int = field(default=100, metadata=at_least(1))
    prompts_per_step: int = field(default=64, metadata=at_least(1))
    samples_per_prompt: int = field(default=1, metadata=at_least(1))
    rollout_micro_batch: int = field(default=32, metadata=at_least(1))
    mini_batch_size: int = field(default=64, metadata=at_least(1))
    micro_batch_size: int = field(default=8, metadata=at_least(1))
    epochs: int = field(default=1, metadata=at_least(1))
    temperature: float = field(default=1.0, metadata=above(0))
    top_p: float = field(default=1.0, metadata=between(0.01, 1))
    gamma: float = field(default=1.0, metadata=between(0, 1))
    lambda_: float = field(default=0.95, metadata=between(0, 1))
    clip: float = field(default=0.2, metadata=above(0))
    dual_clip: float | None = field(default=3.0, metadata=above(1))
    value_clip: float = field(default=0.5, metadata=above(0))
    value_coefficient: float = field(default=1.0, metadata=at_least(0))
    entropy_coefficient: float = field(default=0.0, metadata=at_least(0))
    whiten: bool = True
    kl: KlConfig = field(default_factory=KlConfig)
    critic: CriticConfig = field(default_factory=CriticConfig)


def read_config(path: str | Path) -> SftConfig | PpoConfig:
    """Reads and checks a configuration file.

    @raise EngineError: code ``config``: the file is not there or no JSON, a key is wrong (with the nearest right one),
        a value is
        missing, of another type or out of range, or two values do not fit each other
    """
    return config_of(read_json(path))


def config_of(values: object) -> SftConfig | PpoConfig:
    """The same for values that are there already (tests)."""
    kind = values.get("kind") if isinstance(values, dict) else None
    config: SftConfig | PpoConfig = read_as(PpoConfig if kind == "ppo" else SftConfig, values, "")
    _check_model(config)
    if isinstance(config, PpoConfig):
        _check_ppo(config)
    return config


def _check_model(config: EngineConfig) -> None:
    model = config.model
    if model.init == "pretrained" and model.path is None:
        raise EngineError(
            "config", "model.path is missing.", "Name an HF folder or a .gguf file, or write model.init random."
        )
    if model.init == "random":
        if model.path is not None:
            raise EngineError("config", "model.path is set, but model.init is random.", "Leave out one of the two.")
        tiny = model.tiny or TinyConfig()
        if tiny.hidden % tiny.heads or tiny.heads % tiny.kv_heads:
            raise EngineError(
                "config",
                f"model.tiny: {tiny.hidden} hidden units, {tiny.heads} heads and "
                f"{tiny.kv_heads} kvHeads do not divide.",
                "Let hidden be a multiple of heads, and heads of kvHeads.",
            )


def _check_ppo(config: PpoConfig) -> None:
    if (config.algorithm == "grpo") != (config.critic.kind == "none"):
        raise EngineError(
            "config",
            f"critic.kind is {config.critic.kind}, but the algorithm is {config.algorithm}.",
            "Write none for grpo, which has no critic, and separate or head for ppo.",
        )
    if config.algorithm == "grpo" and config.samples_per_prompt < 2:
        raise EngineError(
            "config", "samplesPerPrompt is 1, but grpo compares completions of one prompt.", "Write at least 2."
        )
    if config.critic.path is not None and config.critic.kind != "separate":
        raise EngineError(
            "config",
            f"critic.path is set, but critic.kind is {config.critic.kind}.",
            "Leave it out, or write separate.",
        )
