"""Ridge regression on sparse features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import Ridge

from headstart.core.linear_fit import FitWish
from headstart.train.ridge import folds_of

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray
    from scipy import sparse

PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0)
USUAL_PENALTY = 1.0
# The best penalty hardly moves with the rows; this many tell it.
MOST_ROWS_TRIED = 4_000
TOLERANCE = 1e-3


@dataclass(frozen=True, kw_only=True, eq=False)
class SparseRidge:
    """Weight of each feature, and the number without any."""

    weight: Float[ndarray, " features"]
    bias: float


def fit_sparse_ridge(
    features: sparse.csr_array, targets: Float[ndarray, " rows"], *, penalty: float
) -> SparseRidge:
    """The fit with a penalty on the sum of squared weights."""
    if not features.nnz:
        weight = np.zeros(features.shape[1], dtype=np.float32)
        return SparseRidge(weight=weight, bias=float(targets.mean()))
    model = Ridge(alpha=penalty, solver="sparse_cg", tol=TOLERANCE).fit(features, targets)
    return SparseRidge(weight=np.asarray(model.coef_, dtype=np.float32), bias=float(model.intercept_))


def choose_penalty(
    features: sparse.csr_array,
    targets: Float[ndarray, " rows"],
    groups: Int[ndarray, " rows"],
    *,
    seed: int,
) -> float:
    """The penalty of least squared error on folds that keep clusters whole; the greatest of equals.

    Args:
        features: one line per row.
        targets: number of each row.
        groups: cluster of each row.
        seed: decides which rows go together, and which are read when there are very many.
    """
    if len(targets) > MOST_ROWS_TRIED:
        read = np.random.default_rng(seed).permutation(len(targets))[:MOST_ROWS_TRIED]
        features, targets, groups = features[read], targets[read], groups[read]
    fold = folds_of(len(targets), FitWish(groups=groups, seed=seed))
    if fold is None or not features.nnz:
        return USUAL_PENALTY
    errors = np.zeros(len(PENALTIES))
    for held in range(int(fold.max()) + 1):
        away = fold == held
        for place, penalty in enumerate(PENALTIES):
            fitted = fit_sparse_ridge(features[~away], targets[~away], penalty=penalty)
            given = features[away] @ fitted.weight + fitted.bias
            errors[place] += float(np.square(given - targets[away]).sum())
    return float(PENALTIES[len(PENALTIES) - 1 - int(np.argmin(errors[::-1]))])
