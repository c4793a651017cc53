"""Multinomial logistic regression whose regularisation chooses itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.train.folds import stratified_folds
from headstart.train.one_thread import one_thread
from headstart.train.softmax import Problems, solve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor

COARSE = (1e-2, 1e-3, 1e-4, 1e-5)
BETWEEN = 10**0.5
UNCHOSEN = 1e-3
COLUMNS_AT_ONCE, NUMBERS_AT_ONCE = 40, 5e7
MANY = 2e7
# Numbers times classes up to which one thread is as quick as two, and far quicker on a busy machine.
FEW = 5e6
ROUGH, FINE = 5e-4, 1e-7


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
        table = _Table.of(features, targets, classes, weights)
        tried = {} if len(strengths) == 1 else _tried(table, groups, strengths, seed)
        best = min(tried, key=lambda each: tried[each].loss) if tried else UNCHOSEN
        best = strengths[0] if len(strengths) == 1 else best
        weight, bias = table.fit(best, tried[best].points.mean(0, True) if tried else table.start(1))
    return LinearFit(
        weight=weight,
        bias=bias,
        strength=best,
        out_of_fold=tried[best].log_probabilities.numpy() if tried else None,
        losses={strength: each.loss for strength, each in sorted(tried.items())},
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Held:
    """Log-probabilities of held-out rows at one strength, and the folds' solutions."""

    loss: float
    points: Float[Tensor, "folds classes size"]
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
        variances, axes = torch.linalg.eigh(centred.T @ centred / len(raw))
        variances = variances.clamp_min(0.0)
        scale = 1.0 / variances.sum().sqrt().clamp_min(1e-12)
        turned = torch.ones(len(raw), raw.shape[1] + 1)
        torch.mm(centred, axes * scale, out=turned[:, :-1])
        return cls(
            features=turned,
            variances=variances * scale**2,
            targets=torch.from_numpy(np.ascontiguousarray(targets, dtype=np.int64)),
            classes=classes,
            weights=torch.from_numpy(np.ascontiguousarray(weights, dtype=np.float32)),
            centre=centre,
            axes=axes * scale,
        )

    def problems(self, row_weights: Float[Tensor, "problems rows"], penalties: Sequence[float]) -> Problems:
        return Problems(
            features=self.features,
            variances=self.variances,
            targets=self.targets,
            classes=self.classes,
            row_weights=row_weights / row_weights.sum(dim=1, keepdim=True).clamp_min(1e-12),
            penalties=torch.tensor(penalties, dtype=torch.float32),
        )

    def start(self, problems: int) -> Float[Tensor, "problems classes size"]:
        """No weight on any feature, and the classes' shares as biases."""
        point = torch.zeros(problems, self.classes, self.features.shape[1])
        shares = torch.bincount(self.targets, weights=self.weights, minlength=self.classes) + 1.0
        point[..., -1] = torch.log(shares / shares.sum()).float()
        return point

    def fit(
        self, strength: float, start: Float[Tensor, "1 classes size"]
    ) -> tuple[Float[ndarray, "classes width"], Float[ndarray, " classes"]]:
        """Weight and bias on raw features from all rows."""
        problem = self.problems(self.weights[None], [strength])
        point, _ = solve(problem, start, tolerance=FINE)
        weight = point[0, :, :-1] @ self.axes.T
        bias = point[0, :, -1] - weight @ self.centre
        return weight.numpy(), bias.numpy()


def _tried(
    table: _Table, groups: Int[ndarray, " rows"], strengths: Sequence[float], seed: int
) -> dict[float, _Held]:
    """What held-out rows say of each strength that was worth trying; nothing with one cluster alone."""
    rows = len(table.targets)
    folds = min(5 if rows * table.classes < MANY else 2, len(np.unique(groups)))
    if folds < 2:
        return {}
    held = torch.from_numpy(stratified_folds(table.targets.numpy(), groups, folds=folds, seed=seed))
    tried = dict(_path(table, held, sorted(strengths or COARSE, reverse=True), table.start(folds)))
    if strengths:
        return tried
    best = min(tried, key=lambda each: tried[each].loss)
    return tried | dict(_path(table, held, (best * BETWEEN, best / BETWEEN), tried[best].points))


def _path(
    table: _Table,
    held: Int[Tensor, " rows"],
    strengths: Sequence[float],
    point: Float[Tensor, "folds classes size"],
) -> Iterator[tuple[float, _Held]]:
    """Strongest first, several at once while they are narrow; ends once the loss rises."""
    folds = len(point)
    outside = (held != torch.arange(folds)[:, None]).float() * table.weights
    counted = _seen(table, held) * table.weights
    columns = min(COLUMNS_AT_ONCE, NUMBERS_AT_ONCE / len(held))
    at_once = max(1, int(columns / (folds * table.classes)))
    least, rows = np.inf, torch.arange(len(held))
    for first in range(0, len(strengths), at_once):
        some = strengths[first : first + at_once]
        problems = table.problems(outside.repeat(len(some), 1), np.repeat(some, folds).tolist())
        points, found = solve(problems, point.repeat(len(some), 1, 1), tolerance=ROUGH)
        for place, strength in enumerate(some):
            its_own = slice(place * folds, (place + 1) * folds)
            point, kept = points[its_own], found[its_own][held, :, rows]
            loss = float(-(kept[rows, table.targets] * counted).sum() / counted.sum().clamp_min(1e-12))
            yield float(strength), _Held(loss=loss, points=point, log_probabilities=kept)
            rising, least = loss > least, min(loss, least)
        if rising:
            return


def _seen(table: _Table, held: Int[Tensor, " rows"]) -> Float[Tensor, " rows"]:
    """One where other folds hold rows of the same class: only there can a held-out loss be low."""
    folds = int(held.max()) + 1
    counts = torch.zeros(folds, table.classes)
    counts.index_put_((held, table.targets), torch.ones(len(held)), accumulate=True)
    return (counts.sum(dim=0) - counts)[held, table.targets].gt(0).float()
