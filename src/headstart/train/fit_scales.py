"""A linear map of frozen vectors under which texts that belong together lie closer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.core.linear_fit import FitWish, LinearFit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jaxtyping import Bool, Float, Int, Shaped
    from numpy import ndarray
    from torch import Tensor

    RowLosses = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]

STRENGTHS = (0.3, 0.03, 0.003)
UNCHOSEN, FOLDS, FEWEST_ROWS = 0.03, 2, 12
# Rows from which on penalties are chosen, and the map is fitted, on a sample: a few hundred numbers are
# all there is to find.
MOST_COMPARED, MOST_ROWS = 500, 4_000
BLOCK_ROWS, STEPS = 128, 15


def fit_scales(
    features: Float[ndarray, "points width"],
    targets: Shaped[ndarray, "points told"],
    losses: RowLosses,
    *,
    wish: FitWish,
) -> LinearFit:
    """The axes of the vectors, each with a factor of its own, by the task's own loss.

    The axes are those of the vectors' second moments, so that the directions which all texts share (Mu and
    Viswanath 2018, section 2) and those which only some have can be weighed apart; with all factors at one
    cosines are those of the vectors as they are. Logarithms of the factors are drawn to nought by a penalty
    that is chosen over 2 folds which keep clusters whole. Found by L-BFGS on blocks of rows that stay
    the same.

    Args:
        features: a vector for each text.
        targets: what the loss is told of it, the row that it belongs to first.
        losses: the loss of each row that can be compared, and which row it is.
        wish: how it is to be fitted.
    """
    fitting = _Fitting.of(features, targets, losses, wish)
    strengths = tuple(wish.strengths) or STRENGTHS
    held = fitting.folds(wish)
    if held is None:
        strength = strengths[0] if wish.strengths else UNCHOSEN
        return fitting.finished(strength, {}, None)
    told = {each: fitting.out_of_fold(each, held) for each in strengths}
    means = {each: float(np.nanmean(rows)) for each, rows in told.items()}
    best = min(means, key=lambda each: means[each])
    return fitting.finished(best, means, told[best])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fitting:
    """Texts on their axes.

    Args:
        turned: vector of each text on the axes.
        axes: one axis a line.
        targets: what the loss is told.
        row: place of the row of each text.
        losses: the loss.
        seed: owns the blocks.
    """

    turned: Float[Tensor, "points width"]
    axes: Float[ndarray, "width width"]
    targets: Shaped[Tensor, "points told"]
    row: Int[ndarray, " points"]
    losses: RowLosses
    seed: int

    @classmethod
    def of(
        cls,
        features: Float[ndarray, "points width"],
        targets: Shaped[ndarray, "points told"],
        losses: RowLosses,
        wish: FitWish,
    ) -> _Fitting:
        vectors = features.astype(np.float32)
        vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        moments = vectors.T.astype(np.float64) @ vectors / max(1, len(vectors))
        axes = np.linalg.eigh(moments)[1].T.astype(np.float32)
        row = np.unique(targets[:, 0], return_inverse=True)[1]
        told = np.column_stack([row, targets[:, 1:]])
        return cls(
            turned=torch.from_numpy(vectors @ axes.T),
            axes=axes,
            targets=torch.from_numpy(told.astype(np.float32 if targets.dtype.kind == "f" else np.int64)),
            row=row,
            losses=losses,
            seed=wish.seed,
        )

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.row.max(initial=-1)) + 1

    def folds(self, wish: FitWish) -> Int[ndarray, " rows"] | None:
        """The fold of each row, -1 for rows that choose nothing; None where too few clusters could choose."""
        groups = self.row if wish.groups is None else wish.groups
        of_row = np.zeros(self.rows, dtype=np.int64)
        of_row[self.row] = np.unique(groups, return_inverse=True)[1]
        clusters = np.random.default_rng(self.seed).permutation(int(of_row.max(initial=-1)) + 1)
        if len(clusters) < FEWEST_ROWS:
            return None
        fold = clusters[of_row] % FOLDS
        # Whole clusters are left out, the last ones of a random order.
        sizes = np.bincount(clusters[of_row], minlength=len(clusters))
        fold[np.cumsum(sizes)[clusters[of_row]] > max(MOST_COMPARED, sizes.max())] = -1
        return np.asarray(fold)

    def out_of_fold(self, strength: float, held: Int[ndarray, " rows"]) -> Float[ndarray, " rows"]:
        """Loss of each row under a fit that did not see its cluster; not-a-number for rows left out."""
        found = np.full(self.rows, np.nan)
        for fold in range(FOLDS):
            logs = self._logs(strength, (held >= 0) & (held != fold))
            with torch.no_grad():
                for block in self._blocks(held == fold):
                    losses, rows = self._of_block(logs, block)
                    found[rows.numpy()] = losses.numpy()
        return found

    def finished(
        self, strength: float, means: dict[float, float], held_out: Float[ndarray, " rows"] | None
    ) -> LinearFit:
        """The map from all rows, or a sample of them, with what was found of held-out ones."""
        some = np.random.default_rng(self.seed).permutation(self.rows)[:MOST_ROWS]
        logs = self._logs(strength, np.isin(np.arange(self.rows), some)).numpy()
        row_losses = None
        if held_out is not None and np.isfinite(held_out).any():
            # A row that could not be compared says nothing for or against.
            row_losses = np.where(np.isfinite(held_out), held_out, np.nanmean(held_out))[self.row]
        return LinearFit(
            weight=np.exp(logs)[:, None] * self.axes,
            bias=np.zeros(len(logs), dtype=np.float32),
            strength=strength,
            losses=means,
            row_losses=row_losses,
        )

    def _logs(self, strength: float, rows: Bool[ndarray, " rows"]) -> Float[Tensor, " width"]:
        """Logarithms of the factors that suit these rows."""
        blocks = self._blocks(rows)
        logs = torch.zeros(self.turned.shape[1], requires_grad=True)
        optimiser = torch.optim.LBFGS([logs], max_iter=STEPS, line_search_fn="strong_wolfe")

        def closure() -> Tensor:
            optimiser.zero_grad()
            told = [self._of_block(logs, block)[0] for block in blocks]
            compared = sum(len(each) for each in told)
            penalty = strength * logs.square().sum()
            loss = penalty + sum(each.sum() for each in told) / max(1, compared)
            loss.backward()  # type: ignore[no-untyped-call]
            return loss

        optimiser.step(closure)  # type: ignore[no-untyped-call]
        return torch.nan_to_num(logs.detach())

    def _of_block(
        self, logs: Float[Tensor, " width"], block: Int[Tensor, " texts"]
    ) -> tuple[Float[Tensor, " some"], Int[Tensor, " some"]]:
        return self.losses(self.turned[block] * logs.exp(), self.targets[block])

    def _blocks(self, rows: Bool[ndarray, " rows"]) -> Sequence[Int[Tensor, " texts"]]:
        """The texts of these rows, in blocks of rows that meet at random."""
        chosen = np.random.default_rng(self.seed).permutation(np.flatnonzero(rows))
        place = np.full(self.rows, -1, dtype=np.int64)
        parts = max(1, -(-len(chosen) // BLOCK_ROWS))
        place[chosen] = np.arange(len(chosen)) % parts
        mine = place[self.row]
        return [torch.from_numpy(np.flatnonzero(mine == part)) for part in range(parts)]
