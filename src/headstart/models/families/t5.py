"""T5: the encoder alone, with the relative bias that its first block holds for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transformers.masking_utils import create_bidirectional_mask

from headstart.models.families.family import Family, Surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from torch import Tensor, nn

    from headstart.models.families.family import Network


class T5(Family):
    """The encoder of T5 (Raffel et al. 2020, section 2.1)."""

    encoder_class = "T5EncoderModel"
    keys_and_values = ("layer.0.SelfAttention.k", "layer.0.SelfAttention.v")
    feed_forward_out = "layer.1.DenseReluDense.wo"
    shallowest = 1

    def blocks(self, network: Network) -> Sequence[nn.Module]:
        return list(network.encoder.block)

    def embeddings(self, network: Network) -> Sequence[nn.Module]:
        return (
            network.encoder.embed_tokens,
            network.encoder.block[0].layer[0].SelfAttention.relative_attention_bias,
        )

    def final(self, network: Network) -> Sequence[nn.Module]:
        return (network.encoder.final_layer_norm, network.encoder.dropout)

    def embed(
        self,
        network: Network,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None,
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = network.encoder.dropout(network.encoder.embed_tokens(tokens))
        return after

    def surroundings(
        self,
        network: Network,
        states: Float[Tensor, "batch tokens width"],
        mask: Bool[Tensor, "batch tokens"],
    ) -> Surroundings:
        encoder, length = network.encoder, states.shape[1]
        attention = create_bidirectional_mask(
            config=encoder.config, inputs_embeds=states, attention_mask=mask
        )
        bias = encoder.block[0].layer[0].SelfAttention.compute_bias(length, length, device=states.device)
        return Surroundings(mask=mask, attention={"full": attention}, bias=bias)

    def step(
        self, network: Network, index: int, states: Float[Tensor, "batch tokens width"], around: Surroundings
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = network.encoder.block[index](states, around.attention["full"], around.bias)[0]

        return after
