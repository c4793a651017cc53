"""The figures of each epoch that a fit left."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any


def read_curve(outcome: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    """By name, one figure an epoch, from what a fit left as `curve`.

    It may be one list a name, or one object an epoch. What is not a finite number is left out.

    Args:
        outcome: what the fit measured.
    """
    curve = outcome.get("curve")
    if isinstance(curve, Mapping):
        columns = {str(name): values for name, values in curve.items() if _is_list(values)}
    elif _is_list(curve):
        epochs = [each for each in curve if isinstance(each, Mapping)]
        names = dict.fromkeys(str(name) for each in epochs for name in each)
        columns = {name: [each.get(name) for each in epochs] for name in names}
    else:
        columns = {}
    found = {
        name: tuple(float(each) for each in values if _is_number(each)) for name, values in columns.items()
    }
    return {name: values for name, values in found.items() if values}


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
