"""What rows say of a linear classifier that has not seen them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.train.folds import stratified_folds
from headstart.train.softmax import solve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor

    from headstart.train.principal import Principal

COARSE = (1e-2, 1e-3, 1e-4, 1e-5)
BETWEEN = 10**0.5
COLUMNS_AT_ONCE, NUMBERS_AT_ONCE = 40, 5e7
MANY = 2e7
ROUGH = 5e-4


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldOut:
    """Out-of-fold predictions at one strength.

    Args:
        strength: the penalty.
        loss: mean log loss over the rows whose class other folds hold too.
        log_probabilities: of each row, from a fit that had not seen its cluster.
        points: the folds' solutions.
    """

    strength: float
    loss: float
    log_probabilities: Float[Tensor, "rows classes"]
    points: Float[Tensor, "folds classes size"]


def folds_of(
    targets: Int[ndarray, " rows"], groups: Int[ndarray, " rows"], classes: int, *, seed: int
) -> Int[Tensor, " rows"] | None:
    """The fold of each row: 5 stratified ones, 2 of much data, None where there is one cluster alone."""
    folds = min(5 if len(targets) * classes < MANY else 2, len(np.unique(groups)))
    if folds < 2:
        return None
    return torch.from_numpy(stratified_folds(targets, groups, folds=folds, seed=seed))


def search(
    table: Principal, held: Int[Tensor, " rows"], strengths: Sequence[float] = ()
) -> dict[float, HeldOut]:
    """What held-out rows say of each strength that was worth trying, by strength.

    Args:
        table: the rows.
        held: fold of each row.
        strengths: the only ones to try; by default decades, then the half decades beside the best.
    """
    start = table.start(int(held.max()) + 1)
    found = list(along(table, held, sorted(strengths or COARSE, reverse=True), start=start))
    if not strengths:
        best = min(found, key=lambda each: each.loss)
        beside = (best.strength * BETWEEN, best.strength / BETWEEN)
        found += along(table, held, beside, start=best.points)
    return {each.strength: each for each in found}


def along(
    table: Principal,
    held: Int[Tensor, " rows"],
    strengths: Sequence[float],
    *,
    start: Float[Tensor, "folds classes size"],
) -> Iterator[HeldOut]:
    """Each strength from where the one before ended; ends once the loss rises.

    Args:
        table: the rows.
        held: fold of each row.
        strengths: what to try, several at once while they are narrow.
        start: where the fits of the first begin.
    """
    point, folds, rows, least = start, len(start), torch.arange(len(held)), np.inf
    outside = (held != torch.arange(folds)[:, None]).float() * table.weights
    counted = _seen(table, held) * table.weights
    columns = min(COLUMNS_AT_ONCE, NUMBERS_AT_ONCE / len(held))
    at_once = max(1, int(columns / (folds * table.classes)))
    for first in range(0, len(strengths), at_once):
        some = strengths[first : first + at_once]
        problems = table.problems(outside.repeat(len(some), 1), np.repeat(some, folds).tolist())
        points, found = solve(problems, point.repeat(len(some), 1, 1), tolerance=ROUGH)
        for place, strength in enumerate(some):
            its_own = slice(place * folds, (place + 1) * folds)
            point, kept = points[its_own], found[its_own][held, :, rows]
            loss = float(-(kept[rows, table.targets] * counted).sum() / counted.sum().clamp_min(1e-12))
            yield HeldOut(strength=float(strength), loss=loss, log_probabilities=kept, points=point)
            rising, least = loss > least, min(loss, least)
        if rising:
            return


def _seen(table: Principal, held: Int[Tensor, " rows"]) -> Float[Tensor, " rows"]:
    """One where other folds hold rows of the same class: only there can a held-out loss be low."""
    folds = int(held.max()) + 1
    counts = torch.zeros(folds, table.classes)
    counts.index_put_((held, table.targets), torch.ones(len(held)), accumulate=True)
    return (counts.sum(dim=0) - counts)[held, table.targets].gt(0).float()
