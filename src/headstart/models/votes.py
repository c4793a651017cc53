"""What neighbours say of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor

# Share of the votes that is kept for classes that no neighbour has, in proportion to their frequency.
RESERVED = 0.02


def log_votes(
    cosines: Float[Tensor, "queries neighbours"],
    classes_of: Int[Tensor, "queries neighbours"],
    frequencies: Float[Tensor, " classes"],
    *,
    temperature: float,
) -> Float[Tensor, "queries classes"]:
    """Logarithms of the classes' shares of the votes, nearer neighbours counting for more.

    The k-nearest-neighbour rule (Cover and Hart 1967) with weights `exp(cosine / temperature)`.

    Args:
        cosines: of each query with its neighbours, minus infinity for one that has no vote.
        classes_of: class of each neighbour.
        frequencies: share of each class among all stored rows.
        temperature: divides the cosines.
    """
    # A query none of whose neighbours has a vote is left to the frequencies.
    nearest = cosines.amax(dim=1, keepdim=True).clamp_min(-2.0)
    weights = ((cosines - nearest) / temperature).exp()
    votes = cosines.new_zeros(len(cosines), len(frequencies)).scatter_add_(1, classes_of, weights)
    votes = votes / votes.sum(dim=1, keepdim=True).clamp_min(1e-12)
    shares = (1.0 - RESERVED) * votes + RESERVED * frequencies
    return torch.log(shares / shares.sum(dim=1, keepdim=True))
