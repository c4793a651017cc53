"""GPT-2: learned positions, causal attention, one norm after the last block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from transformers.masking_utils import create_causal_mask

from headstart.models.families.causal_family import CausalFamily
from headstart.models.families.family import Surroundings, positions_of
from headstart.models.packed_attention import TextBounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from torch import Tensor, nn

    from headstart.models.families.family import Network


class Gpt2(CausalFamily):
    """GPT-2."""

    keys_and_values = ("attn.c_attn",)
    feed_forward_out = "mlp.c_proj"

    def blocks(self, network: Network) -> Sequence[nn.Module]:
        return list(network.h)

    def embeddings(self, network: Network) -> Sequence[nn.Module]:
        return (network.wte, network.wpe)

    def final(self, network: Network) -> Sequence[nn.Module]:
        return (network.ln_f,)

    def embed(
        self,
        network: Network,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None,
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = network.drop(network.wte(tokens) + network.wpe(positions_of(mask)))
        return after

    def surroundings(
        self,
        network: Network,
        states: Float[Tensor, "batch tokens width"],
        mask: Bool[Tensor, "batch tokens"],
    ) -> Surroundings:
        attention = create_causal_mask(
            config=network.config, inputs_embeds=states, attention_mask=mask, past_key_values=None
        )
        return Surroundings(mask=mask, attention={"full": attention})

    def embed_packed(
        self, network: Network, tokens: Int[Tensor, "1 total"], positions: Int[Tensor, "1 total"]
    ) -> Float[Tensor, "1 total width"]:
        after: Tensor = network.drop(network.wte(tokens) + network.wpe(positions))
        return after

    def surroundings_packed(
        self, network: Network, states: Float[Tensor, "1 total width"], positions: Int[Tensor, "1 total"]
    ) -> Surroundings:
        mask = torch.ones_like(positions, dtype=torch.bool)
        if self.bounded(network):
            return Surroundings(mask=mask, attention={"full": TextBounds.of(positions)})
        attention = create_causal_mask(
            config=network.config,
            inputs_embeds=states,
            attention_mask=None,
            past_key_values=None,
            position_ids=positions,
        )
        return Surroundings(mask=mask, attention={"full": attention})

    def step(
        self, network: Network, index: int, states: Float[Tensor, "batch tokens width"], around: Surroundings
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = network.h[index](states, attention_mask=around.attention["full"], use_cache=False)

        return after
