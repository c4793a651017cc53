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
    )


def _stretches(
    edges: Int[ndarray, " examples+1"], chosen: Int[ndarray, " chosen"]
) -> tuple[Int[ndarray, " places"], Int[ndarray, " chosen+1"]]:
    """The places of the chosen stretches, one after the other, and where each of them then starts."""
    lengths = np.diff(edges)[chosen]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return np.arange(int(offsets[-1])) + np.repeat(edges[chosen] - offsets[:-1], lengths), offsets
