"""A loss by which pairs of texts that are more alike get the greater cosine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int
    from torch import Tensor

# What a cosine of one is worth as a logit.
SCALE = 20.0


def pairwise_order(
    outputs: Float[Tensor, "batch width"], targets: Float[Tensor, "batch 2"]
) -> tuple[Float[Tensor, " rows"], Int[Tensor, " rows"]]:
    """The loss of each row whose score differs from that of another row, and which row it is.

    For every two rows of different scores, log(1 + exp(-s d)), d being how much greater the cosine of the
    row with the greater score is (RankNet: Burges et al. 2005, equation 3). CoSENT (Su 2022) takes one
    logarithm of the sum over all pairs of rows instead, so that the worst pairs alone count; on few rows
    the sum of the logarithms was closer to the order of unseen rows.

    Args:
        outputs: a vector for each text.
        targets: row and score of each text; two texts of the batch have the same row.
    """
    row, order = targets[:, 0].sort(stable=True)
    first, second = _units(outputs[order[0::2]]), _units(outputs[order[1::2]])
    cosines, scores = (first * second).sum(dim=1), targets[order[0::2], 1]
    apart = scores[:, None] != scores
    sign = (scores[:, None] > scores).to(cosines.dtype) * 2.0 - 1.0
    each = torch.nn.functional.softplus(-SCALE * sign * (cosines[:, None] - cosines))
    losses, compared = _mean(each, apart)
    return losses[compared], row[0::2][compared].long()


def _units(vectors: Float[Tensor, "rows width"]) -> Float[Tensor, "rows width"]:
    return torch.nn.functional.normalize(vectors.float(), dim=1)


def _mean(
    each: Float[Tensor, "rows rows"], there: Bool[Tensor, "rows rows"]
) -> tuple[Float[Tensor, " rows"], Bool[Tensor, " rows"]]:
    counts = there.sum(dim=1)
    return each.masked_fill(~there, 0.0).sum(dim=1) / counts.clamp(min=1), counts > 0
