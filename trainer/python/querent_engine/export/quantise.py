"""Smaller GGUFs out of a full one: what the package ``gguf`` can do by itself, tensor by tensor.

K-quants are in ``libllama.py``: ``gguf`` reads them but does not make them.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .problems import ExportError

#: ``general.file_type``, llama.cpp's ``llama_ftype``, of what can be asked for.
FILE_TYPES = {
    "F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "Q5_0": 8, "Q5_1": 9, "Q3_K_M": 12, "Q4_K_S": 14, "Q4_K_M": 15,
    "Q5_K_S": 16, "Q5_K_M": 17, "Q6_K": 18, "BF16": 32,
}  # fmt: skip
#: Bits of a weight, for estimates of size; K-quants as measured by llama.cpp (tools/quantize/README.md).
BITS = {
    "F32": 32.0, "F16": 16.0, "BF16": 16.0, "Q8_0": 8.5, "Q6_K": 6.6, "Q5_K_M": 5.7, "Q5_K_S": 5.5, "Q5_1": 6.0, "Q5_0": 5.5,
    "Q4_1": 5.0, "Q4_K_M": 4.9, "Q4_K_S": 4.6, "Q4_0": 4.5, "Q3_K_M": 4.0,
}  # fmt: skip
FULL = ("F32", "F16", "BF16")
#: Made with ``gguf.quants``; blocks of 32 weights.
BLOCKS = ("Q8_0", "Q5_1", "Q5_0", "Q4_1", "Q4_0")
#: Made by llama.cpp's own library or program.
K_QUANTS = ("Q6_K", "Q5_K_M", "Q5_K_S", "Q4_K_M", "Q4_K_S", "Q3_K_M")
KNOWN = (*FULL, *BLOCKS, *K_QUANTS)
BLOCK_SIZE = 32


def check_wanted(wanted: list[str]) -> list[str]:
    """The quantisations that were asked for, each once, in capitals.

    :raises ExportError: for a name that is none
    """
    import difflib

    names: list[str] = []
    for each in wanted:
        name = each.upper()
        if name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise ExportError("input", f"There is no quantisation {each}.{hint}", f"Choose among {', '.join(KNOWN)}.")
        if name not in names:
            names.append(name)
    return names


def type_of_tensor(name: str, shape: tuple[int, ...], wanted: str) -> str:
    """How a tensor is stored in a file of type ``wanted``.

    Vectors (norms, biases) stay exact, as in llama.cpp; rows that are no whole number of blocks stay in 16 bits; below 8 bits the
    embedding and the output keep 8, since an error there goes into every token.

    :param shape: as in Hugging Face, rows first
    """
    if len(shape) < 2 or not name.endswith(".weight") or "_norm." in name:
        return "F32"
    if wanted in FULL:
        return wanted
    if shape[-1] % BLOCK_SIZE != 0:
        return "F16"
    if wanted != "Q8_0" and name in ("token_embd.weight", "output.weight"):
        return "Q8_0"
    return wanted


def encode(values: np.ndarray, kind: str, name: str) -> np.ndarray:
    """The bytes of a tensor, as an array.

    :raises ExportError: where a weight does not fit into 16 bits, or is no number
    """
    import gguf

    values = np.ascontiguousarray(values, dtype=np.float32)
    if not np.isfinite(values).all():
        raise ExportError(
            "input",
            f"The tensor {name} holds weights that are no numbers (NaN or infinite).",
            "The training has diverged: export an earlier checkpoint.",
        )
    if kind == "F32":
        return values
    if kind == "F16":
        if np.abs(values).max(initial=0.0) > np.finfo(np.float16).max:
            raise ExportError("input", f"The tensor {name} holds weights that F16 cannot hold.", "Choose BF16, Q8_0 or F32.")
        return values.astype(np.float16)
    return gguf.quants.quantize(values, gguf.GGMLQuantizationType[kind])


def rewrite(
    source: Path,
    target: Path,
    wanted: str | None,
    metadata: Mapping[str, str | int],
    on_progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Copy a GGUF, with its tensors as ``wanted`` (None: as they are) and with further metadata.

    One tensor is in memory at a time.

    :raises ExportError: where a weight cannot be held
    """
    import gguf

    from .writer import add_metadata

    reader = gguf.GGUFReader(str(source))
    architecture = str(reader.fields["general.architecture"].contents())
    writer = gguf.GGUFWriter(str(target), architecture)
    skipped = {"general.architecture", *metadata, *(("general.file_type",) if wanted is not None else ())}
    for field in reader.fields.values():
        if field.name in skipped or field.name.startswith("GGUF."):
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)
    if wanted is not None:
        writer.add_file_type(FILE_TYPES[wanted])
    for key, value in metadata.items():
        add_metadata(writer, key, value)
    kinds: list[str | None] = []
    for tensor in reader.tensors:
        shape = tuple(int(size) for size in reversed(tensor.shape))
        kind = None if wanted is None else type_of_tensor(tensor.name, shape, wanted)
        if kind is None or kind == tensor.tensor_type.name:
            kinds.append(None)
            add_info(writer, tensor.name, shape, tensor.tensor_type, int(tensor.n_bytes))
        else:
            kinds.append(kind)
            gguf_type = gguf.GGMLQuantizationType[kind]
            block, size = gguf.GGML_QUANT_SIZES[gguf_type]
            add_info(writer, tensor.name, shape, gguf_type, int(tensor.n_elements) // block * size)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for done, (tensor, kind) in enumerate(zip(reader.tensors, kinds, strict=True)):
        data = tensor.data
        if kind is not None:
            shape = tuple(int(size) for size in reversed(tensor.shape))
            data = encode(gguf.quants.dequantize(data, tensor.tensor_type).reshape(shape), kind, tensor.name)
        writer.write_tensor_data(data)
        on_progress((done + 1) / len(reader.tensors))
    writer.close()


def add_info(writer: Any, name: str, shape: tuple[int, ...], kind: Any, size: int) -> None:
    """Announce a tensor. The element type is one that leaves ``shape`` as it is: only bytes would be read as those of blocks."""
    writer.add_tensor_info(name, shape, np.dtype(np.float16), size, raw_dtype=kind)
