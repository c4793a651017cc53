"""Linear regression with a penalty that chooses itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from headstart.core.linear_fit import FitWish, LinearFit

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from numpy import ndarray

STRENGTHS = tuple(10.0 ** (-half / 2) for half in range(13))
UNCHOSEN, FOLDS = 1e-2, 5


@dataclass(frozen=True, kw_only=True, eq=False)
class _Normal:
    """What the normal equations need of some rows; those of parts add up.

    Args:
        weight: sum of the weights.
        features: weighted sum of the features.
        targets: weighted sum of the targets.
        squares: weighted products of features with features.
        products: weighted products of features with targets.
    """

    weight: float
    features: Float[ndarray, " width"]
    targets: Float[ndarray, " outputs"]
    squares: Float[ndarray, "width width"]
    products: Float[ndarray, "width outputs"]

    @classmethod
    def of(
        cls,
        features: Float[ndarray, "rows width"],
        targets: Float[ndarray, "rows outputs"],
        weights: Float[ndarray, " rows"],
    ) -> Self:
        weighted = features * weights[:, None]
        return cls(
            weight=float(weights.sum()),
            features=weighted.sum(axis=0),
            targets=weights @ targets,
            squares=weighted.T @ features,
            products=weighted.T @ targets,
        )

    def __sub__(self, other: _Normal) -> _Normal:
        return _Normal(
            weight=self.weight - other.weight,
            features=self.features - other.features,
            targets=self.targets - other.targets,
            squares=self.squares - other.squares,
            products=self.products - other.products,
        )

    def solved(
        self, strengths: tuple[float, ...]
    ) -> list[tuple[Float[ndarray, "outputs width"], Float[ndarray, " outputs"]]]:
        """Weight and bias at each penalty, from one decomposition."""
        total = max(self.weight, 1e-12)
        centre, middle = self.features / total, self.targets / total
        covariance = self.squares / total - np.outer(centre, centre)
        shared = self.products / total - np.outer(centre, middle)
        values, axes = np.linalg.eigh(covariance)
        values = np.maximum(values, 0.0)
        turned = axes.T @ shared
        # Penalties are told for features of unit mean square length.
        scale = max(float(values.sum()), 1e-12)
        found = []
        for strength in strengths:
            weight = (axes @ (turned / (values + strength * scale)[:, None])).T
            found.append((weight, middle - weight @ centre))
        return found


def fit_ridge(
    features: Float[ndarray, "rows width"], targets: Float[ndarray, "rows outputs"], wish: FitWish
) -> LinearFit:
    """Ridge regression (Hoerl and Kennard 1970, equation 2.1) with the penalty of least squared error.

    The penalty is chosen over 5 folds that keep clusters whole; all penalties of a fold come from one
    decomposition of its covariances.

    Args:
        features: raw features; centring is folded into the result.
        targets: what to give for each row.
        wish: clusters, weights and penalties.
    """
    rows = np.asarray(features, dtype=np.float64)
    gold = np.asarray(targets, dtype=np.float64).reshape(len(rows), -1)
    weights = np.ones(len(rows)) if wish.weights is None else np.asarray(wish.weights, dtype=np.float64)
    strengths = tuple(wish.strengths) or STRENGTHS
    whole = _Normal.of(rows, gold, weights)
    fold = folds_of(len(rows), wish) if len(strengths) > 1 else None
    if fold is None:
        strength = strengths[0] if len(strengths) == 1 else UNCHOSEN
        weight, bias = whole.solved((strength,))[0]
        return LinearFit(weight=_single(weight), bias=_single(bias), strength=strength)
    given = _held_out(rows, gold, weights, fold=fold, whole=whole, strengths=strengths)
    errors = np.square(given - gold).mean(axis=2)
    losses = errors @ weights / weights.sum()
    best = int(np.argmin(losses))
    weight, bias = whole.solved((strengths[best],))[0]
    return LinearFit(
        weight=_single(weight),
        bias=_single(bias),
        strength=strengths[best],
        out_of_fold=given[best],
        losses={each: float(loss) for each, loss in sorted(zip(strengths, losses, strict=True))},
        row_losses=errors[best],
    )


def folds_of(rows: int, wish: FitWish) -> Int[ndarray, " rows"] | None:
    """The fold of each row, clusters kept whole; None where there is one cluster alone."""
    groups = np.arange(rows) if wish.groups is None else np.asarray(wish.groups)
    _, cluster = np.unique(groups, return_inverse=True)
    clusters = int(cluster.max(initial=-1)) + 1
    folds = min(FOLDS, clusters)
    if folds < 2:
        return None
    dealt = np.random.default_rng(wish.seed).permutation(np.arange(clusters) % folds)
    return np.asarray(dealt[cluster])


def _held_out(
    rows: Float[ndarray, "rows width"],
    gold: Float[ndarray, "rows outputs"],
    weights: Float[ndarray, " rows"],
    *,
    fold: Int[ndarray, " rows"],
    whole: _Normal,
    strengths: tuple[float, ...],
) -> Float[ndarray, "strengths rows outputs"]:
    given = np.empty((len(strengths), *gold.shape))
    for each in range(int(fold.max()) + 1):
        away = fold == each
        rest = whole - _Normal.of(rows[away], gold[away], weights[away])
        for place, (weight, bias) in enumerate(rest.solved(strengths)):
            given[place, away] = rows[away] @ weight.T + bias
    return given


def _single(values: ndarray) -> ndarray:
    return np.ascontiguousarray(values, dtype=np.float32)
