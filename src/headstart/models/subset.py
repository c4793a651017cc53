"""Some of many examples."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Int
    from numpy import ndarray

    from headstart.core.examples import Examples


def subset(examples: Examples, chosen: Int[ndarray, " chosen"]) -> Examples:
    """The examples at the given positions, in that order, each owned as before."""
    source, offsets = _stretches(examples.offsets, chosen)
    targets, target_offsets = source if examples.by_token else chosen, None
    if examples.target_offsets is not None:
        targets, target_offsets = _stretches(examples.target_offsets, chosen)
    return replace(
        examples,
        tokens=examples.tokens[source],
        offsets=offsets,
        owners=examples.owners[chosen],
        segments=None if examples.segments is None else examples.segments[source],
        targets=None if examples.targets is None else examples.targets[targets],
        target_offsets=target_offsets,
        words=None if examples.words is None else examples.words[source],
        counts=None if examples.counts is None else examples.counts[source],
    )


def _stretches(
    edges: Int[ndarray, " examples+1"], chosen: Int[ndarray, " chosen"]
) -> tuple[Int[ndarray, " places"], Int[ndarray, " chosen+1"]]:
    """The places of the chosen stretches, one after the other, and where each of them then starts."""
    lengths = np.diff(edges)[chosen]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return np.arange(int(offsets[-1])) + np.repeat(edges[chosen] - offsets[:-1], lengths), offsets


def owned_by(examples: Examples, rows: Int[ndarray, " chosen"]) -> Examples:
    """The examples of some rows, as if those rows alone had been encoded.

    Args:
        examples: those of all rows.
        rows: positions of the rows, in order.
    """
    found = subset(examples, np.flatnonzero(np.isin(examples.owners, rows)))
    found = replace(found, owners=np.searchsorted(rows, found.owners))
    if examples.sizes is None:
        return found
    sizes = examples.sizes[rows]
    ends = np.cumsum(examples.sizes)[rows]
    words = np.arange(int(sizes.sum())) + np.repeat(ends - np.cumsum(sizes), sizes)
    return replace(
        found,
        sizes=sizes,
        spans=None if examples.spans is None else examples.spans[words],
        texts=None if examples.texts is None else tuple(examples.texts[row] for row in rows),
    )
