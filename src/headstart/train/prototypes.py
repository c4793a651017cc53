"""The mean vector of each class, and how well it stands for rows that were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.models.unit import unit

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy import ndarray

    from headstart.train.labelled import Labelled


def prototypes(vectors: Float[ndarray, "rows width"], labelled: Labelled) -> Float[ndarray, "classes width"]:
    """The direction of the mean of each class (Snell et al. 2017, equation 1, for cosines).

    Args:
        vectors: unit vector of each row.
        labelled: their classes; a class without rows gets zeros.
    """
    return unit(_sums(vectors, labelled))


def left_out_cosines(
    vectors: Float[ndarray, "rows width"], labelled: Labelled
) -> tuple[Float[ndarray, "rows classes"], Bool[ndarray, " rows"]]:
    """Cosines of each row with the prototypes of all rows outside its cluster.

    Returns:
        the cosines, and which rows have others of their class outside their cluster.
    """
    sums, weighted = _sums(vectors, labelled), vectors * labelled.weights[:, None]
    cosines = vectors @ unit(sums).T
    members = np.bincount(labelled.targets, minlength=labelled.classes)
    scored = members[labelled.targets] > 1
    _, cluster, sizes = np.unique(labelled.groups, return_inverse=True, return_counts=True)
    alone = np.flatnonzero(sizes[cluster] == 1)
    own = labelled.targets[alone]
    outside = unit(sums[own] - weighted[alone]) * scored[alone, None]
    cosines[alone, own] = np.einsum("rw,rw->r", vectors[alone], outside)
    order, ends = np.argsort(cluster, kind="stable"), np.cumsum(sizes)
    for several in np.flatnonzero(sizes > 1):
        rows = order[ends[several] - sizes[several] : ends[several]]
        for each in np.unique(labelled.targets[rows]):
            inside = rows[labelled.targets[rows] == each]
            # What rounding leaves of a class that lies in this cluster alone is no direction.
            lies_outside = members[each] > len(inside)
            rest = unit((sums[each] - weighted[inside].sum(axis=0))[None])[0] * lies_outside
            cosines[rows, each] = vectors[rows] @ rest
            scored[inside] = lies_outside
    return cosines, scored


def _sums(vectors: Float[ndarray, "rows width"], labelled: Labelled) -> Float[ndarray, "classes width"]:
    sums = np.zeros((labelled.classes, vectors.shape[1]), dtype=np.float32)
    for each in np.unique(labelled.targets):
        rows = labelled.targets == each
        sums[each] = labelled.weights[rows] @ vectors[rows]
    return sums
