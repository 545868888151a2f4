"""Policies, critics and references: loading, adapters, saving.

Weights that are trained stay float32; with ``dtype: bfloat16`` the arithmetic is bfloat16 by autocast (``policy.autocast()``), and what is
frozen (the reference; with LoRA the base) is kept in bfloat16.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from .config import EngineConfig, PpoConfig


@dataclass
class Policy:
    """A causal model with its tokenizer. ``model(input_ids=, attention_mask=, position_ids=, logits_to_keep=)`` gives ``.logits``."""

    model: Any
    tokenizer: PreTrainedTokenizerBase
    #: Any of them ends a completion; the first is the one that training writes.
    eos_ids: list[int]
    pad_id: int
    device: torch.device
    #: Of the arithmetic; see the module's text.
    dtype: torch.dtype
    is_lora: bool

    def autocast(self) -> AbstractContextManager[Any]:
        """The arithmetic of ``dtype``; nothing for float32."""
        raise NotImplementedError

    def trained_parameters(self) -> list[nn.Parameter]:
        """What an optimizer gets."""
        raise NotImplementedError

    @contextmanager
    def reference_log_prob_model(self) -> Iterator[Any]:
        """The frozen model that KL is measured against: a copy of the start model (or of ``reference.path``), or with LoRA the same model with its
        adapter switched off. Use it under ``torch.no_grad()``."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, torch.Tensor]:
        """What is trained (with LoRA the adapter alone), on the CPU: for checkpoints."""
        raise NotImplementedError

    def load_state_dict(self, state: dict[str, torch.Tensor]) -> None:
        """Puts back what ``state_dict`` gave."""
        raise NotImplementedError


class Critic:
    """Values of states. ``kind`` is ``separate`` or ``head``."""

    kind: str

    def values(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Float32 ``[B, T]``: position t holds the value of the state after token t (for response token t+1, as ``ppo_math`` wants them read at t-1).
        Position ids are counted from the mask, so left padding is fine."""
        raise NotImplementedError

    def parameters(self) -> list[nn.Parameter]:
        """What the critic's optimizer gets."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, torch.Tensor]:
        """What is trained, on the CPU."""
        raise NotImplementedError

    def load_state_dict(self, state: dict[str, torch.Tensor]) -> None:
        """Puts back what ``state_dict`` gave."""
        raise NotImplementedError


def load_policy(config: EngineConfig) -> Policy:
    """Loads or makes the policy of a configuration on its device, in eval mode (dropout off), adapters attached, the generation defaults of the model
    replaced by plain sampling. The reference is kept only for ``kind: ppo``.

    @raise EngineError: code ``model``: no such folder or file, an architecture that is not supported, no tokenizer, no EOS
    """
    raise NotImplementedError


def load_critic(config: PpoConfig, policy: Policy) -> Critic | None:
    """The critic of a configuration, starting from the policy's weights with a zeroed head (or from ``critic.path``); None for ``none``."""
    raise NotImplementedError


def save_hf(policy: Policy, folder: str | Path, merged: bool = False) -> None:
    """Writes an HF folder atomically (``FOLDER.part``, then renamed; a folder that is there is replaced). LoRA writes the adapter, and with ``merged`` the
    whole model in ``FOLDER/merged`` too. Weights are written in the configuration's dtype."""
    raise NotImplementedError


def position_ids(attention_mask: torch.Tensor) -> torch.Tensor:
    """Positions counted from the first token that is not padding."""
    raise NotImplementedError
