"""Policies and critics: plain sampling, adapters on one base, a frozen reference, saved so that they load again."""

import json

import pytest
import torch
from gguf import GGUFWriter, TokenType
from querent_engine.config import config_of
from querent_engine.errors import EngineError
from querent_engine.export.convert import convert_all
from querent_engine.gguf_tokenizer import read_gguf_tokenizer
from querent_engine.loading import load_pretrained
from querent_engine.models import load_critic, load_policy, position_ids, save_hf
from tiny_rows import sft_values

IDS = torch.tensor([[5, 9, 30, 31, 7, 2]])


def ppo_of(folder, **changes):
    values = sft_values(folder)
    for key in ("epochs", "batchSize"):
        values.pop(key)
    return config_of({**values, "kind": "ppo", "reward": {"url": "http://127.0.0.1:1"}, **changes})


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A tiny model in an HF folder with the generation defaults of an instruct model."""
    folder = tmp_path_factory.mktemp("saved")
    policy = load_policy(config_of(sft_values(folder)))
    save_hf(policy, folder / "model")
    defaults = folder / "model" / "generation_config.json"
    defaults.write_text(
        json.dumps(
            {
                **json.loads(defaults.read_text()),
                "do_sample": True,
                "temperature": 0.1,
                "top_k": 3,
                "repetition_penalty": 1.5,
            }
        )
    )
    return folder / "model"


def logits(model):
    with torch.no_grad():
        return model(input_ids=IDS).logits


def test_a_policy_samples_plainly_whatever_the_model_brings(saved, tmp_path):
    policy = load_policy(ppo_of(tmp_path, model={"path": str(saved)}))
    settings = policy.model.generation_config
    assert (settings.temperature, settings.top_k, settings.top_p, settings.repetition_penalty) == (1.0, 0, 1.0, 1.0)
    assert (policy.eos_ids, policy.pad_id, policy.is_lora, policy.model.training) == ([0], 1, False, False)
    with policy.training() as model:
        assert model.training
    assert not policy.model.training


def test_attention_drops_nothing_while_it_learns(saved, tmp_path):
    config = saved / "config.json"
    before = config.read_text()
    config.write_text(json.dumps({**json.loads(before), "attention_dropout": 0.5}))
    try:
        policy = load_policy(ppo_of(tmp_path, model={"path": str(saved)}))
    finally:
        config.write_text(before)
    expected = logits(policy.model)
    with policy.training() as model:
        assert torch.equal(logits(model), expected)


def test_the_reference_stays_as_it_was(saved, tmp_path):
    policy = load_policy(ppo_of(tmp_path, model={"path": str(saved)}))
    before = logits(policy.model)
    with torch.no_grad():
        for each in policy.trained_parameters():
            each.add_(0.01)
    with policy.reference_log_prob_model() as reference:
        assert torch.equal(logits(reference), before)
        assert not any(each.requires_grad for each in reference.parameters())
    assert not torch.equal(logits(policy.model), before)
    other = load_policy(ppo_of(tmp_path, seed=4, reference={"path": str(saved)}))
    with other.reference_log_prob_model() as reference:
        assert torch.equal(logits(reference), before)


def test_adapters_learn_alone_and_their_absence_is_the_reference(saved, tmp_path):
    config = ppo_of(tmp_path, model={"path": str(saved)}, lora={"rank": 4})
    policy = load_policy(config)
    critic = load_critic(config, policy)
    before = logits(policy.model)
    names = [name for name, each in policy.model.named_parameters() if each.requires_grad]
    assert names and all("lora_" in name for name in names)
    optimizer = torch.optim.SGD([*policy.trained_parameters(), *critic.parameters()], lr=1.0)
    critic.head.weight.data.fill_(0.1)
    for _ in range(2):
        (
            policy.model(input_ids=IDS).logits.square().mean()
            + (critic.values(IDS, torch.ones_like(IDS)) - 1).square().mean()
        ).backward()
        optimizer.step()
    assert not torch.equal(logits(policy.model), before)
    with policy.reference_log_prob_model() as reference:
        assert torch.equal(logits(reference), before)
    # The critic's own adapters, on the same base tensors.
    own = {id(each) for each in policy.model.parameters()}
    assert any(id(each) in own for each in critic._body.parameters())
    assert not {id(each) for each in critic.parameters()} & {id(each) for each in policy.trained_parameters()}

    save_hf(policy, tmp_path / "adapter", merged=True)
    wanted = logits(policy.model)
    assert not torch.allclose(wanted, before, atol=1e-3)
    for folder in (tmp_path / "adapter" / "merged", tmp_path / "adapter"):
        assert torch.allclose(logits(load_pretrained(folder)[0]), wanted, atol=1e-4)
    assert torch.equal(logits(policy.model), wanted)  # merging was on a copy
    state = policy.state_dict()
    fresh = load_policy(config)
    fresh.load_state_dict(state)
    assert torch.equal(logits(fresh.model), wanted)


@pytest.mark.parametrize("kind", ["separate", "head"])
def test_a_critic_begins_with_zeros_reads_left_padding_and_comes_back(saved, tmp_path, kind):
    config = ppo_of(tmp_path, model={"path": str(saved)}, critic={"kind": kind})
    policy = load_policy(config)
    critic = load_critic(config, policy)
    assert torch.equal(critic.values(IDS, torch.ones_like(IDS)), torch.zeros(1, 6))
    torch.manual_seed(0)
    torch.nn.init.normal_(critic.head.weight)
    plain = critic.values(IDS, torch.ones_like(IDS))
    padded = critic.values(torch.cat([torch.tensor([[1, 1]]), IDS], 1), torch.tensor([[0, 0, 1, 1, 1, 1, 1, 1]]))
    assert torch.allclose(padded[:, 2:], plain, atol=1e-5)
    plain.sum().backward()
    assert (policy.trained_parameters()[0].grad is None) and critic.head.weight.grad is not None
    assert (len(critic.parameters()) > 2) == (kind == "separate")
    other = load_critic(config, policy)
    other.load_state_dict(critic.state_dict())
    assert torch.equal(other.values(IDS, torch.ones_like(IDS)), plain)
    assert load_critic(ppo_of(tmp_path, critic={"kind": "none"}, algorithm="grpo", samplesPerPrompt=2), policy) is None


def test_gradient_checkpointing_changes_no_gradient(saved, tmp_path):
    gradients = []
    for is_on in (False, True):
        policy = load_policy(ppo_of(tmp_path, model={"path": str(saved)}, gradientCheckpointing=is_on))
        with policy.training() as model:
            model(input_ids=IDS, use_cache=False).logits.square().mean().backward()
        gradients.append(policy.trained_parameters()[3].grad)
    assert torch.allclose(*gradients, atol=1e-7)


def test_bfloat16_computes_so_and_keeps_the_weights(saved, tmp_path):
    policy = load_policy(ppo_of(tmp_path, model={"path": str(saved)}, dtype="bfloat16"))
    assert policy.trained_parameters()[0].dtype == torch.float32
    with policy.autocast():
        assert logits(policy.model).dtype == torch.bfloat16
    with policy.reference_log_prob_model() as reference:
        assert next(reference.parameters()).dtype == torch.bfloat16
    save_hf(policy, tmp_path / "model")
    assert json.loads((tmp_path / "model" / "config.json").read_text())["dtype"] == "bfloat16"
    assert torch.allclose(logits(load_pretrained(tmp_path / "model")[0]), logits(policy.model), atol=0.05)


def test_a_gguf_file_is_trained_and_saved_like_a_folder(saved, tmp_path):
    said = []
    out = convert_all(
        {
            "model": str(saved),
            "out": str(tmp_path / "gguf"),
            "stem": "tiny",
            "name": "tiny",
            "quantisations": ["Q8_0"],
            "metadata": {},
            "threads": 1,
        },
        lambda *args, **more: said.append(more),
        lambda _: lambda _: None,
    )
    file = next((tmp_path / "gguf").glob("*.gguf"))
    assert out["files"]
    policy = load_policy(config_of(sft_values(tmp_path, model={"path": str(file)})))
    original, tokenizer = load_pretrained(saved)
    assert torch.allclose(logits(policy.model), logits(original), atol=0.05)
    text = 'Question: does heart help stroke\n<answer>{"query": " heart AND stroke"}</answer>'
    ids = tokenizer(text, add_special_tokens=False).input_ids
    assert policy.tokenizer(text, add_special_tokens=False).input_ids == ids
    assert (policy.eos_ids[0], policy.pad_id, policy.tokenizer.decode(ids)) == (0, 1, text)
    save_hf(policy, tmp_path / "model")
    assert torch.equal(logits(load_pretrained(tmp_path / "model")[0]), logits(policy.model))


def write_vocabulary(path, pre, kind="gpt2"):
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *"abc12", "Ġ", "ab", "12"]
    writer = GGUFWriter(str(path), "llama")
    writer.add_tokenizer_model(kind)
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types([TokenType.CONTROL] * 3 + [TokenType.NORMAL] * (len(tokens) - 3))
    writer.add_token_merges(["a b", "1 2"])
    for add, index in ((writer.add_bos_token_id, 1), (writer.add_eos_token_id, 2), (writer.add_pad_token_id, 2)):
        add(index)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path


@pytest.mark.parametrize(
    ("pre", "tokens"),
    [("gpt-2", ["ab", "Ġ", "12"]), ("smollm", ["ab", "Ġ", "1", "2"]), ("llama-bpe", ["ab", "Ġ", "12"])],
)
def test_a_gguf_tokenizer_cuts_as_its_file_says(tmp_path, pre, tokens):
    tokenizer = read_gguf_tokenizer(write_vocabulary(tmp_path / "v.gguf", pre))
    assert tokenizer.convert_ids_to_tokens(tokenizer("ab 12", add_special_tokens=False).input_ids) == tokens
    assert (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id) == (1, 2, 2)
    assert tokenizer("<|im_end|>", add_special_tokens=False).input_ids == [2]


@pytest.mark.parametrize(("pre", "kind"), [("jina-v2-de", "gpt2"), ("default", "llama")])
def test_a_tokenizer_that_is_not_known_is_refused(tmp_path, pre, kind):
    with pytest.raises(EngineError, match="same token ids"):
        read_gguf_tokenizer(write_vocabulary(tmp_path / "v.gguf", pre, kind))


@pytest.mark.parametrize("content", [None, "folder", "file"])
def test_what_is_no_model_is_named(tmp_path, content):
    path = tmp_path / "m.gguf"
    if content == "folder":
        path.mkdir()
        (path / "config.json").write_text('{"model_type": "nonsense"}')
    elif content == "file":
        path.write_bytes(b"GGUF nonsense")
    with pytest.raises(EngineError, match="m.gguf") as caught:
        load_pretrained(path)
    assert (caught.value.code, caught.value.exit_code) == ("model", 2)


def test_an_adapter_for_layers_that_are_not_there_is_refused(saved, tmp_path):
    with pytest.raises(EngineError, match="lora.targetModules") as caught:
        load_policy(ppo_of(tmp_path, model={"path": str(saved)}, lora={"targetModules": ["qkv"]}))
    assert "q_proj" in caught.value.fix


def test_a_full_disk_leaves_the_model_that_was_there(saved, tmp_path, monkeypatch):
    policy = load_policy(config_of(sft_values(tmp_path, model={"path": str(saved)})))
    save_hf(policy, tmp_path / "model")

    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(policy.model), "save_pretrained", refuse)
    with pytest.raises(EngineError, match="bytes are free") as caught:
        save_hf(policy, tmp_path / "model")
    assert caught.value.code == "disk-full"
    assert (tmp_path / "model" / "model.safetensors").exists() and not (tmp_path / "model.part").exists()


def test_positions_are_counted_from_the_first_token():
    assert position_ids(torch.tensor([[0, 0, 1, 1], [1, 1, 1, 0]])).tolist() == [[0, 0, 0, 1], [0, 1, 2, 2]]
