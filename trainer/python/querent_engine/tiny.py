"""Tiny llamas of random weights with a word-level vocabulary, that transformers and llama.cpp tokenise alike.

For the exporter: the tokenizer is byte-level BPE (GGUF model ``gpt2``, pre ``gpt-2``) with NO merges, the byte
alphabet cut to the bytes of the data and
printable ASCII, and whole words as added tokens:

- ids 0 and 1: ``<|end|>`` (EOS, special, GGUF type CONTROL; also BOS for llama.cpp, with add_bos_token false),
``<|pad|>`` (PAD, CONTROL),
- then single byte characters in GPT-2's alphabet (type NORMAL; ``Ċ`` for a line feed is always there),
- then the given extra tokens and words with the space or line feed before them (added, not special, raw text with
plain spaces; type USER_DEFINED).

llama.cpp cuts USER_DEFINED tokens longest first over the whole text, transformers leftmost-longest: both give the same
as long as no token ends as another of
its length or longer begins, which ``vocabulary_of`` makes sure of. There is no chat template: prompts are
``system\\n\\nuser\\n``. A byte that is in no token is dropped by both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerBase, PreTrainedTokenizerFast

from .config import TinyConfig
from .errors import EngineError

END, PAD = "<|end|>", "<|pad|>"
#: Five times the usual: with tied embeddings a small model learns to copy words of its prompt in some hundred steps,
#: and with 0.02 hardly at all.
_INITIALIZER_RANGE = 0.1
_WORD = re.compile(r"[ \n][A-Za-z]+")


def build_tiny(tiny: TinyConfig, texts: Iterable[str], seed: int) -> tuple[LlamaForCausalLM, PreTrainedTokenizerBase]:
    """A model of random weights (by the seed alone) and its tokenizer. @raise EngineError: code ``config``: extra
    tokens that overlap"""
    texts = list(texts)
    tokenizer = build_tokenizer(vocabulary_of(texts, tiny.vocabulary), texts)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=tiny.hidden,
        intermediate_size=tiny.intermediate,
        num_hidden_layers=tiny.layers,
        num_attention_heads=tiny.heads,
        num_key_value_heads=tiny.kv_heads,
        max_position_embeddings=tiny.max_positions,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        initializer_range=_INITIALIZER_RANGE,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=1,
        attention_dropout=0.0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LlamaForCausalLM(config), tokenizer


def vocabulary_of(texts: Sequence[str], extra: Sequence[str]) -> list[str]:
    """The extra tokens, then the words of the texts with the space or line feed before them, the most frequent first;
    a word that could be cut in two ways
    together with a token before it in the list is left to its bytes.

    @raise EngineError: code ``config``: two extra tokens that could be cut in two ways
    """
    chosen = _Tokens()
    for token in extra:
        clash = chosen.clash(token)
        if clash is not None:
            raise EngineError(
                "config",
                f"model.tiny.vocabulary: {clash[0]!r} ends as the longer {clash[1]!r} begins, "
                "so texts could be cut in two ways.",
                "Choose tokens of which none ends as another of its length or longer begins.",
            )
        chosen.add(token)
    counts = Counter(word for text in texts for word in _WORD.findall(text))
    for word, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        if chosen.clash(word) is None:
            chosen.add(word)
    return list(chosen.all)


def build_tokenizer(words: Sequence[str], texts: Iterable[str]) -> PreTrainedTokenizerBase:
    """The tokenizer of the module's text."""
    alphabet = {byte for text in texts for byte in text.encode()} | set(range(0x20, 0x7F)) | {0x0A}
    characters = [_BYTE_CHARACTERS[byte] for byte in sorted(alphabet)]
    vocabulary = {token: index for index, token in enumerate([END, PAD, *characters])}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    backend.decoder = decoders.ByteLevel()
    # A single printable character is in the alphabet already, and would become another id as an added token.
    added = [word for word in words if word not in vocabulary]
    backend.add_special_tokens([AddedToken(each, special=True, normalized=False) for each in (END, PAD)])
    backend.add_tokens([AddedToken(each, special=False, normalized=False) for each in added])
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, eos_token=END, pad_token=PAD, bos_token=END, clean_up_tokenization_spaces=False
    )


def _byte_characters() -> dict[int, str]:
    """GPT-2's characters for bytes: printable ones stand for themselves, the others for code points from 256 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {**{byte: chr(byte) for byte in printable}, **{byte: chr(256 + index) for index, byte in enumerate(others)}}


_BYTE_CHARACTERS = _byte_characters()


class _Tokens:
    """Tokens of which no two can be cut in two ways. "ab" and "bcd" can: in "abcd" the leftmost is one and the longest
    the other."""

    def __init__(self) -> None:
        self.all: dict[str, None] = {}
        #: The longest token that begins, and the shortest that ends, with a text that is not the whole of it.
        self._longest: dict[str, str] = {}
        self._shortest: dict[str, str] = {}

    def add(self, token: str) -> None:
        if token == "" or token in self.all:
            return
        self.all[token] = None
        for begin in _begins(token):
            self._longest[begin] = max(token, self._longest.get(begin, token), key=_size)
        for end in _ends(token):
            self._shortest[end] = min(token, self._shortest.get(end, token), key=_size)

    def clash(self, token: str) -> tuple[str, str] | None:
        """The token that ends, and the one of its length or longer that begins with the same; None when there is
        none."""
        ends, begins = _ends(token), _begins(token)
        if any(end in begins for end in ends):
            return token, token
        for end in ends:
            other = self._longest.get(end)
            if other is not None and _size(other) >= _size(token):
                return token, other
        for begin in begins:
            other = self._shortest.get(begin)
            if other is not None and _size(token) >= _size(other):
                return other, token
        return None


def _size(token: str) -> int:
    return len(token.encode())


def _begins(token: str) -> list[str]:
    return [token[:length] for length in range(1, len(token))]


def _ends(token: str) -> list[str]:
    return [token[length:] for length in range(1, len(token))]
