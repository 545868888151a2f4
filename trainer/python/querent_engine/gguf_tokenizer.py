"""The tokenizer of a GGUF file, as llama.cpp reads it.

``AutoTokenizer.from_pretrained(gguf_file=)`` of transformers 5 drops two things that change token ids: the
pre-tokenizer that ``tokenizer.ggml.pre`` names (SmolLM2
cuts numbers into digits), and the ids of the special tokens (it takes ``<|im_start|>`` for the EOS of SmolLM2). This
reads them from the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gguf import GGUFReader, TokenType
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from .errors import EngineError

_QWEN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_LLAMA3 = _QWEN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def read_gguf_tokenizer(path: str | Path) -> PreTrainedTokenizerBase:
    """The tokenizer of a byte-level BPE model (``tokenizer.ggml.model`` gpt2).

    @raise EngineError: code ``model``: another kind of vocabulary or pre-tokenizer than those whose token ids are
        known to agree
    """
    reader = GGUFReader(str(path))

    def read(key: str) -> Any:
        field = reader.fields.get(f"tokenizer.{key}")
        return None if field is None else field.contents()

    kind, pre = read("ggml.model"), read("ggml.pre")
    steps = _pre_tokenizers(pre)
    if kind != "gpt2" or steps is None:
        raise EngineError(
            "model",
            f"{path} has a tokenizer ({kind}, {pre}) that is not known to give the same token ids "
            "in training as in serving.",
            "Give the model as a Hugging Face folder with its tokenizer.json.",
        )
    tokens, types = read("ggml.tokens"), read("ggml.token_type")
    normal = {token: index for index, token in enumerate(tokens)}
    # llama.cpp wants at least one merge and passes over those that make no token.
    merges = [
        (one, other)
        for one, _, other in (each.partition(" ") for each in read("ggml.merges") or [])
        if {one, other, one + other} <= normal.keys()
    ]
    backend = Tokenizer(models.BPE(vocab=normal, merges=merges, ignore_merges=pre == "llama-bpe"))
    backend.normalizer = normalizers.NFC() if pre == "qwen2" else None
    backend.pre_tokenizer = pre_tokenizers.Sequence(steps)
    backend.decoder = decoders.ByteLevel()
    for wanted, special in ((TokenType.CONTROL, True), (TokenType.USER_DEFINED, False)):
        added = [
            AddedToken(token, special=special, normalized=False)
            for token, type_ in zip(tokens, types, strict=True)
            if type_ == wanted
        ]
        backend.add_special_tokens(added) if special else backend.add_tokens(added)

    def token_of(key: str) -> str | None:
        index = read(f"ggml.{key}_token_id")
        return None if index is None else tokens[index]

    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token=token_of("bos"),
        eos_token=token_of("eos"),
        unk_token=token_of("unknown"),
        pad_token=token_of("padding") or token_of("eos"),
        chat_template=read("chat_template"),
        clean_up_tokenization_spaces=False,
    )


def _pre_tokenizers(pre: str | None) -> list[Any] | None:
    def split(pattern: str) -> list[Any]:
        return [
            pre_tokenizers.Split(Regex(pattern), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]

    gpt2 = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    known = {
        "gpt-2": [gpt2],
        "smollm": [pre_tokenizers.Digits(individual_digits=True), gpt2],
        "qwen2": split(_QWEN),
        "llama-bpe": split(_LLAMA3),
    }
    return known.get(pre or "")
