"""Models from Hugging Face folders and from GGUF files, whole and in float32."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from .errors import EngineError
from .gguf_tokenizer import read_gguf_tokenizer


def load_pretrained(path: str | Path) -> tuple[Any, PreTrainedTokenizerBase]:
    """A causal model, float32, on the CPU, and its tokenizer; from a folder of adapters the whole model with the
    adapter merged.

    @raise EngineError: code ``model``
    """
    path = Path(path)
    if not path.exists():
        raise EngineError("model", f"There is no model at {path}.", "Name an HF folder or a .gguf file that is there.")
    with _quiet():
        try:
            if path.is_file():
                return _from_gguf(path), read_gguf_tokenizer(path)
            if (path / "adapter_config.json").exists():
                return _from_adapter(path)
            model = AutoModelForCausalLM.from_pretrained(str(path), dtype=torch.float32)
            return model, AutoTokenizer.from_pretrained(str(path))
        except EngineError:
            raise
        except Exception as error:  # OSError, ValueError, KeyError, ImportError, of several libraries
            what = str(error).strip().splitlines() or [type(error).__name__]
            raise EngineError(
                "model",
                f"The model at {path} cannot be loaded: {what[0]}",
                "It must be a causal language model of an architecture that transformers knows, with its tokenizer.",
            ) from error


def _from_gguf(path: Path) -> Any:
    """The weights dequantised, fit to be trained and saved."""
    model = AutoModelForCausalLM.from_pretrained(str(path.parent), gguf_file=path.name, dtype=torch.float32)
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.hf_quantizer = None
    return model


def _from_adapter(path: Path) -> tuple[Any, PreTrainedTokenizerBase]:
    merged = path / "merged"
    if merged.exists():
        return load_pretrained(merged)
    from peft import PeftModel

    base = json.loads((path / "adapter_config.json").read_text(encoding="utf-8"))["base_model_name_or_path"]
    model, tokenizer = load_pretrained(base)
    return PeftModel.from_pretrained(model, str(path)).merge_and_unload(), tokenizer


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Progress bars and advice go to stderr, where the last line is ours."""
    level = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity(logging.ERROR)
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        transformers_logging.enable_progress_bar()
