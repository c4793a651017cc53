"""A folder is a registry and a file is a plug-in.

`strategies/gradual.py` holds the class `Gradual`, and that is all it takes to be listed. Other
packages register through entry points of the group `headstart.<kind>`.
"""

from __future__ import annotations

import importlib
from dataclasses import fields
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import SettingError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {
    "strategies": "strategy",
    "tasks": "task",
    "metrics": "metric",
    "predictors": "predictor",
    "combine": "combination",
}


def names(kind: str) -> tuple[str, ...]:
    """Names of all plug-ins of a kind, sorted; imports none of them."""
    folder = Path(__file__).parent / kind
    ours = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    return tuple(sorted(ours | set(_outside(kind))))


@cache
def load(kind: str, name: str) -> Any:
    """The class of a plug-in.

    Raises:
        UnknownName: nothing of that kind has the name.
    """
    name = name.replace("-", "_")
    if name not in names(kind):
        raise UnknownName(KINDS[kind], name, names(kind))
    outside = _outside(kind)
    if name in outside:
        return outside[name].load()
    return getattr(importlib.import_module(f"headstart.{kind}.{name}"), class_name(name))


def build(kind: str, name: str, params: Mapping[str, Any]) -> Any:
    """A plug-in with its parameters set.

    Raises:
        UnknownName: nothing of that kind has the name.
        SettingError: it has no such parameter.
    """
    plugin = load(kind, name)
    known = {each.name for each in fields(plugin)}
    for param in params:
        if param not in known:
            there = ", ".join(sorted(known)) or "none"
            raise SettingError(f"{KINDS[kind]} {name!r} has no parameter {param!r}; it has: {there}")
    return plugin(**params)


def spec(plugin: Any) -> dict[str, Any]:
    """A plug-in as plain values, from which `from_spec` builds an equal one."""
    return {
        "use": name_of(plugin),
        "params": {each.name: getattr(plugin, each.name) for each in fields(plugin)},
    }


def from_spec(kind: str, written: Mapping[str, Any]) -> Any:
    """The plug-in that `spec` wrote, perhaps by way of JSON, which knows lists but no tuples."""
    return build(kind, written["use"], frozen_values(written["params"]))


def frozen_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same keys, with lists as tuples."""
    return {key: frozen(value) for key, value in values.items()}


def frozen(value: Any) -> Any:
    """Lists, at any depth, as tuples."""
    return tuple(map(frozen, value)) if isinstance(value, list | tuple) else value


def name_of(plugin: object) -> str:
    """The name under which a plug-in's class (or the class of an instance) is registered."""
    owner = plugin if isinstance(plugin, type) else type(plugin)
    return owner.__module__.rpartition(".")[2]


def class_name(name: str) -> str:
    """`zero_shot` -> `ZeroShot`."""
    return "".join(part.capitalize() for part in name.split("_"))


@cache
def _outside(kind: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=f"headstart.{kind}")}
