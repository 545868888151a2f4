"""LoRA adapters of PEFT as GGUF, and merged into their base model."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .folder import ModelFolder, TensorEntry, read_json, read_safetensors_header
from .problems import ExportError
from .quantise import FILE_TYPES, encode, rewrite
from .writer import ARCHITECTURES, TensorReader, add_metadata, arranged, gguf_name, shape_of


@dataclass(frozen=True)
class Adapter:
    """An adapter folder that was looked through."""

    path: Path
    config: dict[str, Any]
    tensors: dict[str, TensorEntry]


def open_adapter(path: Path) -> Adapter:
    """Look through the folder of an adapter.

    :raises ExportError: where it is none, is cut off, or of a kind that llama.cpp has no place for
    """
    file = path / "adapter_config.json"
    if not file.is_file():
        raise ExportError(
            "input",
            f"{path} has no adapter_config.json." if path.is_dir() else f"There is no folder {path}.",
            "Name a folder that peft saved, with adapter_config.json and adapter_model.safetensors.",
        )
    config = read_json(file)
    if config.get("peft_type") != "LORA" or config.get("use_dora"):
        kind = "DoRA" if config.get("use_dora") else config.get("peft_type")
        raise ExportError("unsupported", f"{path} is a {kind} adapter; only LoRA can be exported.", "Merge it into its model with peft.")
    weights = path / "adapter_model.safetensors"
    if not weights.is_file():
        raise ExportError("input", f"{path} has no adapter_model.safetensors.", "Save the adapter again with save_pretrained(folder).")
    return Adapter(path, config, read_safetensors_header(weights))


def fit(adapter: Adapter, model: ModelFolder) -> None:
    """See that an adapter belongs to a model: every tensor that it changes is there and has its shape.

    :raises ExportError: where it does not
    """
    for name, entry in adapter.tensors.items():
        base = base_name(name)
        if base is None:
            continue
        found = model.tensors.get(base)
        is_a = ".lora_A." in name
        if found is not None and entry.shape[-1 if is_a else 0] == found.shape[-1 if is_a else 0]:
            continue
        why = "which the model does not have" if found is None else f"{entry.shape} for {found.shape}"
        raise ExportError(
            "input",
            f"{adapter.path} does not belong to {model.path}: it changes {base}, {why}.",
            f"Name the model that it was trained on ({adapter.config.get('base_model_name_or_path')}).",
        )


def base_name(name: str) -> str | None:
    """The tensor of the model that a tensor of an adapter changes; None for other tensors."""
    for end in (".lora_A.weight", ".lora_B.weight"):
        if name.endswith(end):
            return name.removeprefix("base_model.model.").removesuffix(end) + ".weight"
    return None


def merge(model: ModelFolder, adapter: Adapter, target: Path) -> None:
    """Write the model with the adapter merged into its weights, as a model folder with the tokenizer of the base.

    :raises ExportError: where peft cannot
    """
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    from .tokenizer import load_tokenizer

    base = AutoModelForCausalLM.from_pretrained(str(model.path), dtype="auto", local_files_only=True)
    merged = PeftModel.from_pretrained(base, str(adapter.path)).merge_and_unload()
    merged.save_pretrained(str(target))
    load_tokenizer(model.path).save_pretrained(str(target))


def write_adapter(
    model: ModelFolder, adapter: Adapter, target: Path, wanted: str, metadata: Mapping[str, str | int], tree: Path | None
) -> str:
    """Write an adapter as GGUF.

    :param wanted: ``F32``, ``F16`` or ``BF16``
    :returns: who wrote it, ``querent`` or ``llama.cpp``
    :raises ExportError: where it cannot be written
    """
    if model.architecture in ARCHITECTURES and not others(adapter):
        write_own(model, adapter, target, wanted, metadata)
        return "querent"
    if tree is None:
        names = ", ".join(others(adapter)[:3])
        raise ExportError(
            "unsupported",
            f"{adapter.path} is an adapter of a {model.architecture}" + (f" with tensors {names}" if names else "") + ", which needs llama.cpp's converter.",
            "Install git and Querent with node-llama-cpp, which brings it.",
        )
    raw = target.with_name(f"{target.name}.raw")
    command = [sys.executable, str(tree / "convert_lora_to_gguf.py"), str(adapter.path), "--base", str(model.path)]
    try:
        run = subprocess.run(
            [*command, "--outtype", wanted.lower(), "--outfile", str(raw)], capture_output=True, text=True, errors="replace"
        )
        if run.returncode != 0:
            lines = [line for line in run.stderr.splitlines() if line.strip()] or ["no message"]
            raise ExportError(
                "unsupported", f"llama.cpp's converter cannot write {adapter.path}: {lines[-1].strip()}", "Export the merged model instead."
            )
        rewrite(raw, target, None, metadata)
    finally:
        raw.unlink(missing_ok=True)
    return "llama.cpp"


def others(adapter: Adapter) -> list[str]:
    """Tensors of an adapter that are no LoRA pair of a projection within a block."""
    return [name for name in adapter.tensors if (base := base_name(name)) is None or not (gguf_name(base) or "").startswith("blk.")]


def write_own(model: ModelFolder, adapter: Adapter, target: Path, wanted: str, metadata: Mapping[str, str | int]) -> None:
    """Write an adapter of the Llama and Qwen families (``convert_lora_to_gguf.py`` of llama.cpp)."""
    import gguf

    shape = shape_of(model)
    writer = gguf.GGUFWriter(str(target), shape.architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha_of(adapter))
    writer.add_file_type(FILE_TYPES[wanted])
    for key, value in metadata.items():
        add_metadata(writer, key, value)
    reader = TensorReader()
    for name, entry in adapter.tensors.items():
        full = gguf_name(base_name(name) or "") or ""
        ours = f"{full}.lora_{'a' if '.lora_A.' in name else 'b'}"
        values = arranged(ours.split(".", 2)[2], reader.read(name, entry), shape)
        # Rows of lora_b are as long as the rank, which is seldom a whole number of blocks: 16 bits are the least.
        data = encode(np.ascontiguousarray(values), wanted, ours)
        writer.add_tensor(ours, data, raw_dtype=gguf.GGMLQuantizationType[wanted])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def alpha_of(adapter: Adapter) -> float:
    """The scale, as llama.cpp reads it (alpha / rank); rank-stabilised LoRA divides by the root of the rank instead.

    :raises ExportError: where layers have ranks or scales of their own, for which a GGUF has no place
    """
    config = adapter.config
    if config.get("rank_pattern") or config.get("alpha_pattern"):
        raise ExportError(
            "unsupported", f"{adapter.path} has ranks or scales by layer, for which a GGUF has no place.", "Export the merged model instead."
        )
    alpha, rank = float(config["lora_alpha"]), int(config["r"])
    return alpha * rank**0.5 if config.get("use_rslora") else alpha
