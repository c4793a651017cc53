"""Rows of several texts that are each read by itself, and compared by the cosines of their vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from headstart.core.loss_shape import PLAIN, LossShape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int, Shaped
    from numpy import ndarray
    from torch import Tensor, nn
    from transformers import PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.core.linear_fit import FitWish, LinearFit


class ReadApart(ABC):
    """What tasks have in common whose head gives a vector for each text (`core.pair_task.PairTask`)."""

    @abstractmethod
    def row_losses(
        self, outputs: Float[Tensor, "batch width"], targets: Shaped[Tensor, "batch told"]
    ) -> tuple[Float[Tensor, " rows"], Int[Tensor, " rows"]]:
        """The loss of each row that can be compared with others of the batch, and which row it is."""

    @property
    def classes(self) -> tuple[str, ...]:
        """None: vectors tell no classes apart."""
        return ()

    def head(self, base: BaseInfo) -> nn.Module:
        """One vector for a text, pooled as the base was trained with."""
        from headstart.train.scaled_vectors import ScaledVectors

        return ScaledVectors(base.shape.width, pooling=base.pooling)

    def linear(
        self, features: Float[ndarray, "points width"], targets: Shaped[ndarray, "points told"], wish: FitWish
    ) -> LinearFit:
        """A factor for each axis of the vectors."""
        from headstart.train.fit_scales import fit_scales

        return fit_scales(features, targets, self.row_losses, wish=wish)

    def loss(
        self,
        outputs: Float[Tensor, "batch width"],
        targets: Shaped[Tensor, "batch told"],
        shape: LossShape = PLAIN,
    ) -> tuple[Tensor, Tensor]:
        """Sum of the losses of the rows that can be compared, and their number."""
        losses, rows = self.row_losses(outputs, targets)
        return losses.sum(), losses.new_tensor(float(len(rows)))

    def counts(self, rows: object) -> dict[str, int]:
        """Nothing: rows are not labelled as anything."""
        return {}


def read_apart(
    rows: Sequence[Sequence[str]], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> Examples:
    """Token ids of each text of each row, the texts of a row one after the other; no targets."""
    from headstart.models.tokenise import tokenise

    examples = tokenise([[text for row in rows for text in row]], tokenizer, max_length)
    sizes = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    owners = np.repeat(np.arange(len(rows), dtype=np.int64), sizes)
    return replace(examples, owners=owners, together=True)
