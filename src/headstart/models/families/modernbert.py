"""ModernBERT: rotary positions, and blocks that look at all tokens or at a window in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from transformers.masking_utils import create_bidirectional_mask, create_bidirectional_sliding_window_mask

from headstart.models.families.family import Family, Surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from torch import Tensor, nn

    from headstart.models.families.family import Network


class ModernBert(Family):
    """ModernBERT (Warner et al. 2024, section 2.1)."""

    keys_and_values = ("attn.Wqkv",)
    feed_forward_out = "mlp.Wo"

    shallowest = 1

    def blocks(self, network: Network) -> Sequence[nn.Module]:
        return list(network.layers)

    def embeddings(self, network: Network) -> Sequence[nn.Module]:
        return (network.embeddings,)

    def final(self, network: Network) -> Sequence[nn.Module]:
        return (network.final_norm,)

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
        positions = torch.arange(states.shape[1], device=states.device)[None]
        makers = {
            "full_attention": create_bidirectional_mask,
            "sliding_attention": create_bidirectional_sliding_window_mask,
        }
        kinds = set(network.config.layer_types)
        return Surroundings(
            mask=mask,
            attention={
                kind: makers[kind](config=network.config, inputs_embeds=states, attention_mask=mask)
                for kind in kinds
            },
            rotary={kind: network.rotary_emb(states, positions, kind) for kind in kinds},
        )

    def step(
        self, network: Network, index: int, states: Float[Tensor, "batch tokens width"], around: Surroundings
    ) -> Float[Tensor, "batch tokens width"]:
        kind = network.config.layer_types[index]
        after: Tensor = network.layers[index](
            states, attention_mask=around.attention[kind], position_embeddings=around.rotary[kind]
        )
        return after
