"""One export: a folder is looked through, written as GGUF at full precision, and from there in every quantisation that is wanted."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from .converter import convert, has_converter, use_tree
from .files import check_room, prepare_folder, whole_file
from .folder import ModelFolder, open_model_folder
from .libllama import quantise_k
from .problems import ExportError
from .quantise import BITS, FULL, K_QUANTS, check_wanted

Say = Callable[..., None]


def convert_all(config: dict[str, Any], say: Say, progress: Callable[[str], Callable[[float], None]]) -> dict[str, Any]:
    """Make all files of an export.

    :param config: ``{"model", "adapter"?, "as": ["merged" | "adapter"], "out", "stem", "name", "quantisations", "metadata", "tree"?,
        "libraries"?, "tag"?, "threads", "scratch"?, "keepBase"}``; paths are absolute
    :returns: ``{"files", "base", "architecture", "parameters", "chatTemplate", "writer"}``; ``base`` is the file at full precision that
        the parity of an adapter needs, in ``scratch``, where ``keepBase`` asks for it
    :raises ExportError: where something is wrong; nothing is left half written
    """
    tree = Path(config["tree"]) if config.get("tree") else None
    tree = tree if has_converter(tree) else None
    use_tree(tree)
    wanted = check_wanted(config["quantisations"])
    model = open_model_folder(Path(config["model"]))
    out = Path(config["out"])
    prepare_folder(out)
    kinds = config.get("as") or ["merged"]
    adapter = None
    if config.get("adapter"):
        from .lora import fit, open_adapter

        adapter = open_adapter(Path(config["adapter"]))
        fit(adapter, model)
    room = plan_room(model, wanted if adapter is None or "merged" in kinds else [], adapter is not None and "merged" in kinds)
    check_room(out, room)
    metadata = dict(config["metadata"])
    files: list[dict[str, Any]] = []
    result: dict[str, Any] = {"architecture": model.architecture, "parameters": model.parameters, "base": None, "writer": None}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".querent-export-", dir=out)))
        source = model
        if adapter is not None and "adapter" in kinds:
            files.append(adapter_file(model, adapter, config, wanted, metadata, tree, say))
        if adapter is not None and "merged" in kinds:
            from .lora import merge

            say("note", text="merging the adapter into the model")
            merge(model, adapter, scratch / "merged")
            source = open_model_folder(scratch / "merged")
        if adapter is None or "merged" in kinds:
            base = base_file(source, scratch, config, metadata, tree, say, progress, result)
            made = [quantised(base, source.base_type, each, config, say, progress) for each in wanted]
            files += made
        if config.get("keepBase"):
            kept = Path(config["keepBase"])
            if adapter is not None:
                base = base_file(model, scratch, config, metadata, tree, say, progress, result)
            shutil.move(str(base), str(kept))
            result["base"] = str(kept)
    return {**result, "files": files}


def plan_room(model: ModelFolder, wanted: list[str], merges: bool) -> int:
    """Bytes that an export takes at its fullest: the file at full precision, the merged model, and what is asked for."""
    base = model.bytes_of(BITS[model.base_type])
    return base * (2 if merges else 1) + sum(model.bytes_of(BITS[each]) for each in wanted)


def base_file(
    model: ModelFolder,
    scratch: Path,
    config: dict[str, Any],
    metadata: dict[str, str | int],
    tree: Path | None,
    say: Say,
    progress: Callable[[str], Callable[[float], None]],
    result: dict[str, Any],
) -> Path:
    """The model as GGUF at the precision of its weights."""
    from .tokenizer import check_vocabulary, load_tokenizer, read_vocabulary
    from .writer import write_model

    tokenizer = load_tokenizer(model.path)
    rows = int(model.config.get("vocab_size") or 0)
    embedding = next((each for name, each in model.tensors.items() if name.endswith("embed_tokens.weight")), None)
    rows = embedding.shape[0] if embedding is not None else rows
    check_vocabulary(model.path, tokenizer, rows)
    target = scratch / "base.gguf"
    result["chatTemplate"] = isinstance(tokenizer.chat_template, str)
    if tree is not None:
        say("progress", what="convert", share=0)
        convert(model, target, model.base_type, config["name"], metadata, lambda text: say("note", text=text))
        say("progress", what="convert", share=1)
        result["writer"] = "llama.cpp"
    else:
        own = {"general.name": config["name"], **metadata}
        write_model(model, read_vocabulary(model.path, tokenizer, rows), target, model.base_type, own, progress("convert"))
        result["writer"] = "querent"
    return target


def quantised(
    base: Path, base_type: str, wanted: str, config: dict[str, Any], say: Say, progress: Callable[[str], Callable[[float], None]]
) -> dict[str, Any]:
    """One file of an export, under its final name when it is whole."""
    from .quantise import rewrite

    path = Path(config["out"]) / f"{config['stem']}-{wanted}.gguf"
    way = "gguf"
    with whole_file(path) as part:
        if wanted in K_QUANTS:
            libraries = Path(config["libraries"]) if config.get("libraries") else None
            way = quantise_k(base, part, wanted, libraries, config.get("tag"), int(config.get("threads", 0)))
        elif wanted == base_type:
            shutil.copyfile(base, part)
            way = "copy"
        else:
            rewrite(base, part, wanted, {}, progress(wanted))
    return finished(path, wanted, "model", way, say)


def adapter_file(
    model: ModelFolder, adapter: Any, config: dict[str, Any], wanted: list[str], metadata: dict[str, str | int], tree: Path | None, say: Say
) -> dict[str, Any]:
    """The adapter as GGUF, in the first full precision that is wanted, else F16."""
    from .lora import write_adapter

    kind = next((each for each in wanted if each in FULL), "F16")
    path = Path(config["out"]) / f"{config['stem']}-lora-{kind}.gguf"
    with whole_file(path) as part:
        way = write_adapter(model, adapter, part, kind, {"general.name": config["name"], **metadata}, tree)
    return finished(path, kind, "adapter", way, say)


def finished(path: Path, quantisation: str, kind: str, way: str, say: Say) -> dict[str, Any]:
    """Say what a file is, with its size and SHA-256."""
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else digest_of(file)
    entry = {
        "path": str(path), "bytes": path.stat().st_size, "sha256": digest, "quantisation": quantisation, "kind": kind, "madeBy": way,
    }  # fmt: skip
    if entry["bytes"] == 0:
        raise ExportError("machine", f"{path} is empty.", "Look whether the disk is full, and run it again.")
    say("file", **entry)
    return entry


def digest_of(file: Any) -> str:
    """SHA-256 of a file, for Python 3.10."""
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
