"""Tiny random models with a tokenizer that llama.cpp has, as folders: what the tests of the exporter export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, LlamaConfig, PreTrainedTokenizerFast, Qwen2Config, Qwen3Config

CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
WORDS = ("diabetes", "insulin", "metformin", "ANDs", "query", "tiab")


def tokenizer(split: str = "smollm", words: tuple[str, ...] = WORDS, ignore_merges: bool = False) -> PreTrainedTokenizerFast:
    """A byte-level BPE of which some words are one token, with the marks of ChatML; the BOS is the mark of a turn, as in SmolLM2."""
    vocabulary = {character: index for index, character in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    merges: list[tuple[str, str]] = []
    for word in words:
        for end in range(2, len(word) + 1):
            if word[:end] not in vocabulary:
                merges.append((word[: end - 1], word[end - 1]))
                vocabulary[word[:end]] = len(vocabulary)
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=ignore_merges))
    gpt2 = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    steps: dict[str, list[Any]] = {
        "gpt-2": [gpt2],
        "smollm": [pre_tokenizers.Digits(individual_digits=True), gpt2],
        "llama3": [pre_tokenizers.Split(Regex(LLAMA3), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)],
        "qwen2": [pre_tokenizers.Split(Regex(QWEN2), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)],
        "whitespace": [pre_tokenizers.Whitespace(), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)],
    }
    backend.pre_tokenizer = steps[split][0] if len(steps[split]) == 1 else pre_tokenizers.Sequence(steps[split])
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    backend.add_tokens([AddedToken(mark, normalized=False, special=False) for mark in ("<answer>", "</answer>", "<think>", "</think>")])
    made = PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token="<|im_start|>", eos_token="<|im_end|>", pad_token="<|im_end|>", clean_up_tokenization_spaces=False
    )
    made.chat_template = CHATML
    return made


def save_model(
    folder: Path,
    kind: str = "llama",
    split: str = "smollm",
    seed: int = 0,
    hidden: int = 64,
    tied: bool = True,
    dtype: torch.dtype = torch.float32,
    shard: str | None = None,
    **more: Any,
) -> Path:
    """A model folder of a tiny ``llama``, ``qwen2`` or ``qwen3``. ``shard``: most bytes of a file, such as ``50KB``."""
    tokens = tokenizer(split)
    torch.manual_seed(seed)
    cls = {"llama": LlamaConfig, "qwen2": Qwen2Config, "qwen3": Qwen3Config}[kind]
    # A norm of 1 and weights of this size give distributions that are neither flat nor certain.
    config = cls(
        vocab_size=len(tokens) + 3, hidden_size=hidden, intermediate_size=2 * hidden, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=1024, tie_word_embeddings=tied, initializer_range=0.12, bos_token_id=tokens.bos_token_id,
        eos_token_id=tokens.eos_token_id, pad_token_id=tokens.pad_token_id, **more)  # fmt: skip
    model = AutoModelForCausalLM.from_config(config).to(dtype)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            # Those that begin at zero or one are otherwise never told apart.
            if name.endswith("bias") or "norm" in name:
                weights.add_(0.2 * torch.randn_like(weights))
    model.save_pretrained(folder, **({} if shard is None else {"max_shard_size": shard}))
    tokens.save_pretrained(folder)
    return folder
