"""Checks overrides against verl's own default configuration, without starting anything.

``python -m querent_engine.verl_schema`` reads ``{"overrides": [{"key", "value", "isNew"}], "arguments": ["key=value"],
"validate": bool}`` on stdin and prints one JSON object: ``{"ok", "version", "problems": [{"key", "message",
"nearest"}], "resolved": {...}, "composed": bool}``. Exit code 0 when all is well, 1 with problems, 2 where verl's
defaults or OmegaConf are not there.

The defaults are ``verl/trainer/config/_generated_ppo_trainer.yaml``, found without importing verl (its packages import
ray and torch). OmegaConf's struct mode, which Hydra uses, tells unknown keys; types are compared with those of the
defaults. ``arguments`` are the same overrides as they are typed: where Hydra is installed, it composes verl's
configuration from them, and each value must come out as it was meant. With ``validate`` verl's own ``validate_config``
judges the result: that does import torch, and is for tests.
"""

from __future__ import annotations

import copy
import difflib
import functools
import importlib.metadata
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

EXIT_FINE, EXIT_FINDINGS, EXIT_MISSING = 0, 1, 2
#: verl's defaults, flattened by its own script.
DEFAULTS = "trainer/config/_generated_ppo_trainer.yaml"
#: Maps that take any key: what stands in them is not verl's.
FREE_MAPS = ("override_config", "engine_kwargs", "apply_chat_template_kwargs", "mm_processor_kwargs")


class MissingVerl(Exception):
    """verl or OmegaConf is not installed in this Python."""


def defaults_path() -> Path:
    """verl's default YAML. Raises MissingVerl."""
    spec = importlib.util.find_spec("verl")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        path = Path(folder) / DEFAULTS
        if path.is_file():
            return path
    raise MissingVerl(
        f"verl with its {DEFAULTS} is not installed in {sys.executable}. "
        "pip install --no-deps verl==0.9.0 is enough to check."
    )


@functools.cache
def load_defaults() -> Any:
    """verl's defaults as OmegaConf has them."""
    try:
        from omegaconf import OmegaConf
    except ImportError as fault:
        raise MissingVerl(f"omegaconf is not installed in {sys.executable}. pip install omegaconf==2.3.1") from fault
    return OmegaConf.load(defaults_path())


def check(
    overrides: list[dict[str, Any]], validate: bool = False, arguments: list[str] | None = None
) -> dict[str, Any]:
    """Every problem of the overrides, and the values that were set as the merged configuration has them."""
    config = copy.deepcopy(load_defaults())
    from omegaconf import OmegaConf

    known = _known()
    problems: list[dict[str, Any]] = []
    OmegaConf.set_struct(config, True)
    for each in overrides:
        key, value, is_new = str(each["key"]), each.get("value"), bool(each.get("isNew"))
        fault = put(config, key, value, is_new, known)
        if fault is not None:
            problems.append({"key": key, "message": fault, "nearest": None if key in known else nearest(key, known)})
    is_composed = not problems and bool(arguments) and importlib.util.find_spec("hydra") is not None
    if is_composed:
        composed, fault = compose(arguments or [])
        if fault is not None:
            problems.append({"key": "", "message": fault, "nearest": None})
        else:
            config = composed
            problems += misread(config, overrides)
    if validate and not problems:
        fault = own_judgement(config)
        if fault is not None:
            problems.append({"key": "", "message": fault, "nearest": None})
    resolved = {str(each["key"]): plain(config, str(each["key"])) for each in overrides}
    return {
        "ok": not problems,
        "version": importlib.metadata.version("verl"),
        "problems": problems,
        "resolved": resolved,
        "composed": is_composed,
    }


def compose(arguments: list[str]) -> tuple[Any, str | None]:
    """verl's configuration as Hydra composes it from a command line, or what Hydra says against it."""
    from hydra import compose as compose_with_hydra
    from hydra import initialize_config_dir

    with initialize_config_dir(str(defaults_path().parent), version_base=None):
        try:
            return compose_with_hydra("ppo_trainer", overrides=arguments), None
        except Exception as fault:  # Hydra's and OmegaConf's own, and those of its parser
            return None, f"Hydra refuses the command line: {str(fault).splitlines()[0]}"


def misread(config: Any, overrides: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Overrides that come out of Hydra with another value than was meant: quoted wrongly, or undone by a later one."""
    return [
        {"key": key, "message": f"Hydra reads {json.dumps(got)} where {json.dumps(meant)} was meant.", "nearest": None}
        for key, meant, got in ((each["key"], each.get("value"), plain(config, str(each["key"]))) for each in overrides)
        if got != meant or isinstance(got, bool) != isinstance(meant, bool)
    ]


def put(config: Any, key: str, value: Any, is_new: bool, known: dict[str, Any]) -> str | None:
    """Sets one value as Hydra would; returns what is wrong with it."""
    from omegaconf import OmegaConf, open_dict
    from omegaconf.errors import OmegaConfBaseException

    if is_new:
        if key in known and not is_free(key):
            return "verl has this key. Leave out the +."
        parent = key.rpartition(".")[0]
        # One new map may lie between: reward_kwargs.url. With more, the key is more likely misspelt.
        if parent and not any(is_map(config, each) for each in (parent, parent.rpartition(".")[0])):
            return f"verl has nothing at {parent} to add it to."
        with open_dict(config):
            OmegaConf.update(config, key, value, merge=False)
        return None
    if key not in known:
        near = nearest(key, known)
        return f"verl has no such key.{f' Did you mean {near}?' if near else ''}"
    fault = type_fault(known[key], value)
    if fault is not None:
        return fault
    try:
        OmegaConf.update(config, key, value, merge=False)
    except OmegaConfBaseException as error:
        return str(error).splitlines()[0]
    return None


@functools.cache
def _known() -> dict[str, Any]:
    return keys_of(load_defaults())


def keys_of(config: Any, prefix: str = "") -> dict[str, Any]:
    """Every key with its default, inner ones too; interpolations as they are written."""
    from omegaconf import DictConfig, OmegaConf

    found: dict[str, Any] = {}
    for name in config:
        key = f"{prefix}{name}"
        if OmegaConf.is_missing(config, name) or OmegaConf.is_interpolation(config, name):
            found[key] = None
            continue
        value = config[name]
        found[key] = OmegaConf.to_container(value, resolve=False) if OmegaConf.is_config(value) else value
        if isinstance(value, DictConfig):
            found.update(keys_of(value, f"{key}."))
    return found


def type_fault(default: Any, value: Any) -> str | None:
    """What is wrong with the kind of a value, seen by the default; where that is null or refers to another key, any
    kind goes."""
    if default is None or value is None:
        return None
    if isinstance(default, bool) or isinstance(value, bool):
        fits = isinstance(default, bool) and isinstance(value, bool)
    elif isinstance(default, int):
        # verl writes some fractions as whole numbers (top_p: 1, entropy_coeff: 0).
        fits = isinstance(value, int | float)
    elif isinstance(default, float):
        fits = isinstance(value, int | float)
    elif isinstance(default, str):
        fits = isinstance(value, str | list)
    else:
        fits = isinstance(value, type(default))
    return None if fits else f"{json.dumps(value)} is of another kind than verl's default, {json.dumps(default)}."


def nearest(key: str, known: dict[str, Any]) -> str | None:
    """The known key that looks most like it: the whole key, else the same last part elsewhere."""
    close = difflib.get_close_matches(key, list(known), n=1, cutoff=0.75)
    if close:
        return close[0]
    last = key.rpartition(".")[2]
    same = [each for each in known if each.rpartition(".")[2] == last]
    return difflib.get_close_matches(key, same, n=1, cutoff=0.0)[0] if same else None


def is_free(key: str) -> bool:
    """Whether a key lies in a map that takes any."""
    return any(part in FREE_MAPS for part in key.split(".")[:-1])


def is_map(config: Any, key: str) -> bool:
    """Whether the configuration has a map at a place, by itself or by an override before."""
    from omegaconf import DictConfig, OmegaConf

    return key != "" and isinstance(OmegaConf.select(config, key, default=None, throw_on_missing=False), DictConfig)


def plain(config: Any, key: str) -> Any:
    """A value as JSON has it."""
    from omegaconf import OmegaConf

    value = OmegaConf.select(config, key, default=None, throw_on_missing=False)
    return OmegaConf.to_container(value) if OmegaConf.is_config(value) else value


def own_judgement(config: Any) -> str | None:
    """What verl's own validation says; None when it is content. Imports torch."""
    from omegaconf import open_dict
    from verl.utils.config import validate_config

    config = copy.deepcopy(config)
    with open_dict(config):
        # Loads model and tokenizer, which may not be here yet; its keys were checked above.
        config.critic.pop("model")
    # As verl.trainer.ppo.utils has them, which would import datasets and all workers.
    enabled = config.critic.enable
    use_critic = bool(enabled) if enabled is not None else config.algorithm.adv_estimator == "gae"
    use_reference = config.algorithm.use_kl_in_reward or config.actor_rollout_ref.actor.use_kl_loss
    try:
        validate_config(config=config, use_reference_policy=use_reference, use_critic=use_critic)
    except Exception as fault:  # assertions, type errors, OmegaConf's and Hydra's own
        return f"verl refuses it: {type(fault).__name__}: {str(fault).splitlines()[0] if str(fault) else ''}"
    return None


def main() -> int:
    """Reads stdin, prints the report."""
    try:
        asked = json.load(sys.stdin)
        report = check(asked["overrides"], bool(asked.get("validate")), asked.get("arguments"))
    except MissingVerl as fault:
        print(
            json.dumps(
                {
                    "ok": False,
                    "version": None,
                    "problems": [{"key": "", "message": str(fault), "nearest": None}],
                    "resolved": {},
                    "composed": False,
                }
            )
        )
        return EXIT_MISSING
    # What verl prints while it is imported stands before; the report is the last line.
    print(json.dumps(report), flush=True)
    return EXIT_FINE if report["ok"] else EXIT_FINDINGS


if __name__ == "__main__":
    sys.exit(main())
