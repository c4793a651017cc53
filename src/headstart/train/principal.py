"""Features on their principal axes, on which linear classifiers are quick to fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.train.softmax import Problems, solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor

FINE = 1e-7


@dataclass(frozen=True, kw_only=True, eq=False)
class Principal:
    """Features centred, scaled to unit mean square length and turned to their principal axes.

    Args:
        features: the turned features, and last a column of ones.
        variances: mean square of each column but the last.
        targets: class of each row.
        classes: number of classes.
        weights: how much each row counts.
        centre: mean of the raw features.
        axes: what turned and scaled them.
    """

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
        *,
        weights: Float[ndarray, " rows"],
    ) -> Principal:
        """Turns raw features of labelled rows."""
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
        """Fits to these rows, each row counted as said."""
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
        self, strength: float, start: Float[Tensor, "1 classes size"], *, tolerance: float = FINE
    ) -> tuple[Float[ndarray, "classes width"], Float[ndarray, " classes"]]:
        """Weight and bias on raw features from all rows."""
        weights, biases = self.fits(self.weights[None], strength, start=start, tolerance=tolerance)
        return weights[0].numpy(), biases[0].numpy()

    def fits(
        self,
        row_weights: Float[Tensor, "problems rows"],
        strength: float,
        *,
        start: Float[Tensor, "problems classes size"],
        tolerance: float = FINE,
    ) -> tuple[Float[Tensor, "problems classes width"], Float[Tensor, "problems classes"]]:
        """Weights and biases on raw features, side by side, from rows that count as much as said."""
        problems = self.problems(row_weights, [strength] * len(row_weights))
        points, _ = solve(problems, start, tolerance=tolerance)
        weights = points[..., :-1] @ self.axes.T
        return weights, points[..., -1] - weights @ self.centre
