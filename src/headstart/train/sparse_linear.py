"""Multinomial logistic regression on sparse features."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from headstart.train.folds import stratified_folds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray
    from scipy import sparse

STRENGTHS = (3.0, 10.0, 30.0)
USUAL_STRENGTH = 10.0
# Products of non-zero features and classes from which two folds have to do instead of three.
MUCH_WORK = 20_000_000
ABSENT = -20.0


@dataclass(frozen=True, kw_only=True, eq=False)
class SparseLinear:
    """Weights of each feature for each class."""

    weight: Float[ndarray, "classes features"]
    bias: Float[ndarray, " classes"]


def fit_sparse(
    features: sparse.csr_array, targets: Int[ndarray, " rows"], *, classes: int, strength: float
) -> SparseLinear:
    """The fit with an L2 penalty of one over `strength`; absent classes are made very unlikely."""
    present = np.unique(targets)
    weight = np.zeros((classes, features.shape[1]), dtype=np.float32)
    bias = np.full(classes, ABSENT, dtype=np.float32)
    if len(present) < 2 or not features.nnz:
        share = np.bincount(targets, minlength=classes) / max(1, len(targets))
        bias[present] = np.log(share[present])
        return SparseLinear(weight=weight, bias=bias)
    fitted = _fitted(LogisticRegression(C=strength), features, targets)
    coefficients, intercepts = fitted.coef_, fitted.intercept_
    if len(present) == 2:
        # A logistic curve is a softmax over plus and minus half of its argument.
        coefficients = np.vstack([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    weight[present], bias[present] = coefficients, intercepts
    return SparseLinear(weight=weight, bias=bias)


def choose_strength(
    features: sparse.csr_array,
    targets: Int[ndarray, " rows"],
    groups: Int[ndarray, " rows"],
    *,
    seed: int,
    strengths: Sequence[float] = STRENGTHS,
) -> float:
    """The strength of least log loss on folds that keep clusters whole."""
    folds = 3 if features.nnz * (int(targets.max()) + 1) < MUCH_WORK else 2
    fold = stratified_folds(targets, groups, folds=folds, seed=seed)
    losses = np.zeros(len(strengths))
    for held in range(folds):
        inside, outside = fold != held, fold == held
        if len(np.unique(targets[inside])) < 2 or not outside.any():
            return USUAL_STRENGTH
        # From the weakest up: each fit starts where the last one ended.
        model = LogisticRegression(warm_start=True)
        for place, strength in enumerate(strengths):
            model.set_params(C=strength)
            _fitted(model, features[inside], targets[inside])
            losses[place] += _loss(model, features[outside], targets[outside])
    return float(strengths[int(losses.argmin())])


def _fitted(
    model: LogisticRegression, features: sparse.csr_array, targets: Int[ndarray, " rows"]
) -> LogisticRegression:
    """Fitted until the gradient is a tenth of what it was; later steps hardly move a prediction.

    The bound has to follow the first gradient: scikit-learn's fixed one ends the fit before its
    first step where classes are many.
    """
    present, index = np.unique(targets, return_inverse=True)
    surprise = np.eye(len(present), dtype=np.float32)[index] - 1.0 / len(present)
    steepest = float(np.abs(features.T @ surprise).max()) / len(targets)
    model.set_params(tol=max(0.1 * steepest, 1e-12), max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(features, targets)


def _loss(model: LogisticRegression, features: sparse.csr_array, targets: Int[ndarray, " rows"]) -> float:
    """Summed log loss; a class the fold never saw costs as much as the least probability does."""
    column = np.searchsorted(model.classes_, targets).clip(0, len(model.classes_) - 1)
    seen = model.classes_[column] == targets
    given = model.predict_proba(features)[np.arange(len(targets)), column]
    return float(-np.log(np.clip(np.where(seen, given, 0.0), 1e-6, 1.0)).sum())
