"""Which split of llama.cpp a tokenizer has, and what is refused."""

import json

import pytest
from export_models import tokenizer

from querent_engine.export.problems import ExportError
from querent_engine.export.tokenizer import CONTROL, NORMAL, UNUSED, USER_DEFINED, check_vocabulary, load_tokenizer, read_vocabulary, split_of
from querent_engine.tiny import build_tokenizer


@pytest.mark.parametrize(
    ("split", "ignore_merges", "name"),
    [("gpt-2", False, "gpt-2"), ("smollm", False, "smollm"), ("qwen2", False, "qwen2"), ("llama3", True, "llama-bpe"), ("llama3", False, "dbrx")],
)
def test_known_splits_are_found_in_tokenizer_json(tmp_path, split, ignore_merges, name):
    tokenizer(split, ignore_merges=ignore_merges).save_pretrained(tmp_path)
    assert split_of(tmp_path) == name


@pytest.mark.parametrize(("split", "ignore_merges"), [("whitespace", False), ("qwen2", True), ("smollm", True)])
def test_splits_that_llama_cpp_does_not_have_are_refused(tmp_path, split, ignore_merges):
    tokenizer(split, ignore_merges=ignore_merges).save_pretrained(tmp_path)
    with pytest.raises(ExportError, match="not known to llama.cpp"):
        split_of(tmp_path)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"model": {"type": "WordLevel"}}, "not BPE"),
        ({"model": {"type": "BPE", "byte_fallback": True}}, "falls back to bytes"),
        ({"pre_tokenizer": None}, "ByteLevel"),
    ],
)
def test_other_tokenizers_are_refused_with_the_reason(tmp_path, change, why):
    tokenizer().save_pretrained(tmp_path)
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(ExportError, match=why):
        split_of(tmp_path)


def test_a_vocabulary_tells_marks_from_control_tokens(tmp_path):
    tokenizer().save_pretrained(tmp_path)
    loaded = load_tokenizer(tmp_path)
    vocabulary = read_vocabulary(tmp_path, loaded, len(loaded) + 2)
    kinds = dict(zip(vocabulary.tokens, vocabulary.types, strict=True))
    assert kinds["<|im_start|>"] == CONTROL
    assert kinds["<answer>"] == USER_DEFINED
    assert kinds["diabetes"] == NORMAL
    assert vocabulary.types[-2:] == [UNUSED, UNUSED]
    assert not vocabulary.add_bos
    assert vocabulary.chat_template.startswith("{% for message")


def test_the_tiny_tokenizer_of_the_engine_keeps_its_blanks(tmp_path):
    """No merges: any split is right, and the one that is chosen removes no blank before a full stop."""
    build_tokenizer([" diabetes", "<answer>"], ["diabetes ."]).save_pretrained(tmp_path)
    assert split_of(tmp_path) == "smollm"


def test_a_tokenizer_that_is_larger_than_its_model(tmp_path):
    with pytest.raises(ExportError, match="do not belong together"):
        check_vocabulary(tmp_path, tokenizer(), 100)


def test_a_tokenizer_that_cannot_be_read(tmp_path):
    tokenizer().save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ExportError, match=r"The tokenizer of .* cannot be read"):
        load_tokenizer(tmp_path)
