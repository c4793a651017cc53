"""A linear classifier of words, of which there are many times as many as rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from headstart.train.linear import fit_linear

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.core.linear_fit import FitWish, LinearFit


def fit_words(
    features: Float[ndarray, "words width"],
    targets: Int[ndarray, " words"],
    *,
    classes: int,
    wish: FitWish,
    most: int,
) -> LinearFit:
    """Multinomial logistic regression whose penalty is chosen on some of the words, whole rows of them.

    Args:
        features: vector of each word.
        targets: tag of each word.
        classes: number of tags.
        wish: rows as clusters, and penalties.
        most: words to choose a penalty on. The losses of all others are told as 0.
    """
    groups = np.arange(len(targets)) if wish.groups is None else np.asarray(wish.groups)
    if len(targets) <= most or len(wish.strengths) == 1:
        return fit_linear(features, targets, classes, groups=groups, strengths=wish.strengths, seed=wish.seed)
    drawn = np.random.default_rng(wish.seed).permutation(np.unique(groups))
    some = np.isin(groups, drawn[: max(2, round(len(drawn) * most / len(targets)))])
    tried = fit_linear(
        features[some], targets[some], classes, groups=groups[some], strengths=wish.strengths, seed=wish.seed
    )
    fitted = fit_linear(features, targets, classes, groups=groups, strengths=(tried.strength,))
    losses = np.zeros(len(targets))
    losses[some] = 0.0 if tried.row_losses is None else tried.row_losses
    known = tried.row_losses is not None
    return replace(fitted, losses=tried.losses, row_losses=losses if known else None)
