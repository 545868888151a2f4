"""Tokenizers as llama.cpp knows them: which of its splits a byte-level BPE uses, and the vocabulary for our own writer."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .problems import ExportError

#: ``tokenizer.ggml.token_type``.
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED = 1, 2, 3, 4, 5

#: The regular expressions by which tokenizers split a text into words before they merge, with llama.cpp's name for each
#: (``llm_tokenizer_bpe`` in ``src/llama-vocab.cpp``): without and with ``ignore_merges``; None where llama.cpp has no such one.
SPLITS: dict[str, tuple[str | None, str | None]] = {
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+": (
        "dbrx",
        "llama-bpe",
    ),
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+": (
        "qwen2",
        None,
    ),
}


#: llama.cpp refuses a byte-level BPE without any merge; this one makes nothing that is a token, so that it changes nothing.
NO_MERGE = "! !"


@dataclass(frozen=True)
class Vocabulary:
    """What a GGUF says of a byte-level BPE tokenizer."""

    pre: str
    tokens: list[str]
    types: list[int]
    merges: list[str]
    special: dict[str, int]
    add_bos: bool
    chat_template: str | None


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer as transformers reads it, from the folder alone.

    :raises ExportError: where it cannot
    """
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except Exception as error:  # whatever tokenizers, transformers or sentencepiece raise
        first = str(error).strip().splitlines() or [type(error).__name__]
        raise ExportError(
            "input", f"The tokenizer of {folder} cannot be read: {first[0]}.", "Save it again with tokenizer.save_pretrained(folder)."
        ) from error


def check_vocabulary(folder: Path, tokenizer: Any, rows: int) -> None:
    """See that every token has a row in the embedding.

    :raises ExportError: where the tokenizer is larger than the model
    """
    largest = max(tokenizer.get_vocab().values(), default=-1)
    if largest >= rows:
        raise ExportError(
            "input",
            f"{folder}: the tokenizer has a token {largest}, and the model only {rows} of them: they do not belong together.",
            "Copy the tokenizer that the model was trained with, or model.resize_token_embeddings(len(tokenizer)) before training.",
        )


def split_of(folder: Path) -> str:
    """llama.cpp's name of the split of a byte-level BPE, read from ``tokenizer.json``.

    :raises ExportError: for a tokenizer that llama.cpp would read otherwise
    """
    file = folder / "tokenizer.json"
    if not file.is_file():
        raise unknown_tokenizer(folder, "it has no tokenizer.json")
    description = json.loads(file.read_text(encoding="utf-8"))
    model = description.get("model") or {}
    if model.get("type") != "BPE":
        raise unknown_tokenizer(folder, f"its model is {model.get('type')}, not BPE")
    if model.get("byte_fallback"):
        raise unknown_tokenizer(folder, "it falls back to bytes instead of being made of them")
    ignores_merges = bool(model.get("ignore_merges"))
    steps = steps_of(description.get("pre_tokenizer"))
    kinds = [step.get("type") for step in steps]
    last = steps[-1] if steps else {}
    if last.get("type") != "ByteLevel" or last.get("add_prefix_space"):
        raise unknown_tokenizer(folder, "its words are not split into bytes (ByteLevel without a space put before)")
    if not model.get("merges") and not ignores_merges:
        # Without merges every split gives single bytes. Of llama.cpp's splits this one leaves the spaces of an answer alone; gpt-2 and
        # llama-bpe take those before . , ? ! out of it.
        return "smollm"
    names: tuple[str | None, str | None] = (None, None)
    if last.get("use_regex") and kinds == ["ByteLevel"]:
        names = ("gpt-2", None)
    elif last.get("use_regex") and kinds == ["Digits", "ByteLevel"] and steps[0].get("individual_digits"):
        names = ("smollm", None)
    elif not last.get("use_regex") and kinds == ["Split", "ByteLevel"] and steps[0].get("behavior") == "Isolated":
        names = SPLITS.get((steps[0].get("pattern") or {}).get("Regex", ""), names)
    name = names[1 if ignores_merges else 0]
    if name is None:
        raise unknown_tokenizer(folder, "llama.cpp does not have the way in which it splits words")
    return name


def has_merges(folder: Path) -> bool:
    """Whether a tokenizer merges anything."""
    return bool(json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"].get("merges"))


def steps_of(pre_tokenizer: Any) -> list[dict[str, Any]]:
    """The steps of a pre-tokenizer, a sequence or a single one."""
    if not isinstance(pre_tokenizer, dict):
        return []
    return list(pre_tokenizer.get("pretokenizers") or []) if pre_tokenizer.get("type") == "Sequence" else [pre_tokenizer]


def unknown_tokenizer(folder: Path, why: str) -> ExportError:
    """Of a tokenizer that llama.cpp cannot reproduce."""
    return ExportError(
        "unsupported",
        f"The tokenizer of {folder} is not known to llama.cpp: {why}.",
        "Use the tokenizer of a known model, or a byte-level BPE that splits as GPT-2, SmolLM, Llama 3 or Qwen 2 do.",
    )


def read_vocabulary(folder: Path, tokenizer: Any, rows: int) -> Vocabulary:
    """Everything that a GGUF says of the tokenizer of a folder.

    :param rows: tokens that the model has; those that the tokenizer does not name are unused
    :raises ExportError: for a tokenizer that is no byte-level BPE
    """
    pre = split_of(folder)
    names = {identifier: token for token, identifier in tokenizer.get_vocab().items()}
    added = tokenizer.added_tokens_decoder
    tokens: list[str] = []
    types: list[int] = []
    for identifier in range(rows):
        if identifier not in names:
            tokens.append(f"[PAD{identifier}]")
            types.append(UNUSED)
        elif identifier in added:
            # Control tokens are left out of the text of an answer; the others, such as <answer>, belong to it.
            tokens.append(str(added[identifier].content))
            types.append(CONTROL if added[identifier].special else USER_DEFINED)
        else:
            tokens.append(names[identifier])
            types.append(NORMAL)
    description = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in description["model"].get("merges") or []]
    kinds = {"bos": tokenizer.bos_token_id, "eos": tokenizer.eos_token_id, "padding": tokenizer.pad_token_id}
    ids = tokenizer("a")["input_ids"]
    template = tokenizer.chat_template
    return Vocabulary(
        pre=pre,
        tokens=tokens,
        types=types,
        merges=merges,
        special={kind: identifier for kind, identifier in kinds.items() if identifier is not None},
        add_bos=tokenizer.bos_token_id is not None and ids[:1] == [tokenizer.bos_token_id],
        chat_template=template if isinstance(template, str) else None,
    )
