"""Rows as token ids: as serving makes them, what is too long left out, what is broken named by its line."""

import json

import pytest
from querent_engine.errors import EngineError
from querent_engine.prompts import PromptOrder, left_padded, prompt_ids, read_pairs, read_prompts
from querent_engine.tiny import build_tokenizer, vocabulary_of
from tiny_rows import write_pairs

TEXTS = ["system user\n Question heart stroke <answer> <|end|>"]
TEMPLATE = (
    "{% for m in messages %}<|pad|>{{ m['role'] }}: {{ m['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|pad|>assistant: {% endif %}"
)


@pytest.fixture()
def tokenizer():
    return build_tokenizer(vocabulary_of(TEXTS, ["<answer>", "</answer>"]), TEXTS)


def row(*contents, **more):
    return {
        "messages": [
            {"role": role, "content": content} for role, content in zip(("system", "user"), contents, strict=False)
        ],
        **more,
    }


def test_turns_go_one_after_the_other_without_a_chat_template_and_marks_mean_nothing(tokenizer):
    ids = prompt_ids(row("a", "b <|end|>", opened="<answer>"), tokenizer)
    assert tokenizer.decode(ids) == "a\n\nb <|end|>\n<answer>"
    assert tokenizer.eos_token_id not in ids


def test_turns_go_through_the_chat_template_and_a_text_stays_as_it_is(tokenizer):
    tokenizer.chat_template = TEMPLATE
    ids = prompt_ids(row("a", "b", opened="<answer>"), tokenizer)
    assert tokenizer.decode(ids) == "<|pad|>system: a<|end|><|pad|>user: b<|end|><|pad|>assistant: <answer>"
    assert ids.count(tokenizer.eos_token_id) == 2
    raw = prompt_ids({"text": "x<|end|>y\n", "opened": ""}, tokenizer)
    assert (tokenizer.decode(raw), raw.count(tokenizer.eos_token_id)) == ("x<|end|>y\n", 1)


def test_what_a_text_ends_with_is_not_opened_twice(tokenizer):
    ids = prompt_ids({"text": "x\n<answer>", "opened": "<answer>"}, tokenizer)
    assert tokenizer.decode(ids) == "x\n<answer>"


def test_a_completion_ends_with_the_eos_and_has_none_within(tokenizer, tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(row("a", "b", id="1", completion="no <|end|> here")) + "\n\n")
    (pair,), left_out = read_pairs(path, tokenizer, 50, 50, tokenizer.eos_token_id)
    assert (left_out, pair.id, pair.opened) == (0, "1", "")
    assert pair.completion_ids.index(tokenizer.eos_token_id) == len(pair.completion_ids) - 1
    assert tokenizer.decode(pair.completion_ids[:-1]) == "no <|end|> here"


def test_what_is_too_long_is_left_out_and_counted(tokenizer, tmp_path):
    path = write_pairs(tmp_path / "pairs.jsonl", 12)
    rows, none = read_prompts(path, tokenizer, 500)
    longest = max(len(each.ids) for each in rows)
    some, left_out = read_prompts(path, tokenizer, longest - 1)
    assert none == 0 and left_out == sum(len(each.ids) == longest for each in rows) and len(some) == 12 - left_out
    pairs, short = read_pairs(path, tokenizer, 500, 500, 0)
    assert (len(pairs), short) == (12, 0)
    with pytest.raises(
        EngineError, match="all 12 rows are longer than maxPromptTokens \\(500\\) or maxCompletionTokens \\(2\\)"
    ):
        read_pairs(path, tokenizer, 500, 2, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read"),
        ("", "it is empty"),
        ('{"id": 1, "messages": [{"role": "user", "content": "x"}], "completion": "y"}\n{', "line 2, is no JSON"),
        ("[]", "line 1, is no JSON object"),
        ('{"id": 1}', "line 1, has neither messages nor a text"),
        ('{"messages": []}', "line 1, has neither messages nor a text"),
        ('{"messages": [{"role": "user"}]}', "line 1, has a message without"),
        ('{"text": "x"}', "line 1, has no completion"),
    ],
)
def test_what_is_broken_is_named(tokenizer, tmp_path, text, message):
    path = tmp_path / "pairs.jsonl"
    if text is not None:
        path.write_text(text)
    with pytest.raises(EngineError) as caught:
        read_pairs(path, tokenizer, 50, 50, 0)
    assert (caught.value.code, caught.value.exit_code) == ("data", 2)
    assert message in caught.value.message


def test_every_round_has_every_prompt_once_and_goes_on_where_it_was():
    order = PromptOrder(7, seed=3)
    drawn = [order.next(5) for _ in range(4)]
    state = order.state_dict()
    rest = [order.next(4) for _ in range(5)]
    flat = [each for batch in [*drawn, *rest] for each in batch]
    rounds = [flat[start : start + 7] for start in range(0, 35, 7)]
    assert all(sorted(each) == list(range(7)) for each in rounds) and len({tuple(each) for each in rounds}) > 3
    again = PromptOrder(7, seed=99)
    again.load_state_dict(json.loads(json.dumps(state)))
    assert [again.next(4) for _ in range(5)] == rest
    assert PromptOrder(7, seed=4).next(7) != rounds[0]
    with pytest.raises(EngineError, match="7 prompts, now there are 8"):
        PromptOrder(8, 3).load_state_dict(state)


def test_padding_is_on_the_left():
    assert left_padded([[5], [6, 7]], 1) == ([[1, 5], [6, 7]], [[0, 1], [1, 1]])
