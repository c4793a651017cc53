"""Multinomial logistic regression whose regularisation chooses itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.train.folds import stratified_folds
from headstart.train.softmax import Problems, solve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor

COARSE = (1e-2, 1e-3, 1e-4, 1e-5)
BETWEEN = 10**0.5
UNCHOSEN = 1e-3
COLUMNS_AT_ONCE, NUMBERS_AT_ONCE = 512, 5e7
MANY = 2e7
ROUGH, FINE = 1e-3, 1e-8


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
    rows = len(targets)
    groups = np.arange(rows) if groups is None else groups
    weights = np.ones(rows) if row_weights is None else row_weights
    table = _Table.of(features, targets, classes, weights)
    folds = min(5 if rows * classes < MANY else 2, len(np.unique(groups)))
    held = None
    tried: dict[float, _Held] = {}
    if folds > 1 and len(strengths) != 1:
        held = torch.from_numpy(stratified_folds(targets, groups, folds=folds, seed=seed))
        tried = _search(table, held, strengths)
    best = min(tried, key=lambda each: tried[each].loss) if tried else UNCHOSEN
    best = strengths[0] if len(strengths) == 1 else best
    weight, bias = table.fit(best)
    return LinearFit(
        weight=weight,
        bias=bias,
        strength=best,
        out_of_fold=tried[best].log_probabilities.numpy() if tried else None,
        losses={strength: each.loss for strength, each in sorted(tried.items())},
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Held:
    """Log-probabilities of held-out rows at one strength."""

    loss: float
    log_probabilities: Float[Tensor, "rows classes"]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Table:
    """Features centred, scaled and turned to their principal axes, with a column of ones."""

    features: Float[Tensor, "rows size"]
    variances: Float[Tensor, " size-1"]
    targets: Int[Tensor, " rows"]
    classes: int
    weights: Float[Tensor, " rows"]
    centre: Float[Tensor, " width"]
    axes: Float[Tensor, "width width"]

    @classmethod
    def of(
        cls,
        features: Float[ndarray, "rows width"],
        targets: Int[ndarray, " rows"],
        classes: int,
        weights: Float[ndarray, " rows"],
    ) -> _Table:
        raw = torch.from_numpy(np.ascontiguousarray(features, dtype=np.float32))
        centre = raw.mean(dim=0)
        centred = raw - centre
        scale = 1.0 / centred.square().sum(dim=1).mean().sqrt().clamp_min(1e-12)
        centred *= scale
        variances, turn = torch.linalg.eigh(centred.T @ centred / len(raw))
        ones = torch.ones(len(raw), 1)
        return cls(
            features=torch.cat([centred @ turn, ones], dim=1),
            variances=variances.clamp_min(0.0),
            targets=torch.from_numpy(np.ascontiguousarray(targets, dtype=np.int64)),
            classes=classes,
            weights=torch.from_numpy(np.ascontiguousarray(weights, dtype=np.float32)),
            centre=centre,
            axes=turn * scale,
        )

    def problems(self, row_weights: Float[Tensor, "rows problems"], penalties: Sequence[float]) -> Problems:
        return Problems(
            features=self.features,
            variances=self.variances,
            targets=self.targets,
            classes=self.classes,
            row_weights=row_weights / row_weights.sum(dim=0).clamp_min(1e-12),
            penalties=torch.tensor(penalties, dtype=torch.float32),
        )

    def start(self, problems: int) -> Float[Tensor, "problems size classes"]:
        """No weight on any feature, and the classes' shares as biases."""
        point = torch.zeros(problems, self.features.shape[1], self.classes)
        shares = torch.bincount(self.targets, weights=self.weights, minlength=self.classes) + 1.0
        point[:, -1] = torch.log(shares / shares.sum()).float()
        return point

    def fit(self, strength: float) -> tuple[Float[ndarray, "classes width"], Float[ndarray, " classes"]]:
        """Weight and bias on raw features from all rows."""
        problem = self.problems(self.weights[:, None], [strength])
        point, _ = solve(problem, self.start(1), tolerance=FINE)
        weight = self.axes @ point[0, :-1]
        bias = point[0, -1] - self.centre @ weight
        return weight.T.contiguous().numpy(), bias.numpy()


def _search(table: _Table, held: Int[Tensor, " rows"], strengths: Sequence[float]) -> dict[float, _Held]:
    """What held-out rows say of each strength that was worth trying."""
    tried = dict(_path(table, held, sorted(strengths or COARSE, reverse=True)))
    if strengths:
        return tried
    best = min(tried, key=lambda each: tried[each].loss)
    return tried | dict(_path(table, held, (best * BETWEEN, best / BETWEEN)))


def _path(
    table: _Table, held: Int[Tensor, " rows"], strengths: Sequence[float]
) -> Iterator[tuple[float, _Held]]:
    """Strongest first, several at once while they are narrow; ends once the loss rises."""
    folds = int(held.max()) + 1
    outside = (held[:, None] != torch.arange(folds)).float() * table.weights[:, None]
    counted = _seen(table, held) * table.weights
    columns = min(COLUMNS_AT_ONCE, NUMBERS_AT_ONCE / len(held))
    at_once = max(1, int(columns / (folds * table.classes)))
    point, least = table.start(folds), np.inf
    for first in range(0, len(strengths), at_once):
        some = strengths[first : first + at_once]
        problems = table.problems(outside.repeat(1, len(some)), np.repeat(some, folds).tolist())
        start = point[-folds:].repeat(len(some), 1, 1)
        point, found = solve(problems, start, tolerance=ROUGH)
        by_strength = found.view(len(held), len(some), folds, table.classes)
        for place, strength in enumerate(some):
            kept = by_strength[torch.arange(len(held)), place, held]
            right = kept[torch.arange(len(held)), table.targets]
            loss = float(-(right * counted).sum() / counted.sum().clamp_min(1e-12))
            yield float(strength), _Held(loss=loss, log_probabilities=kept.clone())
            rising, least = loss > least, min(loss, least)
        if rising:
            return


def _seen(table: _Table, held: Int[Tensor, " rows"]) -> Float[Tensor, " rows"]:
    """One where other folds hold rows of the same class: only there can a held-out loss be low."""
    folds = int(held.max()) + 1
    counts = torch.zeros(folds, table.classes)
    counts.index_put_((held, table.targets), torch.ones(len(held)), accumulate=True)
    return (counts.sum(dim=0) - counts)[held, table.targets].gt(0).float()
