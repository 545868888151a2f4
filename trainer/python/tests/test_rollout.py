"""Sampling: what ends a completion, what a draw depends on, and that the log-probabilities are those of what was
sampled from."""

import pytest
import torch
from fake_rewards import ppo_values
from querent_engine import rollout as r
from querent_engine.config import config_of
from querent_engine.log_probs import (
    check_output_layer,
    completion_scores,
    hidden_states,
    output_layer,
    pad_batch,
    score_tokens,
)
from querent_engine.models import load_policy
from querent_engine.prompts import PromptRow, read_prompts

OPTIONS = r.SamplingOptions(max_tokens=12)


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rollout")
    values = ppo_values(folder, "http://127.0.0.1:1", steps=1)
    values["model"]["tiny"]["vocabulary"].append("</answer>")
    policy = load_policy(config_of(values))
    policy.rows = read_prompts(values["data"]["train"], policy.tokenizer, 64)[0]
    return policy


def sample(policy, prompts, at, stops=None, options=OPTIONS):
    stops = stops or [False] * len(prompts)
    return r.generate(policy, prompts, at, options, r.AnswerEnd(policy), stops)


def test_draws_do_not_depend_on_how_sequences_are_batched(policy):
    prompts = [row.ids for row in policy.rows for _ in range(2)]
    at = r.uniforms(1, 1, len(prompts), 12)
    together = sample(policy, prompts, at)
    alone = [sample(policy, [prompt], at[i : i + 1])[0] for i, prompt in enumerate(prompts)]
    assert together == alone
    assert len({tuple(each.ids) for each in together}) > len(prompts) // 2
    assert sample(policy, prompts, r.uniforms(1, 2, len(prompts), 12)) != together


def test_greedy_is_the_same_as_transformers_generate(policy):
    for row in policy.rows[:4]:
        theirs = policy.model.generate(
            torch.tensor([row.ids]), max_new_tokens=12, do_sample=False, eos_token_id=policy.eos_ids, pad_token_id=1
        )
        assert sample(policy, [row.ids], None)[0].ids == theirs[0, len(row.ids) :].tolist()


def test_defaults_of_the_model_are_never_applied(policy):
    prompts = [row.ids for row in policy.rows]
    at = r.uniforms(1, 1, len(prompts), 12)
    before = sample(policy, prompts, at)
    settings = policy.model.generation_config
    settings.top_k, settings.temperature, settings.repetition_penalty, settings.do_sample = 1, 0.1, 5.0, False
    assert sample(policy, prompts, at) == before


def test_a_completion_ends_with_its_end_token_or_at_the_limit(policy):
    completions = sample(policy, [policy.rows[0].ids] * 200, r.uniforms(3, 1, 200, 12))
    ended = [each for each in completions if each.end == "eos"]
    assert ended
    for each in completions:
        ends = [token for token in each.ids if token in policy.eos_ids]
        assert (ends == each.ids[-1:] and each.end == "eos") if ends else (each.end == "length" and len(each.ids) == 12)
        assert each.is_truncated == (not ends)


def test_a_completion_ends_behind_its_answer_where_the_template_has_one(policy):
    tag = policy.tokenizer.convert_tokens_to_ids("</answer>")
    completions = sample(policy, [policy.rows[0].ids] * 300, r.uniforms(5, 1, 300, 12), [True] * 300)
    answered = [each for each in completions if tag in each.ids]
    assert answered
    for each in answered:
        assert each.end == "answer" and each.ids.index(tag) == len(each.ids) - 1 and not each.is_truncated
        assert r.decode(policy, each).endswith("</answer>")
    without = sample(policy, [policy.rows[0].ids] * 300, r.uniforms(5, 1, 300, 12))
    assert any(tag in each.ids[:-1] for each in without)


def test_the_end_of_an_answer_is_found_over_several_tokens(policy):
    ends = r.AnswerEnd(policy)
    ids = policy.tokenizer("x</answer", add_special_tokens=False).input_ids
    last = policy.tokenizer(">", add_special_tokens=False).input_ids
    assert bool(ends.can_end[last[-1]]) and ends(ids + last) and not ends(ids)


@pytest.mark.parametrize(
    "row, expected",
    [
        ({"text": "a", "opened": "<think>"}, True),
        ({"text": "a", "opened": "<answer>"}, True),
        ({"messages": [{"role": "user", "content": 'write <answer>{"query": ""}</answer>'}]}, True),
        ({"text": "write JSON", "opened": ""}, False),
    ],
)
def test_templates_with_answer_tags_are_known(row, expected):
    assert r.has_answer_tags(PromptRow("x", [1], row)) == expected


def test_draws_follow_the_distribution():
    logits = torch.tensor([[0.0, 1.0, 2.0, -1.0]])
    at = torch.linspace(0, 1, 20_001, dtype=torch.float64)[:-1]
    tokens = r.choose(logits.expand(len(at), -1), at, 0.5, 1.0)
    expected = torch.softmax(logits[0] / 0.5, dim=-1)
    assert torch.allclose(torch.bincount(tokens, minlength=4) / len(at), expected, atol=1e-3)
    nucleus = r.choose(logits.expand(len(at), -1), at, 1.0, 0.7)
    assert set(nucleus.tolist()) == {1, 2}
    # A token of probability 0 is never drawn, not even at the ends.
    sharp = torch.tensor([[-1e9, 0.0, -1e9]])
    assert r.choose(sharp.expand(2, -1), torch.tensor([0.0, 1 - 2**-53], dtype=torch.float64), 1.0, 1.0).tolist() == [
        1,
        1,
    ]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("at", [None, torch.tensor([0.5])])
def test_output_that_is_no_number_ends_the_run(bad, at):
    with pytest.raises(r.EngineError, match="not a number"):
        r.choose(torch.tensor([[0.0, bad]]), at, 1.0, 1.0)


def test_log_probs_are_those_of_the_models_own_forward(policy):
    prompts = [row.ids for row in policy.rows[:6]]
    completions = [each.ids for each in sample(policy, prompts, r.uniforms(7, 1, 6, 12))]
    batch = pad_batch(prompts, completions, policy.pad_id, policy.device)
    log_probs, entropy = completion_scores(policy.model, batch, temperature=0.7)
    for row, (prompt, completion) in enumerate(zip(prompts, completions, strict=True)):
        logits = policy.model(input_ids=torch.tensor([prompt + completion])).logits[0, len(prompt) - 1 : -1] / 0.7
        expected = torch.log_softmax(logits, dim=-1)
        own = expected.gather(1, torch.tensor(completion)[:, None])[:, 0]
        assert torch.allclose(log_probs[row, : len(completion)], own, atol=1e-5)
        assert torch.allclose(entropy[row, : len(completion)], -(expected.exp() * expected).sum(-1), atol=1e-5)
        assert bool((log_probs[row, len(completion) :] == 0).all())


def test_chunks_change_neither_values_nor_gradients(policy):
    prompts = [row.ids for row in policy.rows[:4]]
    batch = pad_batch(prompts, [[5, 6, 7, 8, 9]] * 4, policy.pad_id, policy.device)
    results = []
    for chunk in (2**24, 3 * len(policy.tokenizer)):
        policy.model.zero_grad()
        states = hidden_states(policy.model, batch)[batch.rows, batch.places - 1]
        labels = batch.ids[batch.rows, batch.places]
        log_probs, entropy = score_tokens(states, output_layer(policy.model), labels, chunk_elements=chunk)
        (log_probs.sum() + entropy.sum()).backward()
        gradients = [each.grad.clone() for each in policy.trained_parameters()]
        results.append([log_probs.detach(), entropy.detach(), *gradients])
    policy.model.zero_grad()
    for one, other in zip(*results, strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_a_model_that_changes_its_logits_afterwards_is_refused(policy, monkeypatch):
    check_output_layer(policy.model, policy.rows[0].ids, policy.device)
    plain = type(policy.model).forward

    def doubled(self, *args, **kwargs):
        result = plain(self, *args, **kwargs)
        result.logits = result.logits * 2
        return result

    monkeypatch.setattr(type(policy.model), "forward", doubled)
    with pytest.raises(r.EngineError, match="changes its logits"):
        check_output_layer(policy.model, policy.rows[0].ids, policy.device)
