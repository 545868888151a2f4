"""Dataclasses from JSON, strictly: types, ranges, and keys that are not there, with the nearest that is."""

from __future__ import annotations

import dataclasses
import difflib
import json
import math
import re
import types
import typing
from pathlib import Path
from typing import Any, TypeVar

from .errors import EngineError

T = TypeVar("T")


def at_least(least: float) -> dict[str, Any]:
    """Field metadata: the least value of a number, or of each number in a list."""
    return {"range": (least, math.inf), "says": f"at least {least}"}


def above(limit: float) -> dict[str, Any]:
    """Field metadata: numbers greater than this."""
    return {"range": (math.nextafter(limit, math.inf), math.inf), "says": f"greater than {limit}"}


def between(least: float, most: float) -> dict[str, Any]:
    """Field metadata: both ends are allowed."""
    return {"range": (least, most), "says": f"from {least} to {most}"}


def read_json(path: str | Path) -> Any:
    """The JSON of a file. @raise EngineError: code ``config``"""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise EngineError(
            "config", f"{path} cannot be read: {error.strerror}.", "Name a file that is there."
        ) from error
    try:
        return json.loads(text)
    except ValueError as error:
        raise EngineError(
            "config", f"{path} is no JSON: {error}.", "Let querent-trainer write it from the plan."
        ) from error


def read_as(kind: type[T], values: object, place: str) -> T:
    """A dataclass from a JSON object. ``place`` is the path of the object for messages: ``optimizer.``

    @raise EngineError: code ``config``
    """
    if not isinstance(values, dict):
        raise _wrong(place.rstrip("."), "an object", values)
    fields = {camel(field.name): field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    hints = typing.get_type_hints(kind)
    for key in values:
        if key not in fields:
            near = nearest(key, list(fields))
            raise EngineError(
                "config",
                f"{place}{key} is not a key of the configuration.",
                f"Did you mean {place}{near}?" if near else f"There are: {', '.join(fields)}.",
            )
    read = {}
    for key, field in fields.items():
        if key in values:
            read[field.name] = _value(hints[field.name], values[key], f"{place}{key}", dict(field.metadata))
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise EngineError("config", f"{place}{key} is missing.", "Write it.")
    return kind(**read)


def to_json(value: Any) -> Any:
    """The JSON values of a dataclass, all defaults written out: the inverse of ``read_as``."""
    if dataclasses.is_dataclass(value):
        return {camel(field.name): to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return [to_json(each) for each in value] if isinstance(value, list) else value


def camel(name: str) -> str:
    """``learning_rate`` -> ``learningRate``; ``lambda_`` -> ``lambda``."""
    return re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name.rstrip("_"))


def nearest(word: str, words: list[str]) -> str | None:
    """The most similar of some words, capitals aside; None when none is similar."""
    lower = {each.lower(): each for each in words}
    found = difflib.get_close_matches(word.lower().replace("_", ""), list(lower), n=1, cutoff=0.6)
    return lower[found[0]] if found else None


def _value(hint: Any, value: Any, place: str, rules: dict[str, Any]) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        options = [each for each in arguments if each is not type(None)]
        fitting = next((each for each in options if _is_like(each, value)), options[0])
        return _value(fitting, value, place, rules)
    if origin is typing.Literal:
        if value not in arguments or isinstance(value, bool):
            raise EngineError("config", f"{place} is {json.dumps(value)}.", f"Write one of {', '.join(arguments)}.")
        return value
    if origin is list:
        if not isinstance(value, list):
            raise _wrong(place, "a list", value)
        return [_value(arguments[0], each, f"{place}[{index}]", rules) for index, each in enumerate(value)]
    if dataclasses.is_dataclass(hint):
        return read_as(hint, value, f"{place}.")  # type: ignore[arg-type]
    return _simple(hint, value, place, rules)


def _simple(kind: Any, value: Any, place: str, rules: dict[str, Any]) -> Any:
    names = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise _wrong(place, names[kind], value)
    least, most = rules.get("range", (-math.inf, math.inf))
    if kind in (int, float) and not least <= value <= most:
        raise EngineError("config", f"{place} is {value}.", f"Write {names[kind]} {rules['says']}.")
    return value


def _is_like(hint: Any, value: Any) -> bool:
    kind = typing.get_origin(hint) or hint
    if kind is list:
        return isinstance(value, list)
    return isinstance(value, kind) if isinstance(kind, type) else False


def _wrong(place: str, wanted: str, value: object) -> EngineError:
    shown = json.dumps(value)[:60]
    return EngineError("config", f"{place or 'The configuration'} is {shown}.", f"Write {wanted}.")
