"""One logistic regression a label, for rows that may have several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.linear_fit import FitWish, LinearFit
from headstart.train.linear import fit_linear

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray


def fit_one_vs_rest(
    features: Float[ndarray, "rows width"], targets: Float[ndarray, "rows labels"], wish: FitWish
) -> LinearFit:
    """A logistic regression for each label against all else, each with a penalty of its own.

    Args:
        features: raw features.
        targets: 1 where a row has a label, else 0.
        wish: clusters, weights and penalties.
    """
    fits = [
        fit_linear(
            features,
            targets[:, label].astype(np.int64),
            2,
            groups=wish.groups,
            row_weights=wish.weights,
            strengths=wish.strengths,
            seed=wish.seed,
        )
        for label in range(targets.shape[1])
    ]
    held = [each.out_of_fold for each in fits if each.out_of_fold is not None]
    losses = [each.row_losses for each in fits if each.row_losses is not None]
    whole = len(held) == len(fits) > 0
    # Two classes of a softmax are one of a logistic curve: the difference of their outputs.
    return LinearFit(
        weight=np.stack([each.weight[1] - each.weight[0] for each in fits]),
        bias=np.array([each.bias[1] - each.bias[0] for each in fits], dtype=np.float32),
        strength=float(np.exp(np.mean(np.log([each.strength for each in fits])))),
        out_of_fold=np.column_stack([each[:, 1] - each[:, 0] for each in held]) if whole else None,
        row_losses=np.mean(losses, axis=0) if whole else None,
    )
