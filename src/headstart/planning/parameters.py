"""Hyper-parameters as people write them, `key=value`, matched to the strategies that have them."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.core.knob import Knob, knobs
from headstart.errors import SettingError, UnknownName
from headstart.registry import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TRUTH = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def parameters(given: Mapping[str, Any], strategies: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Parameters by strategy; `key` goes to every strategy that has it, `strategy.key` to one.

    Raises:
        UnknownName: no strategy in question has such a parameter.
        SettingError: a value is not of the parameter's type or outside its range.
    """
    known = {
        name: {knob.name: knob for knob in knobs(registry.load("strategies", name))} for name in strategies
    }
    found: dict[str, dict[str, Any]] = {name: {} for name in strategies}
    for key, value in given.items():
        owner, _, short = key.rpartition(".")
        takers = [name for name in strategies if owner in ("", name) and short in known[name]]
        if not takers:
            every = sorted({knob for each in known.values() for knob in each})
            raise UnknownName(f"parameter of {', '.join(strategies)}", key, every)
        for name in takers:
            found[name][short] = parse(known[name][short], value, called=key)
    return found


def parse(knob: Knob, value: Any, *, called: str = "") -> Any:
    """A value as the parameter's type.

    Args:
        knob: the parameter.
        value: as it was given.
        called: the name that it was given under; its own without one.

    Raises:
        SettingError: it is of another type, not among the choices or outside the range.
    """
    refused = f"{called or knob.name}: got {value!r}; {_allowed(knob)}"
    try:
        typed = _typed(knob, value)
    except ValueError:
        raise SettingError(refused) from None
    if knob.choices and typed not in knob.choices and typed != knob.default:
        raise SettingError(refused)
    if isinstance(typed, float) and (math.isnan(typed) or (knob.whole and not typed.is_integer())):
        raise SettingError(refused)
    typed = int(typed) if knob.whole and isinstance(typed, float) else typed
    if isinstance(typed, int | float) and not isinstance(typed, bool):
        below = knob.low is not None and typed < knob.low
        above = knob.high is not None and typed > knob.high
        if (below or above) and typed != knob.default:
            raise SettingError(refused)
    return typed


def _typed(knob: Knob, value: Any) -> Any:
    if isinstance(knob.default, tuple):
        return frozen(json.loads(value) if isinstance(value, str) else value)
    if not isinstance(value, str) or (knob.choices and value in knob.choices):
        return value
    if value.lower() == "none" and knob.default is None:
        return None
    for kind in (bool, int, float):
        if isinstance(knob.default, kind) or (
            knob.choices and all(each is None or isinstance(each, kind) for each in knob.choices)
        ):
            return _truth(value) if kind is bool else kind(value)
    if knob.default is None and knob.low is not None:
        number = float(value)
        return (
            int(number) if number.is_integer() and "." not in value and "e" not in value.lower() else number
        )
    return value


def _truth(value: str) -> bool:
    if value.lower() not in TRUTH:
        raise ValueError(value)
    return TRUTH[value.lower()]


def _allowed(knob: Knob) -> str:
    if knob.choices:
        return f"allowed: {', '.join(map(str, knob.choices))}"
    if knob.low is not None or knob.high is not None:
        kind = "a whole number" if knob.whole else "a number"
        low = "" if knob.low is None else f" from {knob.low}"
        return f"allowed: {kind}{low}{'' if knob.high is None else f' to {knob.high}'}"
    if isinstance(knob.default, tuple):
        return f"allowed: JSON that holds {knob.help}"
    return f"allowed: {type(knob.default).__name__}"
