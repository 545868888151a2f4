"""Log-probabilities and entropy of tokens without ever holding the logits of a whole batch.

The body of the model gives hidden states; only those from which a trained token is predicted go through the output
layer, and those in
chunks, since 8 sequences of 1,024 tokens and a vocabulary of 151,936 would be 5 GB of logits in float32.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from .errors import EngineError

#: Logits of one chunk (tokens x vocabulary): 64 MB in float32.
CHUNK_ELEMENTS = 2**24


@dataclass(frozen=True)
class PaddedBatch:
    """Sequences padded on the right, prompt first.

    `ids`, `attention`: [B, P + T]. `rows`, `places` [N]: row and column of each completion token, in order of rows.
    `slots` [N]: its column
    in a [B, T] table of completion tokens, `width` = T.
    """

    ids: Tensor
    attention: Tensor
    rows: Tensor
    places: Tensor
    slots: Tensor
    width: int

    def table(self, packed: Tensor) -> Tensor:
        """[N] figures of the completion tokens as a [B, T] table with 0 where there is none."""
        shape = (self.ids.shape[0], self.width)
        return torch.zeros(shape, dtype=packed.dtype, device=packed.device).index_put((self.rows, self.slots), packed)


def pad_batch(
    prompts: Sequence[Sequence[int]],
    completions: Sequence[Sequence[int]],
    pad_id: int,
    device: torch.device,
    width: int | None = None,
) -> PaddedBatch:
    """Pads to the longest of the batch and no further (`width`: columns of its tables, default the longest
    completion)."""
    lengths = [len(p) + len(c) for p, c in zip(prompts, completions)]
    ids = torch.full((len(prompts), max(lengths)), pad_id, dtype=torch.long)
    rows, places, slots = [], [], []
    for row, (prompt, completion) in enumerate(zip(prompts, completions)):
        ids[row, : lengths[row]] = torch.tensor([*prompt, *completion], dtype=torch.long)
        rows += [row] * len(completion)
        places += range(len(prompt), lengths[row])
        slots += range(len(completion))
    attention = (torch.arange(ids.shape[1])[None, :] < torch.tensor(lengths)[:, None]).long()
    index = [torch.tensor(part, dtype=torch.long, device=device) for part in (rows, places, slots)]
    return PaddedBatch(ids.to(device), attention.to(device), *index, width or max(len(c) for c in completions))


def bare_model(model: nn.Module) -> nn.Module:
    """The transformers model within a peft wrapper, with its adapters; any other model as it is."""
    return model.get_base_model() if hasattr(model, "peft_config") else model


def hidden_states(model: nn.Module, batch: PaddedBatch) -> Tensor:
    """Last hidden states [B, P + T, H]. Padding stands behind its row, where causal attention does not see it, so no
    mask is needed."""
    body = bare_model(model).base_model
    return body(input_ids=batch.ids, use_cache=False).last_hidden_state


def output_layer(model: nn.Module) -> Callable[[Tensor], Tensor]:
    """From hidden states to logits in float32, with the scaling and the soft cap that some architectures have."""
    bare = bare_model(model)
    layer = bare.get_output_embeddings()
    config = bare.config
    divide, multiply = getattr(config, "logits_scaling", None), getattr(config, "logit_scale", None)
    cap = getattr(config, "final_logit_softcapping", None)

    def logits(hidden: Tensor) -> Tensor:
        result = layer(hidden.to(layer.weight.dtype)).float()
        if divide:
            result = result / divide
        if multiply:
            result = result * multiply
        return torch.tanh(result / cap) * cap if cap else result

    return logits


@torch.no_grad()
def check_output_layer(model: nn.Module, ids: Sequence[int], device: torch.device) -> None:
    """Makes sure that {@link output_layer} gives what the model's own forward gives.

    Raises EngineError for an architecture that does more between the two: its log-probabilities would be wrong without
    any sign of it.
    """
    batch = pad_batch([list(ids)[:-1]], [list(ids)[-1:]], 0, device)
    ours = output_layer(model)(hidden_states(model, batch))
    theirs = model(input_ids=batch.ids, use_cache=False).logits.float()
    difference = float((ours - theirs).abs().max())
    if not difference <= 1e-2 * max(1.0, float(theirs.abs().max())):
        name = type(bare_model(model)).__name__
        raise EngineError(
            "model",
            f"model: {name} changes its logits after the output layer in a way that this engine does not know "
            f"(they differ by {difference:.3g}).",
            "Train a model of another architecture, for example Llama, Qwen2 or Qwen3.",
        )


def score_tokens(
    hidden: Tensor,
    logits_of: Callable[[Tensor], Tensor],
    labels: Tensor,
    temperature: float = 1.0,
    with_entropy: bool = True,
    chunk_elements: int = CHUNK_ELEMENTS,
) -> tuple[Tensor, Tensor | None]:
    """Log-probability of each label [N] under the distribution that is sampled from (logits / temperature), and its
    entropy [N] in nats.

    `hidden` [N, H] are the states from which the labels are predicted. Each chunk's logits are computed again in the
    backward pass where
    there is more than one chunk.
    """

    def part(states: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        logits = logits_of(states)
        if temperature != 1.0:
            logits = logits / temperature
        log_probs = -nn.functional.cross_entropy(logits, targets, reduction="none")
        if not with_entropy:
            return log_probs, log_probs.detach()
        normalised = torch.log_softmax(logits, dim=-1)
        return log_probs, -(normalised.exp() * normalised).sum(dim=-1)

    width = logits_of(hidden[:1]).shape[-1] if len(hidden) else 1
    size = max(1, chunk_elements // width)
    if len(hidden) <= size:
        log_probs, entropy = part(hidden, labels)
        return log_probs, entropy if with_entropy else None
    again = torch.is_grad_enabled() and hidden.requires_grad
    parts = [
        checkpoint(part, states, targets, use_reentrant=False) if again else part(states, targets)
        for states, targets in zip(hidden.split(size), labels.split(size))
    ]
    log_probs = torch.cat([each for each, _ in parts])
    return log_probs, torch.cat([each for _, each in parts]) if with_entropy else None


def completion_scores(
    model: nn.Module,
    batch: PaddedBatch,
    temperature: float = 1.0,
    with_entropy: bool = True,
    hidden: Tensor | None = None,
) -> tuple[Tensor, Tensor | None]:
    """Log-probabilities and entropies of the completion tokens of a batch as [B, T] tables, 0 outside. `hidden`:
    states that are known already."""
    states = hidden_states(model, batch) if hidden is None else hidden
    labels = batch.ids[batch.rows, batch.places]
    before = states[batch.rows, batch.places - 1]
    log_probs, entropy = score_tokens(before, output_layer(model), labels, temperature, with_entropy)
    return batch.table(log_probs), None if entropy is None else batch.table(entropy)
