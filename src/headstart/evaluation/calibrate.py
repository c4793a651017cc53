"""One number that makes confidence honest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

LEAST_ROWS = 50
LEAST, MOST = 0.01, 100.0
# Spread of the prior on the logarithm: without it, dev rows that are all right would ask for a
# temperature of nought.
PRIOR_SPREAD = 2.0


def fit_temperature(probabilities: Float[ndarray, "rows classes"], gold: Int[ndarray, " rows"]) -> float:
    """The temperature whose probabilities have the least log loss (Guo et al. 2017, section 4.2).

    A temperature above 1 makes a model less sure. Too few rows tell nothing, and give 1.

    Args:
        probabilities: of rows that the model was not fitted on.
        gold: true class of each of them; rows of no class (below 0) are left out.
    """
    usable = np.isfinite(probabilities).all(axis=1) & (gold >= 0)
    if usable.sum() < LEAST_ROWS:
        return 1.0
    logits = np.log(np.clip(probabilities[usable].astype(np.float64), 1e-12, 1.0))
    # The greatest logit of a row stays so under every temperature, and is taken off once for all.
    logits -= logits.max(axis=1, keepdims=True)
    true = float(logits[np.arange(len(logits)), gold[usable]].sum())
    scaled = np.empty_like(logits)

    def loss(log_temperature: float) -> float:
        inverse = np.exp(-log_temperature)
        np.exp(np.multiply(logits, inverse, out=scaled), out=scaled)
        likelihood = true * inverse - np.log(scaled.sum(axis=1)).sum()
        return float(-likelihood + 0.5 * (log_temperature / PRIOR_SPREAD) ** 2)

    found = minimize_scalar(loss, bounds=(np.log(LEAST), np.log(MOST)), method="bounded")
    return float(np.exp(found.x)) if loss(found.x) < loss(0.0) else 1.0
