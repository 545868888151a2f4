"""The arithmetic against the vectors of reference/rl-engines.md (4.2), against verl's own functions, and by its
properties."""

import math
import random

import pytest
import torch

from querent_engine import ppo_math as m

REWARDS = torch.tensor([[0.0, 0, 0, 1], [0, -1, 0, 0]])
VALUES = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0, 0.1, 9, 9]])
MASK = torch.tensor([[1.0, 1, 1, 1], [1, 1, 0, 0]])


def test_advantages_and_returns_are_those_of_the_oracle():
    advantages, returns = m.gae(REWARDS, VALUES, MASK, gamma=1.0, lam=0.95)
    expected = torch.tensor([[0.799675, 0.7365, 0.67, 0.6], [-0.945, -1.1, 0, 0]])
    assert torch.allclose(advantages, expected, atol=1e-6)
    expected = torch.tensor([[0.899675, 0.9365, 0.97, 1.0], [-0.945, -1.0, 0, 0]])
    assert torch.allclose(returns, expected, atol=1e-6)


def test_whitened_advantages_are_those_of_the_oracle():
    advantages, _ = m.gae(REWARDS, VALUES, MASK, gamma=1.0, lam=0.95)
    assert float(m.masked_mean(advantages, MASK)) == pytest.approx(0.1268625, abs=1e-6)
    assert float(m.masked_variance(advantages, MASK)) == pytest.approx(0.79945456, abs=1e-6)
    expected = torch.tensor([[0.752484, 0.681828, 0.607453, 0.529164], [-1.198787, -1.372142, 0, 0]])
    assert torch.allclose(m.whiten(advantages, MASK), expected, atol=1e-6)


def test_value_loss_is_that_of_the_oracle():
    _, returns = m.gae(REWARDS, VALUES, MASK, gamma=1.0, lam=0.95)
    losses, clipped = m.value_loss(VALUES + 0.7, VALUES, returns, clip=0.5)
    assert float(m.masked_mean(losses, MASK)) == pytest.approx(0.51088853, abs=1e-6)
    assert float(m.masked_mean(clipped, MASK)) == 0.5


@pytest.mark.parametrize("estimator, expected", [("k1", 0.5), ("abs", 0.5), ("k2", 0.125), ("k3", 0.10653066)])
def test_kl_estimators(estimator, expected):
    value = m.kl_estimate(torch.tensor(-1.0), torch.tensor(-1.5), estimator)
    assert float(value) == pytest.approx(expected, abs=1e-6)


def test_k3_is_bounded_where_the_models_are_far_apart():
    assert float(m.kl_estimate(torch.tensor(-500.0), torch.tensor(0.0), "k3")) == 10.0
    assert float(m.kl_estimate(torch.tensor(0.0), torch.tensor(-500.0), "k3")) == 10.0


def test_an_unknown_estimator_is_named_with_those_there_are():
    with pytest.raises(ValueError, match="k1, abs, k2, k3"):
        m.kl_estimate(torch.tensor(0.0), torch.tensor(0.0), "k4")


@pytest.mark.parametrize(
    "ids, lengths, expected",
    [
        ([[5, 6, 1, 7], [1, 5, 5, 5]], None, [[1, 1, 1, 0], [1, 0, 0, 0]]),
        ([[5, 2, 1, 7], [5, 5, 5, 5]], None, [[1, 1, 0, 0], [1, 1, 1, 1]]),
        ([[5, 6, 7, 0], [5, 1, 0, 0]], [3, 4], [[1, 1, 1, 0], [1, 1, 0, 0]]),
    ],
)
def test_masks_go_up_to_and_including_the_first_eos(ids, lengths, expected):
    mask = m.completion_mask(torch.tensor(ids), [1, 2], None if lengths is None else torch.tensor(lengths))
    assert mask.tolist() == expected


def test_token_rewards_have_the_score_on_the_last_token():
    kl = torch.tensor([[1.0, 2, 3], [4, 5, 99]])
    mask = torch.tensor([[1.0, 1, 1], [1, 1, 0]])
    rewards = m.token_rewards(torch.tensor([10.0, 20.0]), kl, mask, 0.1)
    assert torch.allclose(rewards, torch.tensor([[-0.1, -0.2, 9.7], [-0.4, 19.5, 0.0]]), atol=1e-6)


def test_explained_variance():
    returns, mask = torch.tensor([[1.0, 2, 3, 77]]), torch.tensor([[1.0, 1, 1, 0]])
    assert m.explained_variance(returns, returns, mask) == pytest.approx(1.0)
    assert m.explained_variance(torch.full_like(returns, 2.0), returns, mask) == pytest.approx(0.0)
    assert m.explained_variance(-returns, returns, mask) == pytest.approx(-3.0)
    assert m.explained_variance(returns, torch.ones_like(returns), mask) is None


def test_kl_controllers():
    fixed = m.KlController(0.01)
    fixed.update(5.0, 100)
    assert fixed.value == 0.01
    adaptive = m.KlController(0.01, "adaptive", target=0.1, horizon=1000)
    adaptive.update(10.0, 100)
    assert adaptive.value == pytest.approx(0.01 * 1.02)
    adaptive.update(0.0, 100)
    assert adaptive.value == pytest.approx(0.01 * 1.02 * 0.98)


def test_the_dual_clip_bounds_what_a_bad_token_can_cost():
    new, old, bad = torch.tensor([[5.0]]), torch.tensor([[0.0]]), torch.tensor([[-1.0]])
    assert float(m.policy_loss(new, old, bad, 0.2).losses) == pytest.approx(math.exp(5))
    assert float(m.policy_loss(new, old, bad, 0.2, 3.0).losses) == pytest.approx(3.0)


@pytest.mark.parametrize(
    "schedule, step, expected",
    [("constant", 1, 0.5), ("constant", 2, 1.0), ("constant", 20, 1.0), ("cosine", 1, 0.5), ("cosine", 3, 1.0)],
)
def test_learning_rates(schedule, step, expected):
    assert m.learning_rate(1.0, step, 20, 0.1, schedule) == pytest.approx(expected)


def test_the_cosine_goes_down_all_the_way_and_never_below():
    rates = [m.learning_rate(1.0, step, 20, 0.1, "cosine") for step in range(3, 30)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(0.1) and rates[17] < 0.12


def random_case(seed):
    generator = torch.Generator().manual_seed(seed)
    rows, width = random.Random(seed).randint(2, 6), random.Random(seed + 1).randint(2, 9)
    lengths = torch.randint(1, width + 1, (rows,), generator=generator)
    lengths[0] = width
    mask = (torch.arange(width)[None, :] < lengths[:, None]).float()

    def table():
        return torch.randn((rows, width), generator=generator)

    return mask, table, torch.randn(rows, generator=generator)


@pytest.mark.parametrize("seed", range(20))
def test_masked_positions_influence_nothing(seed):
    mask, table, scores = random_case(seed)
    kl, values, new, old = table(), table(), table(), table()

    def everything(junk):
        spoilt = [torch.where(mask > 0, each, torch.full_like(each, junk)) for each in (kl, values, new, old)]
        rewards = m.token_rewards(scores, spoilt[0], mask, 0.1)
        advantages, returns = m.gae(rewards, spoilt[1], mask, 0.99, 0.9)
        white = m.whiten(advantages, mask)
        loss = m.policy_loss(spoilt[2], spoilt[3], white, 0.2, 3.0)
        losses, clipped = m.value_loss(spoilt[1] + 0.3, spoilt[1], returns, 0.2)
        means = [m.masked_mean(each, mask) for each in (loss.losses, loss.clipped, losses, clipped, spoilt[0])]
        return [
            rewards,
            advantages,
            returns,
            white,
            torch.stack(means),
            torch.tensor(m.explained_variance(spoilt[1], returns, mask)),
        ]

    for one, other in zip(everything(1e30), everything(float("nan"))):
        assert torch.equal(one, other)
    for one, other in zip(everything(0.0), everything(-7.0)):
        assert torch.equal(one, other)


@pytest.mark.parametrize("seed", range(10))
def test_padding_to_the_right_changes_nothing(seed):
    mask, table, scores = random_case(seed)
    values, kl = table(), table()

    def wider(each):
        return torch.nn.functional.pad(each, (0, 3), value=5.0 if each is not mask else 0.0)

    one = m.gae(m.token_rewards(scores, kl, mask, 0.1), values, mask, 0.9, 0.8)
    padded = wider(mask)
    other = m.gae(m.token_rewards(scores, wider(kl), padded, 0.1), wider(values), padded, 0.9, 0.8)
    for left, right in zip(one, other):
        assert torch.equal(left, right[:, : left.shape[1]])


@pytest.fixture(scope="module")
def verl():
    try:
        from verl.trainer.ppo import core_algos
        from verl.utils import torch_functional
    except Exception as error:
        pytest.skip(f"verl cannot be imported here: {type(error).__name__}: {error}")
    return core_algos, torch_functional


@pytest.mark.parametrize("seed", range(10))
def test_the_same_as_verl(verl, seed):
    core, functional = verl
    mask, table, scores = random_case(seed)
    kl, values, new, old = table(), table(), table() * 2, table() * 2
    rewards = m.token_rewards(scores, kl, mask, 0.05)
    advantages, returns = m.gae(rewards, values, mask, 0.98, 0.9)
    theirs, their_returns = core.compute_gae_advantage_return(rewards, values, mask, 0.98, 0.9)
    inside = mask > 0
    white = m.whiten(advantages, mask)
    assert torch.allclose(white[inside], theirs[inside], atol=1e-6)
    assert torch.allclose(returns[inside], their_returns[inside], atol=1e-6)
    losses, clipped = m.value_loss(values + new, values, returns, 0.3)
    loss, fraction = core.compute_value_loss(values + new, returns, values, mask, 0.3)
    assert float(m.masked_mean(losses, mask)) == pytest.approx(float(loss), rel=1e-6, abs=1e-6)
    assert float(m.masked_mean(clipped, mask)) == pytest.approx(float(fraction), abs=1e-6)
    for ours, name in (("k1", "kl"), ("abs", "abs"), ("k2", "mse"), ("k3", "low_var_kl")):
        assert torch.allclose(m.kl_estimate(new, old, ours), core.kl_penalty(new, old, name), atol=1e-6)
    ids = torch.randint(0, 4, (5, 9), generator=torch.Generator().manual_seed(seed))
    assert torch.equal(m.completion_mask(ids, [1, 2]), functional.get_response_mask(ids, [1, 2], torch.float32))


@pytest.mark.parametrize("seed", range(10))
def test_the_same_policy_loss_as_verl(verl, seed):
    core, _ = verl
    from verl.workers.config import ActorConfig

    mask, table, _ = random_case(seed)
    new, old, advantages = table() * 2, table() * 2, table()
    config = ActorConfig(
        strategy="fsdp",
        rollout_n=1,
        clip_ratio=0.2,
        clip_ratio_low=0.2,
        clip_ratio_high=0.2,
        clip_ratio_c=3.0,
        use_dynamic_bsz=True,
    )
    loss, metrics = core.compute_policy_loss_vanilla(old, new, advantages, mask, "token-mean", config)
    ours = m.policy_loss(new, old, advantages, 0.2, 3.0)
    assert float(m.masked_mean(ours.losses, mask)) == pytest.approx(float(loss), rel=1e-5, abs=1e-6)
    assert float(m.masked_mean(ours.clipped, mask)) == pytest.approx(metrics["actor/pg_clipfrac"], abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_the_same_group_advantages_and_controllers_as_verl(verl, seed):
    import numpy

    core, _ = verl
    mask, _, scores = random_case(seed)
    groups = [i // 2 for i in range(len(scores))]
    rewards = m.token_rewards(scores, torch.zeros_like(mask), mask, 0.0)
    theirs, _ = core.compute_grpo_outcome_advantage(rewards.clone(), mask, numpy.array(groups))
    assert torch.allclose(m.group_advantages(scores, groups, mask), theirs, atol=1e-6)
    ours, verls = m.KlController(0.01, "adaptive", 0.1, 1000), core.AdaptiveKLController(0.01, 0.1, 1000)
    for kl in (0.5, 0.01, 0.1, 0.12):
        ours.update(kl, 64)
        verls.update(kl, 64)
        assert ours.value == pytest.approx(verls.value, rel=1e-12)
