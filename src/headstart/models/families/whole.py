"""Encoder-decoders as a whole: the blocks of the encoder, then those of the decoder, then the output."""

from __future__ import annotations

from abc import abstractmethod
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from headstart.models.families.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from headstart.models.families.layout import Network


class Whole(Layout):
    """A network that reads one text and writes another.

    The table of the tokens often serves three times: for what is read, for what is written, and for the
    output. Wherever it does, it counts among the embeddings.
    """

    peft_task: ClassVar[str] = "SEQ_2_SEQ_LM"

    @abstractmethod
    def stacks(self, network: Network) -> tuple[Network, Network]:
        """The encoder and the decoder."""

    @abstractmethod
    def layers(self, stack: Network) -> Sequence[nn.Module]:
        """The blocks of one of them."""

    @abstractmethod
    def last(self, stack: Network) -> Sequence[nn.Module]:
        """What follows its blocks."""

    @abstractmethod
    def first(self, stack: Network) -> Sequence[nn.Module]:
        """What comes before its blocks, and tables that they share; positions that are computed left out."""

    def blocks(self, network: Network) -> Sequence[nn.Module]:
        return [*chain.from_iterable(self.layers(stack) for stack in self.stacks(network))]

    def beside(self, network: Network, index: int) -> Sequence[nn.Module]:
        encoder, _ = self.stacks(network)
        return self.last(encoder) if index == len(self.layers(encoder)) - 1 else ()

    def embeddings(self, network: Network) -> Sequence[nn.Module]:
        return [*chain.from_iterable(self.first(stack) for stack in self.stacks(network))]

    def final(self, network: Network) -> Sequence[nn.Module]:
        output = network.get_output_embeddings()
        tables = {id(each) for module in self.embeddings(network) for each in module.parameters()}
        own = () if output is None or id(output.weight) in tables else (output,)
        return (*self.last(self.stacks(network)[1]), *own)


class WholeT5(Whole):
    """T5 and mT5 (Raffel et al. 2020, section 2.1)."""

    keys_and_values = (
        "layer.0.SelfAttention.k",
        "layer.0.SelfAttention.v",
        "layer.1.EncDecAttention.k",
        "layer.1.EncDecAttention.v",
    )
    feed_forward_out = "DenseReluDense.wo"

    def stacks(self, network: Network) -> tuple[Network, Network]:
        return network.encoder, network.decoder

    def layers(self, stack: Network) -> Sequence[nn.Module]:
        return list(stack.block)

    def last(self, stack: Network) -> Sequence[nn.Module]:
        return (stack.final_layer_norm,)

    def first(self, stack: Network) -> Sequence[nn.Module]:
        return (stack.embed_tokens, stack.block[0].layer[0].SelfAttention.relative_attention_bias)


class WholeBart(Whole):
    """BART (Lewis et al. 2020, section 2) and those built like it: mBART, Marian, Pegasus."""

    keys_and_values = ("self_attn.k_proj", "self_attn.v_proj", "encoder_attn.k_proj", "encoder_attn.v_proj")
    feed_forward_out = "fc2"

    def stacks(self, network: Network) -> tuple[Network, Network]:
        return network.model.encoder, network.model.decoder

    def layers(self, stack: Network) -> Sequence[nn.Module]:
        return list(stack.layers)

    def last(self, stack: Network) -> Sequence[nn.Module]:
        norm = getattr(stack, "layer_norm", None)
        return () if norm is None else (norm,)

    def first(self, stack: Network) -> Sequence[nn.Module]:
        norm = getattr(stack, "layernorm_embedding", None)
        computed = "Sinusoidal" in type(stack.embed_positions).__name__
        return (
            stack.embed_tokens,
            *(() if computed else (stack.embed_positions,)),
            *(() if norm is None else (norm,)),
        )
