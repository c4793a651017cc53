"""Llama and its like: rotary positions, causal attention (some blocks within a window), a last norm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from transformers.masking_utils import create_causal_mask, create_sliding_window_causal_mask

from headstart.models.families.family import Family, Surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from torch import Tensor, nn

    from headstart.models.families.family import Network

MASKS = {"full_attention": create_causal_mask, "sliding_attention": create_sliding_window_causal_mask}


class Llama(Family):
    """Llama, Mistral, Qwen 2 and Qwen 3."""

    keys_and_values = ("self_attn.k_proj", "self_attn.v_proj")
    feed_forward_out = "mlp.down_proj"

    def blocks(self, network: Network) -> Sequence[nn.Module]:
        return list(network.layers)

    def embeddings(self, network: Network) -> Sequence[nn.Module]:
        return (network.embed_tokens,)

    def final(self, network: Network) -> Sequence[nn.Module]:
        return (network.norm,)

    def embed(
        self,
        network: Network,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None,
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = network.embed_tokens(tokens)
        return after

    def surroundings(
        self,
        network: Network,
        states: Float[Tensor, "batch tokens width"],
        mask: Bool[Tensor, "batch tokens"],
    ) -> Surroundings:
        # Rotary attention reads differences of positions only, so padding before a text does not matter.
        positions = torch.arange(states.shape[1], device=states.device)[None]
        return Surroundings(
            mask=mask,
            attention={
                kind: MASKS[kind](
                    config=network.config, inputs_embeds=states, attention_mask=mask, past_key_values=None
                )
                for kind in {self._kind(network, index) for index in range(len(network.layers))}
            },
            rotary={"full": network.rotary_emb(states, positions)},
        )

    def step(
        self, network: Network, index: int, states: Float[Tensor, "batch tokens width"], around: Surroundings
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = network.layers[index](
            states,
            attention_mask=around.attention[self._kind(network, index)],
            position_embeddings=around.rotary["full"],
            use_cache=False,
        )
        return after

    def _kind(self, network: Network, index: int) -> str:
        config = network.config
        if config.model_type == "mistral":
            return "full_attention" if config.sliding_window is None else "sliding_attention"
        kinds: list[str] | None = getattr(config, "layer_types", None)
        return kinds[index] if kinds else "full_attention"
