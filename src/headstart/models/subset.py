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
    lengths = examples.lengths[chosen]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    source = np.arange(int(offsets[-1])) + np.repeat(examples.offsets[chosen] - offsets[:-1], lengths)
    whole = not examples.by_token
    return replace(
        examples,
        tokens=examples.tokens[source],
        offsets=offsets,
        owners=examples.owners[chosen],
        segments=None if examples.segments is None else examples.segments[source],
        targets=None if examples.targets is None else examples.targets[chosen if whole else source],
        words=None if examples.words is None else examples.words[source],
    )
