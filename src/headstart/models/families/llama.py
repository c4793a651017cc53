"""Llama and its like: rotary positions, causal attention (some blocks within a window), a last norm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from transformers.masking_utils import create_causal_mask, create_sliding_window_causal_mask

from headstart.models.families.causal_family import CausalFamily
from headstart.models.families.family import Surroundings
from headstart.models.packed_attention import TextBounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from torch import Tensor, nn

    from headstart.models.families.family import Network

MASKS = {"full_attention": create_causal_mask, "sliding_attention": create_sliding_window_causal_mask}


class Llama(CausalFamily):
    """Llama, Mistral, Qwen 2, Qwen 3 and Gemma."""

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
        return self._around(network, states, positions, mask=mask, packed=False)

    def embed_packed(
        self, network: Network, tokens: Int[Tensor, "1 total"], positions: Int[Tensor, "1 total"]
    ) -> Float[Tensor, "1 total width"]:
        after: Tensor = network.embed_tokens(tokens)
        return after

    def surroundings_packed(
        self, network: Network, states: Float[Tensor, "1 total width"], positions: Int[Tensor, "1 total"]
    ) -> Surroundings:
        mask = torch.ones_like(positions, dtype=torch.bool)
        return self._around(network, states, positions, mask=mask, packed=True)

    def _around(
        self,
        network: Network,
        states: Float[Tensor, "batch tokens width"],
        positions: Int[Tensor, "some tokens"],
        *,
        mask: Bool[Tensor, "batch tokens"],
        packed: bool,
    ) -> Surroundings:
        kinds = {self._kind(network, index) for index in range(len(network.layers))}
        rotary = {"full": network.rotary_emb(states, positions)}
        if packed and self.bounded(network):
            bounds = TextBounds.of(positions)
            return Surroundings(mask=mask, attention=dict.fromkeys(kinds, bounds), rotary=rotary)
        # Without a mask, the library tells by positions that begin anew where one text ends.
        shown = {"attention_mask": None, "position_ids": positions} if packed else {"attention_mask": mask}
        return Surroundings(
            mask=mask,
            attention={
                kind: MASKS[kind](config=network.config, inputs_embeds=states, past_key_values=None, **shown)
                for kind in kinds
            },
            rotary=rotary,
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
