"""Prototypes or neighbours: how each does on rows that are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.models.nearest import nearest
from headstart.models.votes import log_votes
from headstart.train.prototypes import left_out_cosines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from numpy import ndarray

    from headstart.train.labelled import Labelled

PROTOTYPES, NEIGHBOURS = "prototypes", "neighbours"
TEMPERATURES = tuple(float(each) for each in np.geomspace(0.001, 1.0, 31))
COUNTS = (1, 3, 5, 10, 20, 50, 100)
# Without rows to learn them from.
USUAL_TEMPERATURE, USUAL_COUNT = 0.1, 10
# With fewer clusters than these, rows left out can't tell which method is better.
FEWEST_CLUSTERS = 100
# Rows that are asked about their neighbours at most.
MOST_ASKED = 2000


@dataclass(frozen=True, kw_only=True)
class FewShotFit:
    """A method with its settings.

    Args:
        method: `prototypes` or `neighbours`.
        temperature: divides the cosines.
        loss: mean log loss of rows that were left out with their cluster; infinite where none could be.
        neighbours: rows that vote.
    """

    method: str
    temperature: float
    loss: float = float("inf")
    neighbours: int = USUAL_COUNT


def fit_prototypes(
    vectors: Float[ndarray, "rows width"], labelled: Labelled, *, temperature: float | None = None
) -> FewShotFit:
    """The temperature at which rows are foretold best by prototypes of all but their own cluster.

    Args:
        vectors: unit vector of each row.
        labelled: their classes and clusters.
        temperature: the only one to try.
    """
    cosines, scored = left_out_cosines(vectors, labelled)
    wanted = (temperature,) if temperature is not None else TEMPERATURES
    if not scored.any():
        return FewShotFit(method=PROTOTYPES, temperature=temperature or USUAL_TEMPERATURE)
    outputs = torch.from_numpy(cosines[scored])
    targets = torch.from_numpy(labelled.targets[scored])
    weights = torch.from_numpy(labelled.weights[scored])
    losses = {}
    for each in wanted:
        found = torch.nn.functional.cross_entropy(outputs / each, targets, reduction="none")
        losses[each] = float((found * weights).sum() / weights.sum())
    best = min(losses, key=losses.__getitem__)
    return FewShotFit(method=PROTOTYPES, temperature=best, loss=losses[best])


def fit_neighbours(
    vectors: Float[ndarray, "rows width"],
    labelled: Labelled,
    *,
    neighbours: int | None = None,
    temperature: float | None = None,
    seed: int = 0,
) -> FewShotFit:
    """The number of neighbours and the temperature at which rows are foretold best by other clusters.

    Args:
        vectors: unit vector of each row.
        labelled: their classes and clusters.
        neighbours: the only number to try.
        temperature: the only one to try.
        seed: decides which rows are asked where there are many.
    """
    counts: Sequence[int] = (neighbours,) if neighbours is not None else COUNTS
    heats = (temperature,) if temperature is not None else TEMPERATURES[::3]
    asked = np.sort(np.random.default_rng(seed).permutation(len(vectors))[:MOST_ASKED])
    stored, groups = torch.from_numpy(vectors), torch.from_numpy(labelled.groups)
    targets = torch.from_numpy(labelled.targets)
    cosines, places = nearest(stored[asked], stored, max(counts), apart=(groups[asked], groups))
    frequencies = torch.bincount(targets, minlength=labelled.classes) / len(targets)
    weights = torch.from_numpy(labelled.weights[asked]).float()
    losses = {}
    for count in sorted({min(each, len(vectors)) for each in counts}):
        for heat in heats:
            votes = log_votes(cosines[:, :count], targets[places[:, :count]], frequencies, temperature=heat)
            right = votes[torch.arange(len(asked)), targets[asked]]
            losses[count, heat] = float(-(right * weights).sum() / weights.sum())
    count, heat = min(losses, key=losses.__getitem__)
    return FewShotFit(method=NEIGHBOURS, temperature=heat, loss=losses[count, heat], neighbours=count)
