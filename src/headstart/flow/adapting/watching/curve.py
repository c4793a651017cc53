"""The figures of each epoch that a fit left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

NAMES = ("train_loss", "dev_loss", "dev_score")


def read_curve(outcome: Mapping[str, Any]) -> dict[str, tuple[tuple[int, float], ...]]:
    """By name, epochs and the figure of each, from what a fit left as its curve; what is missing is left out.

    Args:
        outcome: what the fit measured.
    """
    curve = outcome.get("curve")
    points = curve.get("points") if isinstance(curve, Mapping) else None
    points = points if isinstance(points, list | tuple) else ()
    listed = [each for each in points if isinstance(each, Mapping)]
    found = {
        name: tuple(
            (math.ceil(each["epoch"]), float(each[name]))
            for each in listed
            if _is_number(each.get("epoch")) and _is_number(each.get(name))
        )
        for name in NAMES
    }
    return {name: values for name, values in found.items() if values}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
