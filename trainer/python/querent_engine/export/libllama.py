"""K-quants through the library of llama.cpp that comes with node-llama-cpp, or through the ``llama-quantize`` of the machine.

The library's interface promises nothing from one release to the next, so it is used only for releases whose structure is written
down here, and only where the defaults that it gives are those of that structure. It runs in a process of its own: a failed assertion
of its ends that and nothing else. Run as ``python -m querent_engine.export.libllama SOURCE TARGET FILE_TYPE FOLDER TAG THREADS``.
"""

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path

from .problems import ExportError
from .quantise import BLOCKS, FILE_TYPES, FULL

#: ``GGML_TYPE_COUNT``, which stands for "not set" in the defaults, by release.
TYPE_COUNTS = {"v0.5.0": range(40, 60)}
#: What ``ftype`` is in the defaults (Q8_0), and the bytes that a tensor may take at once (8 GiB).
DEFAULT_FILE_TYPE = 7
PLAUSIBLE_BUFFER = range(2**20, 2**40)


class QuantizeParams(ctypes.Structure):
    """``llama_model_quantize_params`` of llama.cpp v0.5.0 (include/llama.h)."""

    _fields_ = [
        ("nthread", ctypes.c_int32),
        ("ftype", ctypes.c_int),
        ("output_tensor_type", ctypes.c_int),
        ("token_embedding_type", ctypes.c_int),
        ("allow_requantize", ctypes.c_bool),
        ("quantize_output_tensor", ctypes.c_bool),
        ("only_copy", ctypes.c_bool),
        ("pure", ctypes.c_bool),
        ("keep_split", ctypes.c_bool),
        ("dry_run", ctypes.c_bool),
        ("imatrix", ctypes.c_void_p),
        ("kv_overrides", ctypes.c_void_p),
        ("tt_overrides", ctypes.c_void_p),
        ("prune_layers", ctypes.c_void_p),
        ("max_buf_size", ctypes.c_size_t),
    ]


def whynot(folder: Path | None, tag: str | None) -> str | None:
    """Why the library cannot be used, before it is loaded; None where nothing is known against it."""
    if folder is None:
        return "node-llama-cpp has no library for this system"
    if tag not in TYPE_COUNTS:
        return f"its release of llama.cpp is {tag}, and the structure is known of {', '.join(TYPE_COUNTS)}"
    try:
        library_files(folder)
    except FileNotFoundError as error:
        return str(error)
    return None


def library_files(folder: Path) -> list[Path]:
    """The libraries in the order in which they are loaded, by their names on Linux, macOS and Windows.

    :raises FileNotFoundError: where one is missing
    """
    files = [file for file in folder.iterdir() if file.suffix in (".so", ".dylib", ".dll")]
    found: list[Path] = []
    for start in ("ggml-base", "ggml.", "llama."):
        names = [file for file in files if file.name.removeprefix("lib").startswith(start)]
        if not names:
            raise FileNotFoundError(f"{folder} has no library {start.rstrip('.')}")
        found.append(names[0])
    return found


def is_sane(params: QuantizeParams, tag: str) -> bool:
    """Whether the defaults are those of the structure that is written down for a release."""
    flags = (params.allow_requantize, params.only_copy, params.pure, params.keep_split, params.dry_run)
    pointers = (params.imatrix, params.kv_overrides, params.tt_overrides, params.prune_layers)
    return (
        params.nthread == 0
        and params.ftype == DEFAULT_FILE_TYPE
        and params.output_tensor_type == params.token_embedding_type
        and params.output_tensor_type in TYPE_COUNTS[tag]
        and not any(flags)
        and params.quantize_output_tensor
        and not any(pointers)
        and params.max_buf_size in PLAUSIBLE_BUFFER
    )


def quantise_k(source: Path, target: Path, wanted: str, folder: Path | None, tag: str | None, threads: int) -> str:
    """Make a K-quant of a GGUF in F32, F16 or BF16.

    :returns: which way it was made: ``libllama`` or ``llama-quantize``
    :raises ExportError: where there is no way, or it failed
    """
    reason = whynot(folder, tag)
    if reason is None:
        command = [sys.executable, "-m", "querent_engine.export.libllama", str(source), str(target)]
        run = subprocess.run(
            [*command, str(FILE_TYPES[wanted]), str(folder), str(tag), str(threads)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            errors="replace",
        )
        if run.returncode == 0 and target.is_file():
            return "libllama"
        reason = f"llama.cpp's library failed ({last_words(run)})"
        target.unlink(missing_ok=True)
    program = shutil.which("llama-quantize")
    if program is not None:
        run = subprocess.run(
            [program, str(source), str(target), wanted, *([str(threads)] if threads > 0 else [])],
            capture_output=True,
            text=True,
            errors="replace",
        )
        if run.returncode == 0 and target.is_file():
            return "llama-quantize"
        reason = f"{reason}; llama-quantize failed ({last_words(run)})"
        target.unlink(missing_ok=True)
    raise ExportError(
        "unsupported",
        f"{wanted} cannot be made here: {reason}.",
        f"Choose among {', '.join((*FULL, *BLOCKS))}, or put llama-quantize of llama.cpp on the PATH.",
    )


def last_words(run: subprocess.CompletedProcess[str]) -> str:
    """How a process ended, in one line."""
    lines = [line.strip() for line in run.stderr.splitlines() if line.strip()]
    end = f"signal {-run.returncode}" if run.returncode < 0 else f"code {run.returncode}"
    return f"{end}: {lines[-1][:200]}" if lines else end


def main(arguments: list[str]) -> int:
    """Quantise in this process; 3 where the library is not what is written down, else what it returns."""
    source, target, file_type, folder, tag, threads = arguments
    mode = getattr(ctypes, "RTLD_GLOBAL", 0)
    for file in library_files(Path(folder)):
        library = ctypes.CDLL(str(file), mode=mode)
    library.llama_model_quantize_default_params.restype = QuantizeParams
    params = library.llama_model_quantize_default_params()
    if not is_sane(params, tag):
        print(f"the defaults of llama.cpp {tag} are not those that are known", file=sys.stderr)
        return 3
    params.ftype = int(file_type)
    params.nthread = int(threads)
    library.llama_backend_init()
    quantise = library.llama_model_quantize
    quantise.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(QuantizeParams)]
    quantise.restype = ctypes.c_uint32
    return 0 if quantise(source.encode(), target.encode(), ctypes.byref(params)) == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
