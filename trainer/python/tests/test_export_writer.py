"""Models written as GGUF and read back by transformers; quantised, and merged with an adapter."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from export_models import save_model
from transformers import AutoModelForCausalLM

from querent_engine.export import libllama
from querent_engine.export.folder import open_model_folder
from querent_engine.export.lora import alpha_of, fit, open_adapter, write_own
from querent_engine.export.problems import ExportError
from querent_engine.export.quantise import K_QUANTS, check_wanted, encode, rewrite, type_of_tensor
from querent_engine.export.tokenizer import load_tokenizer, read_vocabulary
from querent_engine.export.writer import interleaved, write_model

ROOT = Path(__file__).parents[3]
LLAMA3_ROPE = {
    "rope_type": "llama3", "factor": 8.0, "rope_theta": 1e4, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 512,
}  # fmt: skip
IDS = torch.tensor([[3, 99, 27, 258, 64, 7, 7, 31, 200, 12]])


def written(folder: Path, target: Path, base_type: str = "F32") -> Path:
    model = open_model_folder(folder)
    rows = model.tensors["model.embed_tokens.weight"].shape[0]
    vocabulary = read_vocabulary(folder, load_tokenizer(folder), rows)
    write_model(model, vocabulary, target, base_type, {"querent.template": "publication-search/1", "querent.step": 12})
    return target


def logits(folder: Path, file: str | None = None) -> torch.Tensor:
    model = AutoModelForCausalLM.from_pretrained(folder, **({} if file is None else {"gguf_file": file}), dtype=torch.float32)
    with torch.inference_mode():
        return model.eval()(IDS).logits[0]


def distance(a: torch.Tensor, b: torch.Tensor) -> float:
    """Largest difference of log-probabilities."""
    return (torch.log_softmax(a, -1) - torch.log_softmax(b, -1)).abs().max().item()


@pytest.mark.parametrize(
    ("kind", "more"),
    [("llama", {}), ("llama", {"tied": False}), ("llama", {"shard": "50KB", "dtype": torch.bfloat16}), ("qwen2", {}), ("qwen2", {"tied": False}), ("qwen3", {"head_dim": 128})],  # what transformers assumes where a file of qwen3 says another
)
def test_a_model_comes_back_as_it_was(tmp_path, kind, more):
    folder = save_model(tmp_path / "model", kind, **more)
    written(folder, tmp_path / "model.gguf")
    assert distance(logits(tmp_path, "model.gguf"), logits(folder)) < 1e-4


@pytest.mark.parametrize(("kind", "heads"), [("llama", 4), ("llama", 2)])
def test_rows_are_interleaved_as_llama_cpp_does(kind, heads):
    rows = np.arange(16 * 3, dtype=np.float32).reshape(16, 3)
    half = 16 // heads // 2
    first = interleaved(rows, heads)[: 2 * half]
    assert first[0].tolist() == rows[0].tolist()
    assert first[1].tolist() == rows[half].tolist()
    assert sorted(first[:, 0].tolist()) == sorted(rows[: 2 * half, 0].tolist())


def test_what_the_file_says(tmp_path):
    folder = save_model(tmp_path / "model")
    reader = gguf.GGUFReader(str(written(folder, tmp_path / "model.gguf")))
    said = {key: reader.fields[key].contents() for key in reader.fields if not key.startswith("GGUF.")}
    assert said["querent.template"] == "publication-search/1"
    assert said["querent.step"] == 12
    assert said["tokenizer.ggml.pre"] == "smollm"
    assert said["tokenizer.ggml.add_bos_token"] is False
    assert "<|im_start|>" in said["tokenizer.chat_template"]
    assert "output.weight" not in {tensor.name for tensor in reader.tensors}, "tied: written once"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"architectures": ["GPT2LMHeadModel"]}, "GPT2LMHeadModel"),
        ({"rope_parameters": LLAMA3_ROPE}, "llama3"),
    ],
)
def test_what_our_writer_does_not_know_is_refused(tmp_path, change, message):
    folder = save_model(tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(ExportError, match=message) as caught:
        written(folder, tmp_path / "model.gguf")
    assert "converter" in caught.value.fix


@pytest.mark.parametrize("kind", ["llama", "qwen2"])
def test_quantised_files_are_near_the_original(tmp_path, kind):
    folder = save_model(tmp_path / "model", kind, tied=False)
    base = written(folder, tmp_path / "base.gguf")
    exact = logits(folder)
    far = {}
    for wanted in ("F16", "BF16", "Q8_0", "Q5_0", "Q4_0"):
        rewrite(base, tmp_path / f"{wanted}.gguf", wanted, {"querent.version": "1.2.3"})
        far[wanted] = distance(logits(tmp_path, f"{wanted}.gguf"), exact)
        reader = gguf.GGUFReader(str(tmp_path / f"{wanted}.gguf"))
        assert reader.fields["querent.version"].contents() == "1.2.3"
        kinds = {tensor.name: tensor.tensor_type.name for tensor in reader.tensors}
        assert kinds["blk.0.ffn_up.weight"] == wanted
        assert kinds["blk.0.attn_norm.weight"] == "F32"
        assert kinds["output.weight"] == ("Q8_0" if wanted.startswith(("Q4", "Q5")) else wanted)
    assert far["F16"] < far["BF16"] < far["Q8_0"] < far["Q4_0"] < 5
    assert far["F16"] < 0.02


@pytest.mark.parametrize(
    ("name", "shape", "wanted", "kind"),
    [
        ("blk.0.ffn_up.weight", (128, 64), "Q4_0", "Q4_0"),
        ("blk.0.ffn_up.weight", (128, 65), "Q4_0", "F16"),
        ("token_embd.weight", (300, 64), "Q4_0", "Q8_0"),
        ("blk.0.attn_norm.weight", (64,), "F16", "F32"),
        ("blk.0.attn_q.bias", (64,), "Q8_0", "F32"),
    ],
)
def test_the_type_of_a_tensor(name, shape, wanted, kind):
    assert type_of_tensor(name, shape, wanted) == kind


def test_names_of_quantisations():
    assert check_wanted(["q8_0", "Q8_0", "Q4_K_M"]) == ["Q8_0", "Q4_K_M"]
    with pytest.raises(ExportError, match=r"There is no quantisation Q4_K_N. Did you mean Q4_K_"):
        check_wanted(["Q4_K_N"])


@pytest.mark.parametrize(("value", "kind", "message"), [(np.nan, "Q8_0", "diverged"), (np.inf, "F32", "no numbers"), (1e6, "F16", "F16 cannot hold")])
def test_weights_that_cannot_be_held(value, kind, message):
    weights = np.full((2, 32), value, dtype=np.float32)
    with pytest.raises(ExportError, match="blk.1.x") as caught:
        encode(weights, kind, "blk.1.x")
    assert message in f"{caught.value.message} {caught.value.fix}"


def libraries() -> Path:
    """The folder with node-llama-cpp's libraries for this machine."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower(), "")
    name = {"linux": f"linux-{machine}", "darwin": f"mac-{machine}-metal", "win32": f"win-{machine}"}.get(sys.platform, "")
    folder = ROOT / "node_modules/@node-llama-cpp" / name / "bins" / name
    if not folder.is_dir():
        pytest.skip(f"node-llama-cpp is not installed beside the trainer: there is no {folder}")
    return folder


def test_k_quants_are_made_and_come_back(tmp_path):
    folder = save_model(tmp_path / "model", hidden=256)
    base = written(folder, tmp_path / "base.gguf")
    assert libllama.quantise_k(base, tmp_path / "k.gguf", "Q4_K_M", libraries(), "v0.5.0", 1) == "libllama"
    kinds = {tensor.name: tensor.tensor_type.name for tensor in gguf.GGUFReader(str(tmp_path / "k.gguf")).tensors}
    assert kinds["blk.0.ffn_up.weight"] == "Q4_K"
    assert distance(logits(tmp_path, "k.gguf"), logits(folder)) < 5


def test_an_unknown_release_is_not_trusted(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    for folder, tag in ((tmp_path, "v9.0.0"), (tmp_path, "v0.5.0"), (None, "v0.5.0")):
        with pytest.raises(ExportError, match="Q4_K_M cannot be made here") as caught:
            libllama.quantise_k(tmp_path / "base.gguf", tmp_path / "k.gguf", "Q4_K_M", folder, tag, 1)
        assert "Q8_0" in caught.value.fix and not set(K_QUANTS) & set(caught.value.fix.replace(",", " ").split())


def test_a_library_that_fails_is_told_with_its_last_words(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "base.gguf").write_bytes(b"GGUF, but not really")
    with pytest.raises(ExportError, match="llama.cpp's library failed"):
        libllama.quantise_k(tmp_path / "base.gguf", tmp_path / "k.gguf", "Q4_K_M", libraries(), "v0.5.0", 1)
    assert not (tmp_path / "k.gguf").exists()


def test_defaults_that_are_not_those_of_the_release():
    def params(**change):
        values = {"ftype": 7, "output_tensor_type": 42, "token_embedding_type": 42, "quantize_output_tensor": True, "max_buf_size": 2**33}
        return libllama.QuantizeParams(**{**values, **change})

    assert libllama.is_sane(params(), "v0.5.0")
    for change in ({"nthread": 4}, {"ftype": 2}, {"pure": True}, {"imatrix": 1}, {"max_buf_size": 0}, {"output_tensor_type": 0}):
        assert not libllama.is_sane(params(**change), "v0.5.0")


@pytest.fixture
def adapted(tmp_path) -> tuple[Path, Path]:
    """A tiny llama with an adapter that is not zero."""
    from peft import LoraConfig, get_peft_model

    folder = save_model(tmp_path / "model")
    torch.manual_seed(1)
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained(folder), LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", init_lora_weights=False)
    )
    model.save_pretrained(tmp_path / "adapter")
    return folder, tmp_path / "adapter"


def test_an_adapter_changes_what_its_product_changes(tmp_path, adapted):
    folder, path = adapted
    model, adapter = open_model_folder(folder), open_adapter(path)
    fit(adapter, model)
    write_own(model, adapter, tmp_path / "lora.gguf", "F32", {"querent.version": "1.0.0"})
    reader = gguf.GGUFReader(str(tmp_path / "lora.gguf"))
    assert reader.fields["general.type"].contents() == "adapter"
    assert reader.fields["adapter.lora.alpha"].contents() == 8
    tensors = {tensor.name: tensor.data for tensor in reader.tensors}
    assert len(tensors) == len(adapter.tensors)
    from safetensors.torch import load_file

    weights = load_file(path / "adapter_model.safetensors")
    name = "base_model.model.model.layers.1.self_attn.k_proj"
    change = (weights[f"{name}.lora_B.weight"] @ weights[f"{name}.lora_A.weight"]).numpy()
    product = tensors["blk.1.attn_k.weight.lora_b"] @ tensors["blk.1.attn_k.weight.lora_a"]
    np.testing.assert_allclose(product, interleaved(change, 2), atol=1e-6)


def test_an_adapter_of_another_model(tmp_path, adapted):
    other = open_model_folder(save_model(tmp_path / "other", hidden=128))
    with pytest.raises(ExportError, match="does not belong to"):
        fit(open_adapter(adapted[1]), other)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"peft_type": "IA3"}, "IA3"), ({"use_dora": True}, "DoRA"), ({"rank_pattern": {"q_proj": 8}}, "ranks or scales by layer")],
)
def test_adapters_that_a_gguf_has_no_place_for(adapted, change, message):
    file = adapted[1] / "adapter_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(ExportError, match=message):
        alpha_of(open_adapter(adapted[1]))


def test_rank_stabilised_adapters_keep_their_scale(adapted):
    file = adapted[1] / "adapter_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "use_rslora": True}))
    assert alpha_of(open_adapter(adapted[1])) / 4 == pytest.approx(8 / 4**0.5)


def test_the_command_says_events_and_faults_as_json(tmp_path):
    folder = save_model(tmp_path / "model")
    config = {"model": str(folder), "out": str(tmp_path / "out"), "stem": "tiny", "name": "Tiny", "quantisations": ["Q8_0"], "metadata": {}}

    def run(**change):
        (tmp_path / "config.json").write_text(json.dumps({**config, **change}))
        command = [sys.executable, "-m", "querent_engine.export", "convert", "--config", str(tmp_path / "config.json")]
        return subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True)

    done = run()
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["event"] for each in events][-2:] == ["file", "done"]
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["tiny-Q8_0.gguf"]
    failed = run(model=str(tmp_path / "absent"))
    assert failed.returncode == 2
    assert json.loads(failed.stderr.splitlines()[-1])["error"]["code"] == "input"
