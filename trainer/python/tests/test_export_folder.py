"""Model folders: what is wrong with one is told with its place and the way out, before anything is written."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from export_models import save_model

from querent_engine.export.folder import open_model_folder, read_safetensors_header
from querent_engine.export.problems import ExportError


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "tiny", shard="50KB", dtype=torch.bfloat16)


@pytest.fixture
def folder(whole, tmp_path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "tiny"))


def refusal(folder: Path) -> ExportError:
    with pytest.raises(ExportError) as caught:
        open_model_folder(folder)
    assert caught.value.exit_code == 2
    assert str(folder) in caught.value.message and caught.value.fix.endswith(".")
    return caught.value


def test_a_folder_of_several_files_is_read(whole):
    model = open_model_folder(whole)
    assert len({entry.file for entry in model.tensors.values()}) > 1
    assert model.architecture == "LlamaForCausalLM"
    assert model.base_type == "BF16"
    assert model.parameters == sum(entry.elements for entry in model.tensors.values())
    assert model.tensors["model.layers.1.self_attn.k_proj.weight"].shape == (32, 64)


def test_no_folder(tmp_path):
    assert "There is no folder" in refusal(tmp_path / "absent").message


def test_a_file_is_no_folder(folder):
    assert "is not a folder" in refusal(folder / "config.json").message


def test_no_config(folder):
    (folder / "config.json").unlink()
    assert "has no config.json" in refusal(folder).message


def test_an_adapter_is_no_model(folder):
    (folder / "config.json").rename(folder / "adapter_config.json")
    assert "--adapter" in refusal(folder).fix


def test_a_checkpoint_of_a_distributed_run_is_merged_first(tmp_path):
    (tmp_path / "actor").mkdir()
    assert "model_merger" in refusal(tmp_path).fix


def test_a_config_that_is_no_json(folder):
    (folder / "config.json").write_text("{")
    assert "is not JSON" in refusal(folder).message


@pytest.mark.parametrize(
    ("architectures", "message"),
    [(None, "does not name its architecture"), (["LlamaForTokenClassification"], "a critic or classifier")],
)
def test_what_writes_no_text(folder, architectures, message):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "architectures": architectures}))
    assert message in refusal(folder).message


def test_a_shard_that_is_missing_is_named(folder):
    lost = sorted(folder.glob("*.safetensors"))[1]
    lost.unlink()
    assert lost.name in refusal(folder).message


def test_a_tensor_that_no_file_has(folder):
    index = folder / "model.safetensors.index.json"
    value = json.loads(index.read_text())
    value["weight_map"]["model.layers.7.mlp.up_proj.weight"] = next(iter(value["weight_map"].values()))
    index.write_text(json.dumps(value))
    assert "model.layers.7.mlp.up_proj.weight" in refusal(folder).message


@pytest.mark.parametrize("kept", [0, 5, 200, -1])
def test_a_file_that_is_cut_off(folder, kept):
    file = sorted(folder.glob("*.safetensors"))[0]
    data = file.read_bytes()
    file.write_bytes(data[:kept])
    assert file.name in refusal(folder).message


def test_a_file_that_is_too_long_is_no_better(folder):
    file = sorted(folder.glob("*.safetensors"))[0]
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(ExportError, match="cut off"):
        read_safetensors_header(file)


def test_old_weights_are_to_be_saved_anew(folder):
    for file in [*folder.glob("*.safetensors"), folder / "model.safetensors.index.json"]:
        file.unlink()
    assert "has no weights" in refusal(folder).message
    (folder / "pytorch_model.bin").write_bytes(b"")
    assert "only pytorch_model.bin" in refusal(folder).message


def test_a_model_without_its_tokenizer(folder):
    (folder / "tokenizer.json").unlink()
    assert "has no tokenizer" in refusal(folder).message
