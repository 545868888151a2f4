"""Our own writer of GGUF for the Llama and Qwen families: what is used where llama.cpp's converter is not at hand.

Names and layouts are those of llama.cpp (``conversion/llama.py``, ``conversion/qwen.py``): in the architecture ``llama`` the rows of
the query and key projections are interleaved, since its rotary embedding turns neighbouring pairs where Hugging Face turns halves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .folder import ModelFolder, TensorEntry
from .problems import ExportError
from .quantise import FILE_TYPES, encode, type_of_tensor
from .tokenizer import NO_MERGE, Vocabulary

#: GGUF architecture by the name of the class; the second says whether query and key are interleaved.
ARCHITECTURES: dict[str, tuple[str, bool]] = {
    "LlamaForCausalLM": ("llama", True),
    "MistralForCausalLM": ("llama", True),
    "Qwen2ForCausalLM": ("qwen2", False),
    "Qwen3ForCausalLM": ("qwen3", False),
}
#: Names of tensors within a block.
BLOCK_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
OUTER_NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
CONVERTER_FIX = "Install git and Querent with node-llama-cpp, which brings llama.cpp's own converter."


@dataclass(frozen=True)
class Shape:
    """What the layout of tensors follows from."""

    architecture: str
    is_interleaved: bool
    heads: int
    kv_heads: int
    head_size: int


def shape_of(model: ModelFolder) -> Shape:
    """The layout of a model that this writer knows.

    :raises ExportError: for others
    """
    known = ARCHITECTURES.get(model.architecture)
    if known is None:
        raise ExportError(
            "unsupported",
            f"{model.path} is a {model.architecture}, which Querent's own writer does not know ({', '.join(ARCHITECTURES)}).",
            CONVERTER_FIX,
        )
    config = model.config
    heads = int(config["num_attention_heads"])
    return Shape(
        architecture=known[0],
        is_interleaved=known[1],
        heads=heads,
        kv_heads=int(config.get("num_key_value_heads") or heads),
        head_size=int(config.get("head_dim") or int(config["hidden_size"]) // heads),
    )


def gguf_name(name: str) -> str | None:
    """A tensor's name in GGUF; None where there is none."""
    if name in OUTER_NAMES:
        return OUTER_NAMES[name]
    parts = name.split(".", 3)
    if len(parts) == 4 and parts[:2] == ["model", "layers"] and parts[2].isdigit():
        inner, _, kind = parts[3].rpartition(".")
        if inner in BLOCK_NAMES and kind in ("weight", "bias"):
            return f"blk.{parts[2]}.{BLOCK_NAMES[inner]}.{kind}"
    return None


def interleaved(rows: np.ndarray, heads: int) -> np.ndarray:
    """The rows of each head, halves turned into pairs: what ``LlamaModel.permute`` of llama.cpp does."""
    return (
        rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)
    )


def arranged(name: str, values: np.ndarray, shape: Shape) -> np.ndarray:
    """The values of a tensor in llama.cpp's order, by its GGUF name without block."""
    if shape.is_interleaved and name in ("attn_q.weight", "attn_q.bias", "attn_q.weight.lora_b"):
        return interleaved(values, shape.heads)
    if shape.is_interleaved and name in ("attn_k.weight", "attn_k.bias", "attn_k.weight.lora_b"):
        return interleaved(values, shape.kv_heads)
    return values


def write_model(
    model: ModelFolder,
    vocabulary: Vocabulary,
    target: Path,
    base_type: str,
    metadata: Mapping[str, str | int],
    on_progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Write a model folder as GGUF.

    :param base_type: ``F32``, ``F16`` or ``BF16``
    :raises ExportError: for an architecture, a rotary scaling or a tensor that this writer does not know
    """
    import gguf

    shape = shape_of(model)
    refuse_unknown_config(model)
    writer = gguf.GGUFWriter(str(target), shape.architecture)
    write_hyperparameters(writer, model, shape, base_type)
    write_vocabulary(writer, vocabulary)
    for key, value in metadata.items():
        add_metadata(writer, key, value)
    named: list[tuple[str, str, TensorEntry]] = []
    is_tied = bool(model.config.get("tie_word_embeddings")) or "lm_head.weight" not in model.tensors
    for name, entry in model.tensors.items():
        if name.endswith(".rotary_emb.inv_freq") or (is_tied and name == "lm_head.weight"):
            continue
        ours = gguf_name(name)
        if ours is None:
            raise ExportError(
                "unsupported", f"{entry.file} holds a tensor {name}, which Querent's own writer does not know.", CONVERTER_FIX
            )
        named.append((ours, name, entry))
    for ours, _, entry in named:
        kind = type_of_tensor(ours, entry.shape, base_type)
        gguf_type = gguf.GGMLQuantizationType[kind]
        size = entry.elements * (4 if kind == "F32" else 2)
        writer.add_tensor_info(ours, entry.shape, np.dtype(np.float16), size, raw_dtype=gguf_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    reader = TensorReader()
    for done, (ours, name, entry) in enumerate(named):
        values = arranged(ours.split(".", 2)[2] if ours.startswith("blk.") else ours, reader.read(name, entry), shape)
        writer.write_tensor_data(encode(values, type_of_tensor(ours, entry.shape, base_type), ours))
        on_progress((done + 1) / len(named))
    writer.close()


class TensorReader:
    """Reads tensors as 32-bit floats; the file of the last one stays open."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self._open: Any = None

    def read(self, name: str, entry: TensorEntry) -> np.ndarray:
        """The values of a tensor."""
        from safetensors import safe_open

        if self._file != entry.file:
            self._open = safe_open(str(entry.file), framework="pt")
            self._file = entry.file
        return self._open.get_tensor(name).float().numpy()


def refuse_unknown_config(model: ModelFolder) -> None:
    """Refuse what changes the model and this writer does not write down."""
    config = model.config
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    kind = rope.get("rope_type") or rope.get("type") or "default"
    if kind != "default":
        raise ExportError(
            "unsupported", f"{model.path} scales its positions ({kind}), which Querent's own writer does not write.", CONVERTER_FIX
        )
    if config.get("sliding_window") and config.get("use_sliding_window", model.architecture == "MistralForCausalLM"):
        raise ExportError(
            "unsupported", f"{model.path} has a sliding window, which Querent's own writer does not write.", CONVERTER_FIX
        )


def write_hyperparameters(writer: Any, model: ModelFolder, shape: Shape, base_type: str) -> None:
    """The keys of an architecture that llama.cpp needs to build the model."""
    import gguf

    config = model.config
    rope = config.get("rope_parameters") or {}
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_block_count(int(config["num_hidden_layers"]))
    writer.add_context_length(int(config["max_position_embeddings"]))
    writer.add_embedding_length(int(config["hidden_size"]))
    writer.add_feed_forward_length(int(config["intermediate_size"]))
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(float(config["rms_norm_eps"]))
    writer.add_rope_freq_base(float(rope.get("rope_theta") or config.get("rope_theta") or 10000.0))
    writer.add_rope_dimension_count(shape.head_size)
    if shape.head_size * shape.heads != int(config["hidden_size"]):
        writer.add_key_length(shape.head_size)
        writer.add_value_length(shape.head_size)
    writer.add_vocab_size(int(config["vocab_size"]))
    writer.add_file_type(FILE_TYPES[base_type])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def write_vocabulary(writer: Any, vocabulary: Vocabulary) -> None:
    """The tokenizer and the chat template."""
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(vocabulary.pre)
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.types)
    writer.add_token_merges(vocabulary.merges or [NO_MERGE])
    add = {"bos": writer.add_bos_token_id, "eos": writer.add_eos_token_id, "padding": writer.add_pad_token_id}
    for kind, identifier in vocabulary.special.items():
        add[kind](identifier)
    writer.add_add_bos_token(vocabulary.add_bos)
    if vocabulary.chat_template is not None:
        writer.add_chat_template(vocabulary.chat_template)


def add_metadata(writer: Any, key: str, value: str | int) -> None:
    """A text or a whole number under a key of our own."""
    if isinstance(value, int):
        writer.add_uint64(key, value)
    else:
        writer.add_string(key, value)
