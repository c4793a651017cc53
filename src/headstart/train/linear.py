"""Multinomial logistic regression whose regularisation chooses itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from headstart.train.held_out import folds_of, search
from headstart.train.one_thread import one_thread
from headstart.train.principal import Principal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray

UNCHOSEN = 1e-3
# Numbers times classes up to which one thread is as quick as two, and far quicker on a busy machine.
FEW = 5e6


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearFit:
    """A linear classifier of raw features: logits are `features @ weight.T + bias`.

    Args:
        weight: one line per class.
        bias: one number per class.
        strength: penalty per row on squared weights, of features centred and scaled to unit mean
            square length.
        out_of_fold: log-probabilities of each training row from a fit that had not seen its
            cluster; None when there were too few clusters for folds.
        losses: mean log loss out of fold by strength tried.
    """

    weight: Float[ndarray, "classes width"]
    bias: Float[ndarray, " classes"]
    strength: float
    out_of_fold: Float[ndarray, "rows classes"] | None = None
    losses: Mapping[float, float] = field(default_factory=dict)


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
    )
