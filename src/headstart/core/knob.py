"""Hyper-parameters as dataclass fields: default, help, legal range and range worth searching in one place."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

from headstart.registry import name_of


@dataclass(frozen=True, kw_only=True)
class Knob:
    """One hyper-parameter as a person or a search sees it.

    Args:
        name: name of the field.
        default: value without a choice; None where a rule chooses it.
        help: one line for people.
        low: least sensible value, or None for what is not a number.
        high: greatest sensible value.
        log: whether values are spread over orders of magnitude.
        choices: the allowed values, or empty for a range.
        search: what is worth searching: least and greatest value of a range, or some of the choices;
            empty where the default serves.
        live: whether it may change when a training goes on from a checkpoint.
        owner: name of the plug-in that declares it.
    """

    name: str
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    log: bool = False
    choices: tuple[Any, ...] = ()
    search: tuple[Any, ...] = ()
    live: bool = False
    owner: str = ""

    @property
    def whole(self) -> bool:
        """Whether its range holds whole numbers alone: bounds and default, if it has one, are such."""
        bounds = (self.low, self.high, 0 if self.default is None else self.default)
        return not self.choices and all(isinstance(each, int) for each in bounds)


def knob(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    log: bool = False,
    choices: tuple[Any, ...] = (),
    search: tuple[Any, ...] = (),
) -> Any:
    """A dataclass field that carries its help text, its range and what of it is worth searching."""
    metadata = {"help": help, "low": low, "high": high, "log": log, "choices": choices, "search": search}
    return field(default=default, metadata=metadata)


def knobs(plugin: type) -> tuple[Knob, ...]:
    """The hyper-parameters that a plug-in declares, in order."""
    live, owner = getattr(plugin, "live", ()), name_of(plugin)
    found = (_knob(each) for each in fields(plugin) if "help" in each.metadata)
    return tuple(replace(each, live=each.name in live, owner=owner) for each in found)


def search_space(plugin: type) -> tuple[Knob, ...]:
    """The hyper-parameters that are worth searching, narrowed to the values that are."""
    return tuple(_narrowed(each) for each in knobs(plugin) if each.search)


def _narrowed(known: Knob) -> Knob:
    if known.choices:
        return replace(known, choices=known.search)
    low, high = known.search
    return replace(known, low=low, high=high)


def _knob(declared: Field[Any]) -> Knob:
    return Knob(name=declared.name, default=declared.default, **declared.metadata)
