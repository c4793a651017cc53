"""Connected components."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray


def components(
    labels: Int[ndarray, " nodes"], *, left: Int[ndarray, " edges"], right: Int[ndarray, " edges"]
) -> Int[ndarray, " nodes"]:
    """The component of each node when nodes of one label are one and edges join further ones.

    Args:
        labels: components so far, whole numbers below the number of nodes.
        left: one end of each edge.
        right: the other end.
    """
    nodes = len(labels)
    ends = (np.ones(len(left), dtype=bool), (labels[left], labels[right]))
    found = connected_components(coo_array(ends, shape=(nodes, nodes)), directed=False)[1]
    return np.asarray(found[labels], dtype=np.int64)
