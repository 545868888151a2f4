"""Model folders of Hugging Face: whether one is whole and of a kind that can be exported, before anything heavy is loaded."""

import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .problems import ExportError, gigabytes

#: Bytes of an element by the name of its type in safetensors.
ELEMENT_BYTES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
    "F8_E4M3": 1, "F8_E5M2": 1, "U64": 8, "U32": 4, "U16": 2,
}  # fmt: skip
#: A longer header of a safetensors file is refused by its own library, too.
MAX_HEADER_BYTES = 100_000_000
TOKENIZER_FILES = ("tokenizer.json", "tokenizer.model", "vocab.json")


@dataclass(frozen=True)
class TensorEntry:
    """A tensor of a safetensors file: where it lies and what it is."""

    file: Path
    dtype: str
    shape: tuple[int, ...]

    @property
    def elements(self) -> int:
        """How many numbers it holds."""
        count = 1
        for size in self.shape:
            count *= size
        return count


@dataclass(frozen=True)
class ModelFolder:
    """A model folder that was looked through and is whole."""

    path: Path
    config: dict[str, Any]
    #: Name of the class, such as ``Qwen2ForCausalLM``.
    architecture: str
    tensors: dict[str, TensorEntry] = field(repr=False)

    @property
    def parameters(self) -> int:
        """Numbers in all tensors."""
        return sum(tensor.elements for tensor in self.tensors.values())

    @property
    def base_type(self) -> str:
        """The GGUF type that keeps the weights as they are: of the type that most of them have."""
        counts: dict[str, int] = {}
        for tensor in self.tensors.values():
            counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.elements
        most = max(counts, key=lambda name: counts[name])
        return {"F16": "F16", "BF16": "BF16", "F8_E4M3": "BF16", "F8_E5M2": "BF16"}.get(most, "F32")

    def bytes_of(self, bits: float) -> int:
        """Size of the model with so many bits a parameter, about."""
        return int(self.parameters * bits / 8)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    :raises ExportError: where it is none
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ExportError("input", f"{path} cannot be read: {error.strerror}.", "Copy the file again.") from error
    except ValueError as error:
        raise ExportError("input", f"{path} is not JSON: {error}.", "Copy the file again from where it came from.") from error
    if not isinstance(value, dict):
        raise ExportError("input", f"{path} holds no JSON object.", "Copy the file again from where it came from.")
    return value


def open_model_folder(path: Path) -> ModelFolder:
    """Look through a model folder.

    :raises ExportError: where something is missing, cut off, or of another kind
    """
    if not path.is_dir():
        raise ExportError(
            "input",
            f"{path} is not a folder." if path.exists() else f"There is no folder {path}.",
            "Name a folder with config.json, the weights as .safetensors and the tokenizer, as transformers saves it.",
        )
    config = read_config(path)
    architecture = architecture_of(path, config)
    tensors = read_tensors(path)
    if not any((path / name).is_file() for name in TOKENIZER_FILES):
        raise ExportError(
            "input",
            f"{path} has no tokenizer (tokenizer.json, tokenizer.model or vocab.json).",
            "Save the tokenizer beside the model: tokenizer.save_pretrained(folder).",
        )
    return ModelFolder(path, config, architecture, tensors)


def read_config(path: Path) -> dict[str, Any]:
    """Read ``config.json`` of a folder, or say what kind of folder it is instead."""
    file = path / "config.json"
    if file.is_file():
        return read_json(file)
    if (path / "adapter_config.json").is_file():
        raise ExportError(
            "input",
            f"{path} has no config.json: it is a LoRA adapter.",
            "Name the folder of its base model, and this one with --adapter.",
        )
    if any(path.glob("*.distcp")) or (path / "actor").is_dir() or any(path.glob("model_world_size_*_rank_*.pt")):
        raise ExportError(
            "input",
            f"{path} has no config.json: it is a checkpoint of a distributed run.",
            "Merge it first: python -m verl.model_merger merge --backend fsdp --local_dir CHECKPOINT/actor --target_dir FOLDER.",
        )
    raise ExportError(
        "input",
        f"{path} has no config.json.",
        "Name a folder with config.json, the weights as .safetensors and the tokenizer, as transformers saves it.",
    )


def architecture_of(path: Path, config: dict[str, Any]) -> str:
    """The name of the model's class in its config."""
    names = config.get("architectures")
    if isinstance(names, list) and names and isinstance(names[0], str):
        name = names[0]
    else:
        raise ExportError(
            "input",
            f"{path / 'config.json'} does not name its architecture.",
            'Add "architectures": ["..."] with the class of the model, such as Qwen2ForCausalLM.',
        )
    if name.endswith(("ForTokenClassification", "ForSequenceClassification")):
        raise ExportError(
            "input",
            f"{path} is a {name}: a critic or classifier, which writes no text.",
            "Name the folder of the policy.",
        )
    return name


def read_tensors(path: Path) -> dict[str, TensorEntry]:
    """The tensors of all shards, by name; every shard is there and has its full length.

    :raises ExportError: where one is missing or cut off
    """
    index = path / "model.safetensors.index.json"
    named: dict[str, str] = {}
    if index.is_file():
        weight_map = read_json(index).get("weight_map")
        if not isinstance(weight_map, dict) or not weight_map:
            raise ExportError("input", f"{index} has no weight_map.", "Copy the file again from where it came from.")
        named = {str(name): str(file) for name, file in weight_map.items()}
        files = sorted(set(named.values()))
        missing = [name for name in files if not (path / name).is_file()]
        if missing:
            raise ExportError(
                "input",
                f"{path} misses {len(missing)} of its {len(files)} files of weights: {', '.join(missing[:3])}"
                f"{' ...' if len(missing) > 3 else ''}.",
                "Download or copy them again; the list is in model.safetensors.index.json.",
            )
    else:
        files = sorted(file.name for file in path.glob("model*.safetensors")) or sorted(
            file.name for file in path.glob("*.safetensors") if not file.name.startswith("adapter")
        )
    if not files:
        other = next((name for name in ("pytorch_model.bin", "pytorch_model.bin.index.json") if (path / name).exists()), None)
        raise ExportError(
            "input",
            f"{path} has no weights as .safetensors" + ("." if other is None else f", only {other}."),
            "Load and save the model with transformers (save_pretrained), which writes safetensors.",
        )
    tensors: dict[str, TensorEntry] = {}
    for name in files:
        tensors.update(read_safetensors_header(path / name))
    lost = [name for name in named if name not in tensors]
    if lost:
        raise ExportError(
            "input",
            f"{path}: {len(lost)} tensors of the index are in none of its files, such as {lost[0]}.",
            "The files do not belong together: download or copy all of them again.",
        )
    return tensors


def read_safetensors_header(path: Path) -> dict[str, TensorEntry]:
    """The tensors of one file, which has its full length.

    :raises ExportError: where it is cut off or no such file
    """
    size = path.stat().st_size
    again = "Download or copy the file again."
    with open(path, "rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else None
        if length is None or length > size - 8 or length > MAX_HEADER_BYTES:
            raise ExportError("input", f"{path} is no whole safetensors file ({gigabytes(size)}).", again)
        try:
            header = json.loads(file.read(length))
        except ValueError as error:
            raise ExportError("input", f"{path} is no safetensors file: its header cannot be read.", again) from error
    entries: dict[str, TensorEntry] = {}
    end = 0
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        end = max(end, int(entry["data_offsets"][1]))
        entries[name] = TensorEntry(path, str(entry["dtype"]), tuple(int(each) for each in entry["shape"]))
    if 8 + length + end != size:
        raise ExportError("input", f"{path} is cut off: it has {size} bytes of {8 + length + end}.", again)
    return entries
