"""Policies, critics and references: loading, adapters, saving.

Weights that are trained stay float32; with ``dtype: bfloat16`` the arithmetic is bfloat16 by autocast
(``policy.autocast()``), and what is
frozen (the reference; with LoRA the base) is kept in bfloat16.
"""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import GenerationConfig, PreTrainedModel, PreTrainedTokenizerBase

from .checkpoint import fsync_path
from .config import EngineConfig, LoraConfig
from .errors import EngineError
from .loading import load_pretrained
from .prompts import prompt_text, rows_of
from .tiny import TinyConfig, build_tiny

#: Texts of tokens at which llama.cpp ends a generation, whatever the file says is the EOS; a completion ends there in
#: training too.
_END_TEXTS = ("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "</s>")


@dataclass
class Policy:
    """A causal model with its tokenizer. ``model(input_ids=, attention_mask=, position_ids=, logits_to_keep=)`` gives
    ``.logits``.

    It is in eval mode, but inside ``training()``.
    """

    model: Any
    tokenizer: PreTrainedTokenizerBase
    #: Any of them ends a completion; the first is the one that training writes.
    eos_ids: list[int]
    pad_id: int
    device: torch.device
    #: Of the arithmetic; see the module's text.
    dtype: torch.dtype
    is_lora: bool
    #: With LoRA: the base of the policy without adapters, the same tensors, for what else is built on it.
    base: Any = None
    _reference: Any = field(default=None, repr=False)

    def autocast(self) -> AbstractContextManager[Any]:
        """The arithmetic of ``dtype``; nothing for float32."""
        return autocast(self.device, self.dtype)

    @contextmanager
    def training(self) -> Iterator[Any]:
        """The model in training mode: dropout of adapters, and gradient checkpointing where it is on."""
        self.model.train()
        try:
            yield self.model
        finally:
            self.model.eval()

    def trained_parameters(self) -> list[nn.Parameter]:
        """What an optimizer gets."""
        return [each for each in self.model.parameters() if each.requires_grad]

    @contextmanager
    def reference_log_prob_model(self) -> Iterator[Any]:
        """The frozen model that KL is measured against: a copy of the start model (or of ``reference.path``), or with
        LoRA the same model with its
        adapter switched off. Use it under ``torch.no_grad()``."""
        if self._reference is not None:
            yield self._reference
        elif self.is_lora:
            with self.model.disable_adapter():
                yield self.model
        else:
            raise RuntimeError("This policy was loaded without a reference.")

    def state_dict(self) -> dict[str, torch.Tensor]:
        """What is trained (with LoRA the adapter alone), on the CPU: for checkpoints."""
        return trained_state(self.model)

    def load_state_dict(self, state: dict[str, torch.Tensor]) -> None:
        """Puts back what ``state_dict`` gave."""
        put_back(self.model, state)


def load_policy(config: EngineConfig) -> Policy:
    """Loads or makes the policy of a configuration on its device, in eval mode (dropout off), adapters attached, the
    generation defaults of the model
    replaced by plain sampling. The reference is kept only for ``kind: ppo``.

    @raise EngineError: code ``model``: no such folder or file, an architecture that is not supported, no tokenizer, no
        EOS
    """
    if config.threads > 0:
        torch.set_num_threads(config.threads)
    device = _device(config.device)
    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[config.dtype]
    if config.model.init == "random":
        model, tokenizer = build_tiny(config.model.tiny or TinyConfig(), _texts(config), config.seed)
    else:
        model, tokenizer = load_pretrained(config.model.path or "")
    eos_ids = _eos_ids(model, tokenizer)
    pad_id = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else eos_ids[0]
    _plain_sampling(model, eos_ids, pad_id)
    reference = _reference(config, model, dtype, device)
    base = None
    if config.lora is None:
        model = model.to(device)
    else:
        model = model.to(device, dtype)
        base = shared_copy(model)
        model = with_lora(model, config.lora, "CAUSAL_LM")
    if config.gradient_checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    model.eval()
    return Policy(model, tokenizer, eos_ids, pad_id, device, dtype, config.lora is not None, base, reference)


def save_hf(policy: Policy, folder: str | Path, merged: bool = False) -> None:
    """Writes an HF folder atomically (``FOLDER.part``, then renamed; a folder that is there is replaced). LoRA writes
    the adapter, and with ``merged`` the
    whole model in ``FOLDER/merged`` too. Weights are written in the configuration's dtype.

    @raise EngineError: code ``disk-full`` or ``checkpoint``
    """
    folder = Path(folder)
    part = folder.with_name(f"{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _write_model(policy.model, part, policy)
        if merged and policy.is_lora:
            # On a copy: merging changes the weights in place, and taking it back is not exact.
            whole = copy.deepcopy(policy.model).merge_and_unload()
            _write_model(whole, part / "merged", policy)
        for file in part.rglob("*"):
            fsync_path(file)
        if folder.exists():
            shutil.rmtree(folder)
        part.rename(folder)
        fsync_path(folder.parent)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        free = shutil.disk_usage(folder.parent).free
        raise EngineError(
            "disk-full" if error.errno == 28 else "checkpoint",
            f"The model could not be written to {folder}: {error} ({free} bytes are free).",
            "Make room; the same command goes on from the last checkpoint.",
        ) from error


def position_ids(attention_mask: torch.Tensor) -> torch.Tensor:
    """Positions counted from the first token that is not padding."""
    return (attention_mask.long().cumsum(-1) - 1).clamp(min=0)


def autocast(device: torch.device, dtype: torch.dtype) -> AbstractContextManager[Any]:
    """The arithmetic of ``dtype`` on a device; nothing for float32."""
    return nullcontext() if dtype == torch.float32 else torch.autocast(device.type, dtype=dtype)


def with_lora(model: PreTrainedModel, lora: LoraConfig, task: str) -> Any:
    """The model with new adapters, its own weights frozen; adapters are float32. @raise EngineError: code ``config``:
    no layer has such a name"""
    from peft import LoraConfig as PeftLora
    from peft import get_peft_model

    target: Any = lora.target_modules
    settings = PeftLora(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=target,
        task_type=task,
        bias="none",
    )
    try:
        # With the name of the HF folder inside, peft would look it up on the hub when it saves.
        adapted = get_peft_model(model, settings, autocast_adapter_dtype=True)
    except ValueError as error:
        names = sorted({name.rsplit(".", 1)[-1] for name, each in model.named_modules() if isinstance(each, nn.Linear)})
        raise EngineError(
            "config",
            f"lora.targetModules: {str(error).splitlines()[0]}",
            f"There are: {', '.join(names)}; or write all-linear.",
        ) from error
    return adapted


def shared_copy(model: Any) -> Any:
    """The same model once more, of the same tensors: what is wrapped in one copy is not wrapped in the other."""
    memo: dict[int, Any] = {id(each): each for each in [*model.parameters(), *model.buffers()]}
    return copy.deepcopy(model, memo)


def trained_state(module: nn.Module) -> dict[str, torch.Tensor]:
    """Parameters that are trained, once each where layers share one."""
    return {name: each.detach().cpu() for name, each in module.named_parameters() if each.requires_grad}


def put_back(module: nn.Module, state: dict[str, torch.Tensor]) -> None:
    """The inverse of ``trained_state``. @raise EngineError: code ``checkpoint``: names or shapes do not fit"""
    own = {name: each for name, each in module.named_parameters() if each.requires_grad}
    if own.keys() != state.keys() or any(own[name].shape != state[name].shape for name in own):
        raise EngineError(
            "checkpoint", "The checkpoint holds the weights of another model.", "Begin a new run in another folder."
        )
    with torch.no_grad():
        for name, each in own.items():
            each.copy_(state[name])


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        raise EngineError(
            "config",
            "device is cuda, but torch sees no CUDA device.",
            "Write cpu or auto, or install a CUDA build of torch.",
        )
    return torch.device(name)


def _texts(config: EngineConfig) -> list[str]:
    """What the vocabulary of a random model is made of: the prompts, what they open, and completions where there are
    some."""
    texts = []
    for path in [config.data.train, *([config.data.validation] if config.data.validation else [])]:
        for _, row in rows_of(path):
            if not isinstance(row.get("text"), str) and not isinstance(row.get("messages"), list):
                continue  # named with its line where the rows are read
            texts.append(f"{prompt_text(row)}{'' if isinstance(row.get('text'), str) else row.get('opened') or ''}")
            texts.append(str(row.get("completion") or ""))
    return texts


def _eos_ids(model: Any, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    settings = model.generation_config.eos_token_id
    listed = settings if isinstance(settings, list) else [settings]
    special = set(tokenizer.all_special_ids) | set(tokenizer.added_tokens_decoder)
    known = [tokenizer.convert_tokens_to_ids(text) for text in _END_TEXTS]
    found = [
        each
        for each in [tokenizer.eos_token_id, *listed, *(each for each in known if each in special)]
        if isinstance(each, int)
    ]
    if not found:
        raise EngineError(
            "model",
            "The model has no EOS token, so no completion would end.",
            "Name eos_token in its tokenizer_config.json.",
        )
    return list(dict.fromkeys(found))


def _plain_sampling(model: Any, eos_ids: list[int], pad_id: int) -> None:
    # Instruct models bring temperature, top_k, top_p and repetition penalties of their own, which would make the old
    # log-probs those of another policy.
    model.generation_config = GenerationConfig(
        do_sample=True,
        temperature=1.0,
        top_k=0,
        top_p=1.0,
        repetition_penalty=1.0,
        eos_token_id=eos_ids,
        pad_token_id=pad_id,
    )
    without_dropout(model)
    for name in ("attention_dropout", "hidden_dropout", "resid_pdrop", "embd_pdrop", "attn_pdrop"):
        if hasattr(model.config, name):
            setattr(model.config, name, 0.0)


def without_dropout(model: nn.Module) -> None:
    """Switches it off for good: PPO compares probabilities before and after an update, and dropout would add noise to
    their ratio."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        # Attention layers keep their own copy of what the configuration said when they were made.
        for name in ("attention_dropout", "dropout"):
            if isinstance(getattr(module, name, None), float):
                setattr(module, name, 0.0)


def _reference(config: EngineConfig, model: Any, dtype: torch.dtype, device: torch.device) -> Any:
    if config.kind != "ppo":
        return None
    if config.reference is not None:
        frozen, _ = load_pretrained(config.reference.path)
    elif config.lora is not None:
        return None
    else:
        frozen = copy.deepcopy(model)
    return frozen.to(device, dtype).eval().requires_grad_(False)


def _write_model(model: Any, folder: Path, policy: Policy) -> None:
    policy.tokenizer.save_pretrained(folder)
    if policy.dtype == torch.float32 or hasattr(model, "peft_config"):
        model.save_pretrained(folder)
        return
    narrow = {
        name: each.to(policy.dtype) if each.is_floating_point() else each for name, each in model.state_dict().items()
    }
    model.save_pretrained(folder, state_dict=narrow)
    # transformers writes down the type that the weights have in memory.
    path = folder / "config.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(
        json.dumps({**values, "dtype": str(policy.dtype).removeprefix("torch.")}, indent=2) + "\n", encoding="utf-8"
    )
