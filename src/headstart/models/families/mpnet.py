"""MPNet: RoBERTa's positions and a relative attention bias that all blocks share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transformers.masking_utils import create_bidirectional_mask

from headstart.models.families.family import Family, Surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from torch import Tensor, nn

    from headstart.models.families.family import Network


class Mpnet(Family):
    """MPNet."""

    attentions = ("eager",)
    keys_and_values = ("attention.attn.k", "attention.attn.v")
    feed_forward_out = "output.dense"

    def blocks(self, network: Network) -> Sequence[nn.Module]:
        return list(network.encoder.layer)

    def embeddings(self, network: Network) -> Sequence[nn.Module]:
        return (network.embeddings, network.encoder.relative_attention_bias)

    def embed(
        self,
        network: Network,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None,
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = network.embeddings(input_ids=tokens)
        return after

    def surroundings(
        self,
        network: Network,
        states: Float[Tensor, "batch tokens width"],
        mask: Bool[Tensor, "batch tokens"],
    ) -> Surroundings:
        attention = create_bidirectional_mask(
            config=network.config, inputs_embeds=states, attention_mask=mask
        )
        bias = network.encoder.compute_position_bias(states)
        return Surroundings(mask=mask, attention={"full": attention}, bias=bias)

    def step(
        self, network: Network, index: int, states: Float[Tensor, "batch tokens width"], around: Surroundings
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = network.encoder.layer[index](states, around.attention["full"], around.bias)[0]

        return after
