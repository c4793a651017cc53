"""What is to be predicted from a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from headstart.core.loss_shape import PLAIN, LossShape

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy import ndarray
    from torch import Tensor, nn
    from transformers import PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.core.predictions import Predictions
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows


class Task(Protocol):
    """Encoding, head, loss and decoding of one kind of task; a frozen dataclass of plain values."""

    name: ClassVar[str]

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """The task that these rows state.

        Raises:
            DataError: the target does not fit this kind of task; the message says why.
        """
        ...

    def baselines(self) -> tuple[str, ...]:
        """Names of the strategies that an adaptation has to beat."""
        ...

    def first_rung(self) -> str:
        """Name of the strategy that reads the untouched base; its model stands for that base."""
        ...

    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics that apply."""
        ...

    def default_metric(self, profile: Profile) -> str:
        """The metric to choose by when none is named."""
        ...

    def gold(self, rows: Rows) -> Any:
        """The true answers in the form that metrics read."""
        ...

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Examples of these rows, targets included where the rows have them."""
        ...

    def head(self, base: BaseInfo) -> nn.Module:
        """A new head: (states [batch, tokens, width], mask [batch, tokens]) -> outputs."""
        ...

    def loss(self, outputs: Tensor, targets: Tensor, shape: LossShape = PLAIN) -> tuple[Tensor, Tensor]:
        """Sum of the losses and sum of their weights, so that accumulation is exact."""
        ...

    def decode(self, outputs: Float[ndarray, "examples outputs"], examples: Examples) -> Predictions:
        """One prediction per row from the outputs of its examples."""
        ...
