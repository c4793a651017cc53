"""DeBERTa v2 and v3: relative positions read by every block, and a convolution beside the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.models.families.family import Family, Surroundings, positions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from torch import Tensor, nn

    from headstart.models.families.family import Network


class Deberta(Family):
    """DeBERTa (He et al. 2021, section 3; v2 adds the convolution after the first block)."""

    attentions = ("eager",)
    keys_and_values = ("attention.self.key_proj", "attention.self.value_proj")
    feed_forward_out = "output.dense"
    shallowest = 1

    def blocks(self, network: Network) -> Sequence[nn.Module]:
        return list(network.encoder.layer)

    def beside(self, network: Network, index: int) -> Sequence[nn.Module]:
        conv = network.encoder.conv
        return (conv,) if index == 0 and conv is not None else ()

    def embeddings(self, network: Network) -> Sequence[nn.Module]:
        shared = (getattr(network.encoder, name, None) for name in ("rel_embeddings", "LayerNorm"))
        return (network.embeddings, *(module for module in shared if module is not None))

    def embed(
        self,
        network: Network,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None,
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = network.embeddings(
            input_ids=tokens,
            token_type_ids=segments if network.config.type_vocab_size > 1 else None,
            position_ids=positions_of(mask),
            mask=mask,
        )
        return after

    def surroundings(
        self,
        network: Network,
        states: Float[Tensor, "batch tokens width"],
        mask: Bool[Tensor, "batch tokens"],
    ) -> Surroundings:
        encoder, numbers = network.encoder, mask.long()
        return Surroundings(
            mask=mask,
            attention={"full": encoder.get_attention_mask(numbers)},
            bias=encoder.get_rel_pos(states),
            shared=encoder.get_rel_embedding(),
        )

    def step(
        self, network: Network, index: int, states: Float[Tensor, "batch tokens width"], around: Surroundings
    ) -> Float[Tensor, "batch tokens width"]:
        encoder = network.encoder
        after: Tensor = encoder.layer[index](
            states, around.attention["full"], relative_pos=around.bias, rel_embeddings=around.shared
        )[0]
        if index == 0 and encoder.conv is not None:
            after = encoder.conv(states, after, around.mask.long())
        return after
