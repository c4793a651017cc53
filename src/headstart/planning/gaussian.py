"""Gaussian processes: what measured values say of one that was not measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray


def posterior(
    known: Float[ndarray, "values values"],
    cross: Float[ndarray, " values"],
    *,
    own: float,
    values: Float[ndarray, " values"],
) -> tuple[float, float]:
    """Mean and standard deviation of a value given others (Rasmussen and Williams 2006, equation 2.19).

    Args:
        known: covariance of the measured values, noise included.
        cross: their covariance with the value in question.
        own: its own variance.
        values: the measured values, with a mean of nought beforehand.
    """
    solved = np.linalg.solve(known, np.column_stack([values, cross]))
    variance = own - float(cross @ solved[:, 1])
    return float(cross @ solved[:, 0]), math.sqrt(max(variance, 0.0))


def log_likelihood(known: Float[ndarray, "values values"], values: Float[ndarray, " values"]) -> float:
    """How well a covariance explains values (Rasmussen and Williams 2006, equation 2.30)."""
    sign, determinant = np.linalg.slogdet(known)
    if sign <= 0:
        return -math.inf
    fit = float(values @ np.linalg.solve(known, values))
    return -0.5 * (fit + float(determinant) + len(values) * math.log(2 * math.pi))
