"""Tiny models: a vocabulary that can be cut in one way only, the same model for the same seed."""

import random

import pytest
import torch
from querent_engine.config import TinyConfig
from querent_engine.errors import EngineError
from querent_engine.tiny import build_tiny, build_tokenizer, vocabulary_of
from transformers import AutoModelForCausalLM, AutoTokenizer

TEXTS = ["You write.\n\nQuestion: Statins for heart failure (NYHA 2)\nWrite it, don't wait: é ≥5.\n"]
EXTRA = ['<answer>{"query": "', '"}</answer>', " AND", " OR", "[tiab]"]


def longest_first(text: str, tokens: list[str]) -> list[str]:
    """How llama.cpp cuts USER_DEFINED tokens: the longest first, over all of the text; what is left goes byte by
    byte."""
    parts: list[tuple[str, bool]] = [(text, False)]
    for token in sorted(tokens, key=lambda each: -len(each.encode())):
        cut: list[tuple[str, bool]] = []
        for part, is_token in parts:
            if is_token:
                cut.append((part, True))
                continue
            for index, piece in enumerate(part.split(token)):
                cut += [(token, True)] * (index > 0) + ([(piece, False)] if piece else [])
        parts = cut
    return [piece for part, is_token in parts for piece in ([part] if is_token else list(part))]


def test_words_are_tokens_and_nothing_is_lost():
    tokenizer = build_tokenizer(vocabulary_of(TEXTS, EXTRA), TEXTS)
    text = TEXTS[0] + '<answer>{"query": " heart failure[tiab] AND (heart)"}</answer>'
    ids = tokenizer(text, add_special_tokens=False).input_ids
    tokens = tokenizer.convert_ids_to_tokens(ids)
    assert tokenizer.decode(ids) == text
    assert {" heart", " failure", "\nQuestion", *EXTRA} - {" OR"} <= set(tokens)
    assert (tokenizer.eos_token_id, tokenizer.pad_token_id, tokenizer.chat_template) == (0, 1, None)


def test_both_ways_of_cutting_agree():
    draw = random.Random(5)
    letters = 'ab ()"\n'
    for _ in range(60):
        texts = ["".join(draw.choice(letters + "c") for _ in range(40)) for _ in range(4)]
        extra = ["".join(draw.choice(letters) for _ in range(draw.randint(2, 4))) for _ in range(3)]
        try:
            words = vocabulary_of(texts, extra)
        except EngineError:
            continue
        tokenizer = build_tokenizer(words, texts)
        for text in [*texts, "".join(texts), "".join(draw.choices(words, k=30)) if words else ""]:
            ours = [tokenizer.decode([each]) for each in tokenizer(text, add_special_tokens=False).input_ids]
            assert ours == longest_first(text, [word for word in words if len(word) > 1]), (text, words)


@pytest.mark.parametrize("extra", [["ab", "bcd"], ["bcd", "ab"], ["abab"], [" AND ", " heart"]])
def test_tokens_that_could_be_cut_in_two_ways_are_refused(extra):
    with pytest.raises(EngineError, match="cut in two ways") as caught:
        vocabulary_of([], extra)
    assert caught.value.code == "config"
    assert "ab x" in vocabulary_of([], ["ab x", "x"])  # one within the other is no doubt
    assert " heart" not in vocabulary_of(["a heart"], ["t bcdefg"])  # a word gives way to what was asked for


def test_the_seed_alone_decides(tmp_path):
    tiny = TinyConfig(vocabulary=EXTRA)
    torch.manual_seed(1)
    one, tokenizer = build_tiny(tiny, TEXTS, 7)
    torch.rand(3)
    other, _ = build_tiny(tiny, TEXTS, 7)
    third, _ = build_tiny(tiny, TEXTS, 8)
    ids = torch.tensor([tokenizer(TEXTS[0], add_special_tokens=False).input_ids])
    assert torch.equal(one(ids).logits, other(ids).logits) and not torch.equal(one(ids).logits, third(ids).logits)
    one.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    loaded, again = AutoModelForCausalLM.from_pretrained(tmp_path), AutoTokenizer.from_pretrained(tmp_path)
    assert again(TEXTS[0], add_special_tokens=False).input_ids == ids[0].tolist()
    assert torch.allclose(loaded(ids).logits, one(ids).logits, atol=1e-6)
