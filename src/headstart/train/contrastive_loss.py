"""A loss by which texts of one class move together and those of others apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor


def contrastive_loss(
    vectors: Float[Tensor, "batch width"], targets: Int[Tensor, " batch"], *, temperature: float
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Sum of the losses of the texts that have another of their class beside them, and their number.

    Supervised contrastive learning, the loss with the sum outside of the logarithm (Khosla et al.
    2020, equation 2): every pair of the batch counts, though each text is read but once.

    Args:
        vectors: one for each text; only their directions count.
        targets: class of each text.
        temperature: divides cosines; the lower, the more the nearest texts of other classes weigh.
    """
    units = torch.nn.functional.normalize(vectors.float(), dim=1)
    likeness = units @ units.T / temperature
    itself = torch.eye(len(targets), dtype=torch.bool, device=targets.device)
    shares = likeness.masked_fill(itself, float("-inf")).log_softmax(dim=1)
    friends = (targets[:, None] == targets) & ~itself
    counts = friends.sum(dim=1)
    each = -shares.masked_fill(~friends, 0.0).sum(dim=1) / counts.clamp(min=1)
    return each.sum(), (counts > 0).sum().to(each.dtype)
