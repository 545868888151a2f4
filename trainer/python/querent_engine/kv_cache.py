"""Keys and values of what is generated, without copying them at every token.

transformers' own cache is a new tensor at every token, and attention with grouped heads writes each key once more for
every head of its group
where there is a mask: with a long completion, most of a token's time on a CPU. Here the room for the whole completion
is taken at once, and the
heads of a group are queries of one head.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, DynamicCache
from transformers.cache_utils import DynamicLayer
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

#: Name of the attention below in transformers' register.
NAME = "querent_grouped"


class RoomyLayer(DynamicLayer):
    """Keys and values of a layer in tensors that have room for `room` more tokens than the prompt."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room
        self._store: tuple[Tensor, Tensor] | None = None

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """Writes new states behind the others; gives all."""
        start = self.get_seq_length() if self.is_initialized else 0
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        end = start + key_states.shape[-2]
        if self._store is None or end > self._store[0].shape[-2]:
            wider = tuple(_with_room(states, end + self.room) for states in (key_states, value_states))
            if start > 0:
                wider[0][:, :, :start], wider[1][:, :, :start] = self.keys, self.values
            self._store = wider
        for store, states in zip(self._store, (key_states, value_states), strict=True):
            store[:, :, start:end] = states
        self.keys, self.values = (store[:, :, :end] for store in self._store)
        return self.keys, self.values

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keeps (or repeats) some sequences."""
        if self._store is None:
            return
        end, width = self.get_seq_length(), self._store[0].shape[-2]
        chosen = [states[indices] for states in (self.keys, self.values)]
        self._store = tuple(_with_room(states, width) for states in chosen)
        for store, states in zip(self._store, chosen, strict=True):
            store[:, :, :end] = states
        self.keys, self.values = (store[:, :, :end] for store in self._store)


def _with_room(states: Tensor, width: int) -> Tensor:
    rows, heads, _, size = states.shape
    return states.new_empty((rows, heads, width, size))


def roomy_cache(config: Any, room: int) -> DynamicCache:
    """A cache for a model; layers that see only a window, or keep another state, are transformers' own."""
    cache = DynamicCache(config=config)
    cache.layers = [RoomyLayer(room) if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


def grouped_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """torch's attention. For one new token the query heads that share a key head are taken as so many queries of that
    head, so that nothing is
    repeated; each of them sees all keys, as the newest token does."""
    rows, heads, length, size = query.shape
    shared = key.shape[1]
    if length > 1 or heads == shared:
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **kwargs
        )
    queries = query.reshape(rows, shared, heads // shared, size)
    result = nn.functional.scaled_dot_product_attention(queries, key, value, attn_mask=attention_mask, scale=scaling)
    return result.reshape(rows, heads, 1, -1).transpose(1, 2).contiguous(), None


AttentionInterface.register(NAME, grouped_attention)
AttentionMaskInterface.register(NAME, sdpa_mask)


@contextmanager
def generating(model: Any) -> Iterator[None]:
    """The attention above within the context, for models that use torch's own otherwise."""
    config = model.config
    before = config._attn_implementation
    if before != "sdpa":
        yield
        return
    config._attn_implementation = NAME
    try:
        yield
    finally:
        config._attn_implementation = before
