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

KINDS = {"strategies": "strategy", "tasks": "task", "metrics": "metric", "predictors": "predictor"}


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
            raise SettingError(
                f"{KINDS[kind]} {name!r} has no parameter {param!r}; it has: {', '.join(sorted(known)) or 'none'}"
            )
    return plugin(**params)


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
