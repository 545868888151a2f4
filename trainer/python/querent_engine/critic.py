"""Critics: the value of what is written so far."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .config import PpoConfig
from .errors import EngineError
from .loading import load_pretrained
from .policy import Policy, autocast, position_ids, put_back, trained_state, with_lora


class Critic:
    """Values of states. ``separate``: a body of its own under one layer; ``head``: that layer on the policy's own
    hidden states, whose gradient is
    stopped. The layer begins with zeros, so the first values are 0."""

    def __init__(self, kind: str, policy: Policy, body: Any, head: nn.Linear) -> None:
        self.kind = kind
        self.head = head
        self._policy = policy
        self._body = body

    def values(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Float32 ``[B, T]``: position t holds the value of the state after token t (for response token t+1, as
        ``ppo_math`` wants them read at t-1).
        Position ids are counted from the mask, so left padding is fine."""
        inputs = {
            "input_ids": input_ids,
            "attention_mask": attention_mask,
            "position_ids": position_ids(attention_mask),
            "use_cache": False,
        }
        with autocast(self._policy.device, self._policy.dtype):
            if self._body is None:
                with torch.no_grad():
                    hidden = decoder_of(self._policy.model)(**inputs).last_hidden_state
            else:
                hidden = self._body(**inputs).last_hidden_state
        return self.values_of(hidden)

    def values_of(self, hidden: torch.Tensor) -> torch.Tensor:
        """Values of last hidden states ``[B, T, H]`` that are there already; for ``head``, whose states are the
        policy's, their gradient is stopped."""
        hidden = hidden.detach() if self._body is None else hidden
        return self.head(hidden.float()).squeeze(-1)

    def train(self, mode: bool = True) -> None:
        """Training mode of the body: gradient checkpointing and dropout of adapters."""
        if self._body is not None:
            self._body.train(mode)

    def parameters(self) -> list[nn.Parameter]:
        """What the critic's optimizer gets."""
        body = [] if self._body is None else [each for each in self._body.parameters() if each.requires_grad]
        return [*body, *self.head.parameters()]

    def state_dict(self) -> dict[str, torch.Tensor]:
        """What is trained, on the CPU."""
        return trained_state(self.modules())

    def load_state_dict(self, state: dict[str, torch.Tensor]) -> None:
        """Puts back what ``state_dict`` gave."""
        put_back(self.modules(), state)

    def modules(self) -> nn.ModuleDict:
        """Head and body."""
        return nn.ModuleDict({"head": self.head, **({} if self._body is None else {"body": self._body})})


def load_critic(config: PpoConfig, policy: Policy) -> Critic | None:
    """The critic of a configuration, starting from the policy's weights with a zeroed head (or from the causal model
    at ``critic.path``); None for ``none``.
    With LoRA a ``separate`` critic has adapters of its own on the same base."""
    kind = config.critic.kind
    if kind == "none":
        return None
    size = policy.model.config.hidden_size
    head = nn.Linear(size, 1).to(policy.device)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    if kind == "head":
        return Critic(kind, policy, None, head)
    body = _body(config, policy)
    if config.gradient_checkpointing:
        body.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    return Critic(kind, policy, body.eval(), head)


def decoder_of(model: Any) -> Any:
    """The layers below the head of a causal model, adapters and all."""
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    return inner.get_decoder()


def _body(config: PpoConfig, policy: Policy) -> Any:
    path = config.critic.path
    if path is not None:
        decoder = decoder_of(load_pretrained(Path(path))[0]).to(
            policy.device, policy.dtype if config.lora else torch.float32
        )
        if decoder.config.hidden_size != policy.model.config.hidden_size:
            raise EngineError(
                "model", f"The model at {path} has another hidden size than the policy.", "Name one of the same base."
            )
    elif config.lora is not None:
        decoder = decoder_of(policy.base)
    else:
        decoder = copy.deepcopy(decoder_of(policy.model))
    return decoder if config.lora is None else with_lora(decoder, config.lora, "FEATURE_EXTRACTION")
