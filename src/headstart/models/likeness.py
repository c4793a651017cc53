"""How alike what a base makes of texts is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from headstart.models.unit import unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Float
    from numpy import ndarray

# Texts compared at once.
_CHUNK = 1024


def likeness(
    asked: Float[ndarray, "asked width"],
    known: Float[ndarray, "known width"],
    centre: Float[ndarray, " width"] | None = None,
) -> Iterator[Float[ndarray, "some known"]]:
    """The cosines of some vectors at a time with all that are known, in the order of those asked about.

    Args:
        asked: vectors to compare.
        known: vectors to compare them with.
        centre: what they are compared without: the vectors of a language model lie in a narrow cone
            (Ethayarajh 2019).
    """
    directions = _directions(known, centre)
    for start in range(0, len(asked), _CHUNK):
        yield _directions(asked[start : start + _CHUNK], centre) @ directions.T


def _directions(
    vectors: Float[ndarray, "some width"], centre: Float[ndarray, " width"] | None
) -> Float[ndarray, "some width"]:
    return unit(vectors.astype(np.float32) - (0.0 if centre is None else centre))
