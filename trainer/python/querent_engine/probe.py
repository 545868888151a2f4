"""Says what this Python can do for training, as one JSON document on stdout.

Run by ``querent-trainer doctor``. Uses the standard library only, so that it runs on any Python 3: whether that Python is
new enough is for the doctor to judge. Each package is tried by itself; one that fails to import says why and stops nothing.
"""

import importlib
import importlib.metadata
import importlib.util
import json
import platform
import sys

#: Imported for real: a package can be installed and still fail to load a library of its own.
IMPORTED = ("torch", "transformers", "gguf", "peft")
#: Only looked up: importing these takes up to a minute and claims the GPU.
LOOKED_UP = ("verl", "ray", "vllm", "sglang", "flash_attn", "tensordict", "transfer_queue", "orjson", "tensorboard")
#: Names under which they are installed, where those differ.
INSTALLED_AS = {"transfer_queue": "TransferQueue"}


def probe_import(name):
    """Return ``{"version", "error"}`` of a package after importing it; one of the two is None."""
    if importlib.util.find_spec(name) is None:
        return {"version": None, "error": "not installed"}
    try:
        module = importlib.import_module(name)
    except BaseException as error:  # native libraries raise anything
        lines = str(error).strip().splitlines() or [""]
        return {"version": None, "error": f"{type(error).__name__}: {lines[0]}"}
    return {"version": str(getattr(module, "__version__", None) or version_of(name)), "error": None}


def look_up(name):
    """Return ``{"version", "error"}`` of a package without importing it."""
    if importlib.util.find_spec(name) is None:
        return {"version": None, "error": "not installed"}
    return {"version": version_of(name), "error": None}


def version_of(name):
    """Return the version in a package's metadata, or "unknown"."""
    try:
        return importlib.metadata.version(INSTALLED_AS.get(name, name))
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def probe_gpus():
    """Return the GPUs that torch sees, with their memory in bytes, or why there are none."""
    try:
        import torch
    except BaseException:
        return {"devices": [], "cuda": None, "error": "torch is needed to see GPUs"}
    try:
        if not torch.cuda.is_available():
            return {"devices": [], "cuda": torch.version.cuda, "error": "torch sees no CUDA device"}
        devices = []
        for index in range(torch.cuda.device_count()):
            free, total = torch.cuda.mem_get_info(index)
            devices.append({"name": torch.cuda.get_device_name(index), "freeBytes": free, "totalBytes": total})
        return {"devices": devices, "cuda": torch.version.cuda, "error": None}
    except BaseException as error:
        return {"devices": [], "cuda": None, "error": f"{type(error).__name__}: {error}"}


def probe():
    """Return everything that the doctor asks about."""
    packages = {name: probe_import(name) for name in IMPORTED}
    packages.update({name: look_up(name) for name in LOOKED_UP})
    return {
        "python": platform.python_version(),
        "executable": sys.executable,
        "packages": packages,
        "gpus": probe_gpus(),
    }


if __name__ == "__main__":
    report = json.dumps(probe())
    # Packages print what they like while they are imported; the report is the last line.
    print()
    print(report, flush=True)
