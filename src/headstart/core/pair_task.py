"""A task whose rows hold texts that are read apart and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from headstart.core.task import Task

if TYPE_CHECKING:
    from jaxtyping import Float, Int, Shaped
    from torch import Tensor


class PairTask(Task, Protocol):
    """A task with the answer `similarity` or `ranking`: its head gives a vector for each text.

    The first number of each target names the row that the text belongs to.
    """

    def row_losses(
        self, outputs: Float[Tensor, "batch width"], targets: Shaped[Tensor, "batch told"]
    ) -> tuple[Float[Tensor, " rows"], Int[Tensor, " rows"]]:
        """The loss of each row that can be compared with others of the batch, and which row it is."""
        ...
