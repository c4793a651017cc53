"""What decoder-only architectures answer beside all others, so that texts can stand end to end."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from headstart.models.families.family import Family, Surroundings
from headstart.models.packed_attention import PACKED

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor

    from headstart.models.families.family import Network


class CausalFamily(Family):
    """A decoder-only architecture; holds no state."""

    @abstractmethod
    def embed_packed(
        self, network: Network, tokens: Int[Tensor, "1 total"], positions: Int[Tensor, "1 total"]
    ) -> Float[Tensor, "1 total width"]:
        """States before the first block of texts that stand end to end.

        Args:
            network: the network without the layer that scores words.
            tokens: the texts.
            positions: number of each token within its text, from 0 again where a text begins.
        """

    @abstractmethod
    def surroundings_packed(
        self, network: Network, states: Float[Tensor, "1 total width"], positions: Int[Tensor, "1 total"]
    ) -> Surroundings:
        """What the blocks read beside these states: no token sees one of another text."""

    def bounded(self, network: Network) -> bool:
        """Whether attention asks where each text begins, in place of a mask."""
        return bool(network.config._attn_implementation == PACKED)  # noqa: SLF001 (no public name)
