"""BERT and its like: learned positions, one padding mask for all blocks, norms after each block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transformers.masking_utils import create_bidirectional_mask, create_causal_mask

from headstart.models.families.family import Family, Surroundings, positions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from torch import Tensor, nn

    from headstart.models.families.family import Network

PADDING_NUMBERED = frozenset({"roberta", "xlm-roberta", "camembert"})


class Bert(Family):
    """BERT, ELECTRA (with its projection of narrower embeddings) and the RoBERTa families."""

    keys_and_values = ("attention.self.key", "attention.self.value")
    feed_forward_out = "output.dense"

    def blocks(self, network: Network) -> Sequence[nn.Module]:
        return list(network.encoder.layer)

    def embeddings(self, network: Network) -> Sequence[nn.Module]:
        projection = getattr(network, "embeddings_project", None)
        return (network.embeddings,) if projection is None else (network.embeddings, projection)

    def embed(
        self,
        network: Network,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None,
    ) -> Float[Tensor, "batch tokens width"]:
        config = network.config
        settings: dict[str, Any] = {}
        if segments is not None and config.type_vocab_size > 1:
            settings["token_type_ids"] = segments
        if config.model_type not in PADDING_NUMBERED:
            settings["position_ids"] = positions_of(mask)
            settings.setdefault("token_type_ids", tokens.new_zeros(tokens.shape))
        states: Tensor = network.embeddings(input_ids=tokens, **settings)
        projection = getattr(network, "embeddings_project", None)
        return states if projection is None else projection(states)

    def surroundings(
        self,
        network: Network,
        states: Float[Tensor, "batch tokens width"],
        mask: Bool[Tensor, "batch tokens"],
    ) -> Surroundings:
        make = (
            create_causal_mask if getattr(network.config, "is_decoder", False) else create_bidirectional_mask
        )
        attention = make(
            config=network.config, inputs_embeds=states, attention_mask=mask, past_key_values=None
        )
        return Surroundings(mask=mask, attention={"full": attention})

    def step(
        self, network: Network, index: int, states: Float[Tensor, "batch tokens width"], around: Surroundings
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = self.blocks(network)[index](states, around.attention["full"])
        return after


class DistilBert(Bert):
    """DistilBERT: BERT without segments, its blocks under another name."""

    keys_and_values = ("attention.k_lin", "attention.v_lin")
    feed_forward_out = "ffn.lin2"

    def blocks(self, network: Network) -> Sequence[nn.Module]:
        return list(network.transformer.layer)

    def embed(
        self,
        network: Network,
        tokens: Int[Tensor, "batch tokens"],
        mask: Bool[Tensor, "batch tokens"],
        segments: Int[Tensor, "batch tokens"] | None,
    ) -> Float[Tensor, "batch tokens width"]:
        after: Tensor = network.embeddings(input_ids=tokens, position_ids=positions_of(mask))

        return after
