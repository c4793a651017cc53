"""Multinomial logistic regression whose regularisation chooses itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.core.linear_fit import LinearFit
from headstart.train.held_out import folds_of, search
from headstart.train.one_thread import one_thread
from headstart.train.principal import Principal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

    from headstart.train.held_out import HeldOut

UNCHOSEN = 1e-3
# Numbers times classes up to which one thread is as quick as two, and far quicker on a busy machine.
FEW = 5e6


def fit_linear(
    features: Float[ndarray, "rows width"],
    targets: Int[ndarray, " rows"],
    classes: int,
    *,
    groups: Int[ndarray, " rows"] | None = None,
    row_weights: Float[ndarray, " rows"] | None = None,
    strengths: Sequence[float] = (),
    seed: int = 0,
) -> LinearFit:
    """Fits with the strength of least log loss over 5 grouped, stratified folds (2 folds of much data).

    Args:
        features: raw features; centring and scaling are folded into the result.
        targets: class of each row, from 0 to `classes` - 1; a class may have no row.
        classes: number of classes.
        groups: cluster of each row, so that no cluster lies in two folds; each row its own when None.
        row_weights: how much each row counts; all alike when None.
        strengths: the only strengths to try; by default decades, then the half decades beside the best.
        seed: decides the folds.
    """
    groups = np.arange(len(targets)) if groups is None else groups
    weights = np.ones(len(targets)) if row_weights is None else row_weights
    with one_thread(when=features.size * classes <= FEW):
        table = Principal.of(features, targets, classes, weights=weights)
        held = None if len(strengths) == 1 else folds_of(targets, groups, classes, seed=seed)
        tried = {} if held is None else search(table, held, strengths)
        best = min(tried.values(), key=lambda each: each.loss, default=None)
        strength = best.strength if best else strengths[0] if len(strengths) == 1 else UNCHOSEN
        start = best.points.mean(0, keepdim=True) if best else table.start(1)
        weight, bias = table.fit(strength, start)
    return LinearFit(
        weight=weight,
        bias=bias,
        strength=strength,
        out_of_fold=best.log_probabilities.numpy() if best else None,
        losses={each: tried[each].loss for each in sorted(tried)},
        row_losses=_row_losses(best, targets) if best else None,
    )


def _row_losses(held_out: HeldOut, targets: Int[ndarray, " rows"]) -> Float[ndarray, " rows"]:
    found = held_out.log_probabilities.numpy()
    return np.asarray(-found[np.arange(len(targets)), targets], dtype=np.float64)
