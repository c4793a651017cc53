"""What every architecture answers, so that it can be cut between any two blocks."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.models.families.layout import Layout, Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Bool, Float, Int
    from torch import Tensor

__all__ = ["Family", "Network", "Surroundings", "positions_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Surroundings:
    """What blocks read beside the states, built anew for each batch.

    Args:
        mask: where real tokens stand.
        attention: attention mask by kind of block; None where nothing is masked.
        rotary: cosine and sine tables by kind of block.
        bias: attention bias, or relative positions, that all blocks share.
        shared: further tensors that all blocks share.
    """

    mask: Bool[Tensor, "batch tokens"]
    attention: Mapping[str, Any] = field(default_factory=dict)
    rotary: Mapping[str, tuple[Tensor, Tensor]] = field(default_factory=dict)
    bias: Tensor | None = None
    shared: Tensor | None = None


class Family(Layout):
    """How one architecture embeds tokens and runs its blocks; holds no state.

    Attributes:
        encoder_class: class of `transformers` that holds the blocks alone, where `AutoModel` holds more.
        shallowest: fewest blocks with which `transformers` opens and runs such a network.
    """

    encoder_class: ClassVar[str | None] = None
    shallowest: ClassVar[int] = 0

    @abstractmethod
    def embed(
        self,
        network: Network,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None,
    ) -> Float[Tensor, "batch tokens width"]:
        """States before the first block."""

    @abstractmethod
    def surroundings(
        self,
        network: Network,
        states: Float[Tensor, "batch tokens width"],
        mask: Bool[Tensor, "batch tokens"],
    ) -> Surroundings:
        """What the blocks read beside the states."""

    @abstractmethod
    def step(
        self, network: Network, index: int, states: Float[Tensor, "batch tokens width"], around: Surroundings
    ) -> Float[Tensor, "batch tokens width"]:
        """The states after one block."""

    def finish(
        self, network: Network, states: Float[Tensor, "batch tokens width"]
    ) -> Float[Tensor, "batch tokens width"]:
        """The states after everything that follows the last block."""
        for module in self.final(network):
            states = module(states)
        return states


def positions_of(mask: Bool[Tensor, "batch tokens"]) -> Int[Tensor, "batch tokens"]:
    """Number of each real token within its text, whichever side is padded."""
    return (mask.long().cumsum(dim=1) - 1).clamp(min=0)
