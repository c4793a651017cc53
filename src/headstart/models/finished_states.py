"""Kept token states as a network that ends at their cut would give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.models.batching import token_batches
from headstart.models.families import family_of
from headstart.models.pooling import pool

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Bool, Float, Int
    from numpy import ndarray
    from torch import Tensor

    from headstart.models.backbone import Backbone
    from headstart.models.states import TokenStates

BUDGET_TOKENS = 8192


@dataclass(frozen=True, kw_only=True, eq=False)
class FinishedStates:
    """Token states after the last norm, whichever cut they were kept at.

    Args:
        states: token states at one cut.
        backbone: what they were made by.
    """

    states: TokenStates
    backbone: Backbone

    def __len__(self) -> int:
        return len(self.states)

    @property
    def lengths(self) -> Int[ndarray, " examples"]:
        """Tokens in each example."""
        return self.states.lengths

    def padded(
        self, index: Int[ndarray, " batch"]
    ) -> tuple[Float[Tensor, "batch tokens width"], Bool[Tensor, "batch tokens"]]:
        """States of some examples in float32, padded on the right, and where real tokens stand."""
        found = self.states.gather(index).float()
        # After the last block they were kept with the norm that follows it.
        if self.states.cut < self.backbone.depth:
            device = next(self.backbone.parameters()).device
            family = family_of(self.backbone.info.family)
            found = family.finish(self.backbone.network, found.to(device)).detach().cpu()
        lengths = torch.from_numpy(np.asarray(self.lengths[index]))
        return found, torch.arange(found.shape[1]) < lengths[:, None]

    def pooled(self, how: str) -> Float[ndarray, "examples width"]:
        """One vector for each example, in order: `mean`, `cls` or `last`."""
        return self.pooled_by(lambda states, mask: pool(states, mask, how))

    @torch.no_grad()
    def pooled_by(self, pooling: Callable[[Tensor, Tensor], Tensor]) -> Float[ndarray, "examples width"]:
        """One vector for each example, in order.

        Args:
            pooling: makes vectors of padded states and of where real tokens stand.
        """
        found = np.zeros((len(self), self.backbone.info.shape.width), dtype=np.float32)
        for batch in token_batches(self.lengths, budget=BUDGET_TOKENS):
            found[batch] = pooling(*self.padded(batch)).numpy()
        return found
