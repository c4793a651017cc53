"""Scales of a Gaussian process by the greatest marginal likelihood."""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from collections.abc import Callable

LOWEST, STEPS = 1e-3, 1500


def fitted(start: Any, likelihood: Callable[[Any], float], *, usual: Any) -> Any:
    """The scales under which the values are likeliest, drawn towards none being large.

    Args:
        start: a dataclass of scales, where to look first.
        likelihood: log likelihood of the values under some scales.
        usual: what each is rarely beyond: a half-normal distribution of that width stands before the
            values, so that a scale that they say nothing of stays small.
    """
    kind, widths = type(start), np.array(astuple(usual))

    def scales(logs: np.ndarray) -> Any:
        values = np.maximum(np.exp(np.clip(logs, -12.0, 6.0)), LOWEST)
        names = (each.name for each in fields(kind))
        return kind(**dict(zip(names, values.tolist(), strict=True)))

    def loss(logs: np.ndarray) -> float:
        found = scales(logs)
        value = likelihood(found)
        penalty = 0.5 * float(np.square(np.array(astuple(found)) / widths).sum())
        return penalty - value if np.isfinite(value) else 1e9

    best = minimize(
        loss,
        np.log(np.array(astuple(start))),
        method="Nelder-Mead",
        options={"maxiter": STEPS, "maxfev": STEPS, "xatol": 1e-2, "fatol": 1e-3, "adaptive": True},
    )
    return scales(best.x)
