"""The stored vectors that lie nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor

# Products held at once.
MOST_NUMBERS = 2e7


def nearest(
    queries: Float[Tensor, "queries width"],
    stored: Float[Tensor, "stored width"],
    count: int,
    *,
    apart: tuple[Int[Tensor, " queries"], Int[Tensor, " stored"]] | None = None,
) -> tuple[Float[Tensor, "queries count"], Int[Tensor, "queries count"]]:
    """Inner products with the nearest stored vectors, the nearest first, and which they are.

    Args:
        queries: vectors in question.
        stored: vectors to choose from.
        count: how many, at most all.
        apart: a number for each query and for each stored vector; those with the same number do not
            meet, and their product is minus infinity.
    """
    count = min(count, len(stored))
    at_once = max(1, int(MOST_NUMBERS / max(1, len(stored))))
    products, places = [queries.new_zeros(0, count)], [torch.zeros(0, count, dtype=torch.int64)]
    for start in range(0, len(queries), at_once):
        some = queries[start : start + at_once] @ stored.T
        if apart is not None:
            some[apart[0][start : start + at_once, None] == apart[1]] = -torch.inf
        values, index = some.topk(count, dim=1)
        products.append(values)
        places.append(index.cpu())
    return torch.cat(products), torch.cat(places)
