"""One logistic regression a label on sparse features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.train.sparse_linear import USUAL_STRENGTH, SparseLinear, choose_strength, fit_sparse

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray
    from scipy import sparse

__all__ = ["USUAL_STRENGTH", "choose_label_strength", "fit_sparse_labels"]

# One penalty serves all labels; these many tell it, the most frequent ones.
ASKED = 4


def fit_sparse_labels(
    features: sparse.csr_array, targets: Int[ndarray, "rows labels"], *, strength: float
) -> SparseLinear:
    """Each label against all else, with an L2 penalty of one over `strength`; outputs are log-odds."""
    fits = [fit_sparse(features, each, classes=2, strength=strength) for each in targets.T]
    return SparseLinear(
        weight=np.stack([each.weight[1] - each.weight[0] for each in fits]),
        bias=np.array([each.bias[1] - each.bias[0] for each in fits], dtype=np.float32),
    )


def choose_label_strength(
    features: sparse.csr_array,
    targets: Int[ndarray, "rows labels"],
    groups: Int[ndarray, " rows"],
    *,
    seed: int,
) -> float:
    """The strength of least log loss on folds that keep clusters whole: the middle of those of labels.

    Args:
        features: one line per row.
        targets: 1 where a row has a label, else 0.
        groups: cluster of each row.
        seed: decides which rows go together.
    """
    frequent = np.argsort(-np.minimum(targets.sum(axis=0), len(targets) - targets.sum(axis=0)), kind="stable")
    found = [
        choose_strength(features, targets[:, label], groups, score=_log_likelihood, seed=seed)
        for label in frequent[:ASKED]
        if 0 < targets[:, label].sum() < len(targets)
    ]
    return float(sorted(found)[len(found) // 2]) if found else USUAL_STRENGTH


def _log_likelihood(probabilities: Float[ndarray, "rows classes"], gold: Int[ndarray, " rows"]) -> float:
    return float(np.log(np.maximum(probabilities[np.arange(len(gold)), gold], 1e-12)).mean())
