"""A loss by which a query lies nearer to its own passages than to all others of the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int
    from torch import Tensor

# What a cosine of one is worth as a logit.
SCALE = 20.0
# A logit that counts for nothing; minus infinity has no gradient.
NEVER = -1e9
# The last stands for a passage that is known to be right and of which nothing is read here.
QUERY, POSITIVE, NEGATIVE, UNREAD = 0, 1, 2, 3


def in_batch_negatives(
    outputs: Float[Tensor, "batch width"], targets: Int[Tensor, "batch 4"]
) -> tuple[Float[Tensor, " queries"], Int[Tensor, " queries"]]:
    """The loss of each query that has a passage of its own and one of others, and which row it is.

    Multiple-negatives ranking (Henderson et al. 2017, section 4.4; with cosines, Reimers and Gurevych's
    sentence-transformers): the negative log share of a right passage among itself and the wrong ones of
    the batch, averaged over the right ones. A passage that is known to be right for the query, in any row
    of the batch, is never wrong for it, and one that stands in several rows counts once.

    Args:
        outputs: a vector for each text.
        targets: row of each text, what it is, what names its query, and what names its passage; texts with
            the same name are the same.
    """
    row, role, query, passage = targets.unbind(dim=1)
    asks, answers = role == QUERY, (role == POSITIVE) | (role == NEGATIVE)
    units = torch.nn.functional.normalize(outputs.float(), dim=1)
    logits = SCALE * units[asks] @ units[answers].T
    own = (query[asks][:, None] == query) & ((role == POSITIVE) | (role == UNREAD))
    same = (passage[:, None] == passage[answers]).float()
    right, first = own.float() @ same > 0.0, _first_of_each(same[answers])
    right, wrong = right & first, ~right & first
    others = logits.masked_fill(~wrong, NEVER).logsumexp(dim=1)
    each = torch.nn.functional.softplus(others[:, None] - logits)
    counts = right.sum(dim=1)
    compared = (counts > 0) & wrong.any(dim=1)
    losses = each.masked_fill(~right, 0.0).sum(dim=1) / counts.clamp(min=1)
    return losses[compared], row[asks][compared]


def _first_of_each(same: Float[Tensor, "passages passages"]) -> Bool[Tensor, " passages"]:
    """Which passages stand in the batch for the first time."""
    return same.argmax(dim=1) == torch.arange(len(same), device=same.device)
