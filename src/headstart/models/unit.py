"""Vectors of length one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray


def unit(vectors: Float[ndarray, "rows width"]) -> Float[ndarray, "rows width"]:
    """The vectors scaled to length one; zeros stay zeros."""
    lengths: Float[ndarray, "rows 1"] = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12))
