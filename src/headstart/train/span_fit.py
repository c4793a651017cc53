"""Linear scores of tokens as the start and as the end of an answer, fitted on vectors of a frozen base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from headstart.core.linear_fit import LinearFit
from headstart.train.folds import stratified_folds
from headstart.train.span_targets import END, NONE, PIECES, START

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int
    from numpy import ndarray

    from headstart.core.linear_fit import FitWish

STRENGTHS = (1e-2, 1e-3, 1e-4, 1e-5)
UNCHOSEN, FOLDS = 1e-3, 3
MOST_STEPS, TOLERANCE = 60, 1e-6


def fit_spans(
    features: Float[ndarray, "points width"], targets: Int[ndarray, " points"], wish: FitWish
) -> LinearFit:
    """Conditional logits of start and end over the pieces of each window, with a penalty chosen by folds.

    McFadden 1974, equation 12. Of the pieces that are no answer some were drawn, which leaves the estimates
    consistent (McFadden 1978, section 6); the one of no answer is always among them and is corrected for it.
    The loss of a window is told at that piece, and that of all other points is 0.

    Args:
        features: vectors of the pieces of windows, end to end.
        targets: what of the answer is in each, as `span_targets` has it; nothing is negative.
        wish: clusters, penalties and seed.
    """
    table = _Pieces.of(features, targets)
    groups = np.arange(len(targets)) if wish.groups is None else np.asarray(wish.groups)
    own = groups[table.begins]
    folds = min(FOLDS, len(np.unique(own)))
    single = wish.strengths[0] if len(wish.strengths) == 1 else UNCHOSEN
    if len(wish.strengths) == 1 or folds < 2:
        return table.fitted(single, table.solved(single, table.nothing))
    held = stratified_folds(np.zeros(len(own), dtype=np.int64), own, folds=folds, seed=wish.seed)
    tried = dict[float, Any]()
    points = [table.nothing] * folds
    for strength in sorted(wish.strengths or STRENGTHS, reverse=True):
        losses = np.zeros(len(own))
        for fold in range(folds):
            part = table.part(held != fold)
            points[fold] = part.solved(strength, points[fold])
            losses[held == fold] = table.losses(points[fold])[held == fold]
        tried[strength] = losses
        if losses.mean() > min(each.mean() for each in tried.values()):
            break
    best = min(tried, key=lambda each: float(tried[each].mean()))
    row_losses = np.zeros(len(targets))
    row_losses[table.none] = tried[best]
    return table.fitted(
        best,
        table.solved(best, np.mean(points, axis=0)),
        losses={each: float(tried[each].mean()) for each in sorted(tried)},
        row_losses=row_losses,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pieces:
    """Pieces of windows end to end, their vectors centred and scaled to unit mean square length.

    Args:
        features: their vectors along their principal axes, in which few steps lead to the solution.
        variances: mean square of each column of these.
        axes: the principal axes, one a column.
        scale: what the vectors were divided by.
        begins: the first piece of each window.
        window: the window of each piece.
        right: whether each piece is the start, and the end, of its window's answer.
        none: the piece of no answer of each window.
        offset: what is added to the scores of each piece for how often it was drawn.
    """

    features: Float[ndarray, "pieces width"]
    variances: Float[ndarray, " width"]
    axes: Float[ndarray, "width width"]
    scale: float
    begins: Int[ndarray, " windows"]
    window: Int[ndarray, " pieces"]
    right: Bool[ndarray, "pieces 2"]
    none: Int[ndarray, " windows"]
    offset: Float[ndarray, "pieces 1"]

    @classmethod
    def of(cls, features: Float[ndarray, "points width"], targets: Int[ndarray, " points"]) -> Self:
        none = np.flatnonzero(targets & NONE)
        # The piece of no answer stands first in a window, or last.
        begins = none if targets[0] & NONE else np.append(0, none[:-1] + 1)
        window = np.zeros(len(targets), dtype=np.int64)
        window[begins[1:]] = 1
        drawn = np.diff(np.append(begins, len(targets))) - 1
        offset = np.zeros((len(targets), 1))
        pieces = np.maximum(1, targets[none] // PIECES)
        offset[none, 0] = np.log(np.maximum(1, drawn) / pieces)
        centred = features - features.mean(axis=0)
        scale = float(np.sqrt(np.square(centred).sum(axis=1, dtype=np.float64).mean())) or 1.0
        centred /= np.float32(scale)
        variances, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64) / len(centred))
        return cls(
            features=centred @ axes.astype(np.float32),
            variances=np.maximum(variances, 0.0),
            axes=axes,
            scale=scale,
            begins=begins,
            window=np.cumsum(window),
            right=np.stack([targets & START, targets & END], axis=1) > 0,
            none=none,
            offset=offset,
        )

    @property
    def nothing(self) -> Float[ndarray, "width 2"]:
        """Weights that tell no piece from another."""
        return np.zeros((self.features.shape[1], 2))

    def part(self, windows: Bool[ndarray, " windows"]) -> _Pieces:
        """Some of the windows."""
        mine = windows[self.window]
        sizes = np.diff(np.append(self.begins, len(self.window)))[windows]
        return _Pieces(
            features=self.features[mine],
            variances=self.variances,
            axes=self.axes,
            scale=self.scale,
            begins=np.cumsum(sizes) - sizes,
            window=np.repeat(np.arange(len(sizes)), sizes),
            right=self.right[mine],
            none=np.zeros(0, dtype=np.int64),
            offset=self.offset[mine],
        )

    def solved(self, strength: float, start: Float[ndarray, "width 2"]) -> Float[ndarray, "width 2"]:
        """The weights of least mean loss and penalty, sought in units in which all directions curve alike."""
        from scipy import optimize

        unit = 1.0 / np.sqrt(self.variances + strength)[:, None]

        def objective(flat: Any) -> Any:
            loss, slope = self._objective(unit * flat.reshape(start.shape), strength)
            return loss, (unit * slope).ravel()

        # Its stubs do not know of functions that give value and slope of arrays typed by shape.
        minimise: Any = optimize.minimize
        found = minimise(
            objective,
            (start / unit).ravel(),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": MOST_STEPS, "ftol": TOLERANCE},
        )
        return np.asarray(unit * found.x.reshape(start.shape), dtype=np.float64)

    def losses(self, weights: Float[ndarray, "width 2"]) -> Float[ndarray, " windows"]:
        """Mean log loss of start and end of each window."""
        right = np.where(self.right, self._logs(weights), 0.0)
        return np.asarray(-np.add.reduceat(right, self.begins).sum(axis=1) / 2)

    def fitted(self, strength: float, weights: Float[ndarray, "width 2"], **told: Any) -> LinearFit:
        """The weights for vectors as they were; what is added to all pieces alike changes nothing."""
        weight = np.ascontiguousarray((self.axes @ weights).T / self.scale, dtype=np.float32)
        return LinearFit(weight=weight, bias=np.zeros(2, dtype=np.float32), strength=strength, **told)

    def _objective(self, weights: Float[ndarray, "width 2"], strength: float) -> tuple[float, Any]:
        logs, windows = self._logs(weights), len(self.begins)
        loss = -logs[self.right].sum() / windows + strength / 2 * np.square(weights).sum()
        errors = ((np.exp(logs) - self.right) / windows).astype(np.float32)
        slope = (self.features.T @ errors).astype(np.float64) + strength * weights
        return float(loss), slope

    def _logs(self, weights: Float[ndarray, "width 2"]) -> Float[ndarray, "pieces 2"]:
        """Log-probability of each piece in its window, as start and as end."""
        scores = (self.features @ weights.astype(np.float32)).astype(np.float64) + self.offset
        scores -= np.maximum.reduceat(scores, self.begins)[self.window]
        total = np.add.reduceat(np.exp(scores), self.begins)
        return np.asarray(scores - np.log(total)[self.window])
