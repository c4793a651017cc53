"""Hyper-parameters as dataclass fields: default, help and search range in one place."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Knob:
    """One hyper-parameter as a person or a search sees it.

    Args:
        name: name of the field.
        default: value without a choice.
        help: one line for people.
        low: least sensible value, or None for what is not a number.
        high: greatest sensible value.
        log: whether values are spread over orders of magnitude.
        choices: the allowed values, or empty for a range.
    """

    name: str
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    log: bool = False
    choices: tuple[Any, ...] = ()


def knob(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    log: bool = False,
    choices: tuple[Any, ...] = (),
) -> Any:
    """A dataclass field that carries its help text and search range."""
    metadata = {"help": help, "low": low, "high": high, "log": log, "choices": choices}
    return field(default=default, metadata=metadata)


def knobs(plugin: type) -> tuple[Knob, ...]:
    """The hyper-parameters that a plug-in declares, in order."""
    return tuple(_knob(each) for each in fields(plugin) if "help" in each.metadata)


def _knob(declared: Field[Any]) -> Knob:
    return Knob(name=declared.name, default=declared.default, **declared.metadata)
