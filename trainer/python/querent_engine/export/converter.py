"""llama.cpp's own converter, in this process: of the same release as the library that will run the file."""

import importlib
import importlib.util
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from .folder import ModelFolder
from .problems import ExportError
from .tokenizer import NO_MERGE, has_merges, split_of


def use_tree(tree: Path | None) -> None:
    """Take the package ``gguf`` from llama.cpp's tree, so that everything writes the same release; before anything imports it."""
    if tree is None:
        return
    if "gguf" in sys.modules:
        raise RuntimeError("gguf was imported before llama.cpp's tree was known")
    for folder in (tree, tree / "gguf-py"):
        sys.path.insert(0, str(folder))


def has_converter(tree: Path | None) -> bool:
    """Whether a folder is llama.cpp's tree with a converter of the kind that is known here."""
    return tree is not None and (tree / "conversion" / "base.py").is_file() and (tree / "gguf-py" / "gguf").is_dir()


def convert(
    model: ModelFolder,
    target: Path,
    base_type: str,
    name: str,
    metadata: Mapping[str, str | int],
    on_note: Callable[[str], None] = lambda note: None,
) -> None:
    """Write a model folder as GGUF with llama.cpp's converter.

    A byte-level BPE that the converter has not seen before is written with the split that its ``tokenizer.json`` describes; whether that is
    right is for the parity gate to say.

    :raises ExportError: for an architecture or a tokenizer that it does not know
    """
    import gguf
    import torch

    from .writer import add_metadata

    conversion: ModuleType = importlib.import_module("conversion")
    logging.getLogger("hf-to-gguf").setLevel(logging.WARNING)
    kinds = {
        "F32": gguf.LlamaFileType.ALL_F32,
        "F16": gguf.LlamaFileType.MOSTLY_F16,
        "BF16": gguf.LlamaFileType.MOSTLY_BF16,
    }
    with torch.inference_mode():
        try:
            parameters = conversion.ModelBase.load_hparams(model.path, False)
            architecture = conversion.get_model_architecture(parameters, conversion.ModelType.TEXT)
            cls: Any = conversion.get_model_class(architecture)
        except NotImplementedError as error:
            raise ExportError(
                "unsupported",
                f"{model.path} is a {model.architecture}, which the converter of this llama.cpp does not know.",
                "Wait for a version of Querent with a newer llama.cpp, or convert it with the converter of one.",
            ) from error
        instance = cls(model.path, kinds[base_type], target, model_name=name)
        for key, value in metadata.items():
            add_metadata(instance.gguf_writer, key, value)
        known = instance.get_vocab_base_pre

        def split(tokenizer: Any) -> str:
            try:
                return str(known(tokenizer))
            except NotImplementedError:
                found = split_of(model.path)
                if not has_merges(model.path):
                    # llama.cpp refuses a byte-level BPE without any merge; this one makes no token of its own, so it never applies.
                    instance.gguf_writer.add_token_merges([NO_MERGE])
                on_note(f"the converter does not know the tokenizer; written with the split {found}, as its tokenizer.json says")
                return found

        instance.get_vocab_base_pre = split
        try:
            instance.write()
        except ExportError:
            raise
        except OSError:
            raise
        except Exception as error:  # the converter raises ValueError, KeyError, AssertionError for what it does not know
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise ExportError(
                "unsupported",
                f"llama.cpp's converter cannot write {model.path}: {lines[0]}",
                "Look whether the folder is complete and its config.json the one of its weights.",
            ) from error
