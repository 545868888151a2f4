"""What transformers makes of the prompts of the parity gate: token ids, and the log-probabilities of each next token."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .problems import ExportError
from .tokenizer import load_tokenizer

#: Rows of logits that are turned into log-probabilities at once: 128 x 152,000 tokens are 78 MB in 32 bits.
ROWS = 128


def token_ids(tokenizer: Any, text: dict[str, Any]) -> tuple[list[int], list[int]]:
    """The tokens of a prompt and of the completion behind it, as the trainer makes them.

    :param text: ``{"messages" | "text", "opened"?, "completion"?, "plain"?}``; with ``plain`` marks of turns in the text are no tokens
    """
    from ..prompts import prompt_ids

    if text.get("plain"):
        ids = tokenizer(text["text"], add_special_tokens=False, split_special_tokens=True).input_ids
    else:
        ids = prompt_ids(text, tokenizer)
    completion = text.get("completion") or ""
    if completion == "":
        return list(ids), []
    return list(ids), list(tokenizer(completion, add_special_tokens=False, split_special_tokens=True).input_ids)


def reference(
    folder: Path,
    adapter: Path | None,
    texts: list[dict[str, Any]],
    threads: int,
    on_progress: Callable[[float], None] = lambda share: None,
) -> list[dict[str, Any]]:
    """Token ids and log-probabilities of each text, calculated with 32-bit floats on the CPU.

    :returns: one entry a text: ``{"id", "promptIds", "completionIds", "logProbs", "top"}``: for each token of prompt and completion but the
        first its log-probability (natural logarithm) given those before, and the likeliest token there. Texts without ``scored`` have
        tokens only.
    :raises ExportError: where the model cannot be loaded
    """
    import torch
    from transformers import AutoModelForCausalLM

    if threads > 0:
        torch.set_num_threads(threads)
    tokenizer = load_tokenizer(folder)
    try:
        model = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32, local_files_only=True)
    except (MemoryError, RuntimeError) as error:
        lines = str(error).splitlines() or ["out of memory"]
        raise ExportError(
            "machine", f"{folder} cannot be loaded for the parity gate: {lines[0]}", "Run it where there is more memory."
        ) from error
    if adapter is not None:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, str(adapter))
    model.eval()
    results: list[dict[str, Any]] = []
    with torch.inference_mode():
        for done, text in enumerate(texts):
            prompt, completion = token_ids(tokenizer, text)
            entry: dict[str, Any] = {"id": text["id"], "promptIds": prompt, "completionIds": completion, "logProbs": [], "top": []}
            ids = [*prompt, *completion]
            if text.get("scored") and len(ids) > 1:
                logits = model(torch.tensor([ids])).logits[0]
                for start in range(0, len(ids) - 1, ROWS):
                    rows = torch.log_softmax(logits[start : min(start + ROWS, len(ids) - 1)].float(), dim=-1)
                    following = torch.tensor(ids[start + 1 : start + 1 + rows.shape[0]])
                    entry["logProbs"] += rows.gather(1, following[:, None])[:, 0].tolist()
                    entry["top"] += rows.argmax(dim=-1).tolist()
            results.append(entry)
            on_progress((done + 1) / len(texts))
    return results
