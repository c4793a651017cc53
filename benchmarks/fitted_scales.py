"""Scales of a Gaussian process by the greatest posterior probability."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, fields
from typing import Any

import numpy as np
from scipy.optimize import minimize

LOWEST, STEPS = 1e-3, 1500

# The logarithm of what is held likely of scales before anything was measured, but for a constant.
Prior = Callable[[np.ndarray], float]


def fitted(start: Any, likelihood: Callable[[Any], float], *, prior: Prior) -> Any:
    """The scales that are likeliest once the values are known.

    Args:
        start: a dataclass of scales, where to look first.
        likelihood: log likelihood of the values under some scales.
        prior: what is held likely of the scales beforehand.
    """
    kind, names = type(start), [each.name for each in fields(start)]

    def scales(logs: np.ndarray) -> np.ndarray:
        return np.maximum(np.exp(np.clip(logs, -12.0, 6.0)), LOWEST)

    def named(values: np.ndarray) -> Any:
        return kind(**dict(zip(names, values.tolist(), strict=True)))

    def loss(logs: np.ndarray) -> float:
        values = scales(logs)
        value = likelihood(named(values))
        return -value - prior(values) if np.isfinite(value) else 1e9

    options = {"maxiter": STEPS, "maxfev": STEPS, "xatol": 1e-2, "fatol": 1e-3, "adaptive": True}
    best = minimize(loss, np.log(np.array(astuple(start))), method="Nelder-Mead", options=options)
    return named(scales(best.x))


def rather_small(usual: Any) -> Prior:
    """Half-normal distributions of these widths: scales that the values say nothing of stay small."""
    widths = np.array(astuple(usual))
    return lambda values: -0.5 * float(np.square(values / widths).sum())


def near(usual: Any, *, width: float) -> Prior:
    """Log-normal distributions around these: few values move none of them far.

    Args:
        usual: their medians.
        width: standard deviation of their logarithms.
    """
    logs = np.log(np.array(astuple(usual)))
    return lambda values: -0.5 * float(np.square((np.log(values) - logs) / width).sum())
