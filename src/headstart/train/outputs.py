"""What a head gives for each of many examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.models.batching import collate, token_places
from headstart.models.inference import reading_batches
from headstart.train.reading import layers_of, states_for_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float, Int
    from numpy import ndarray
    from torch import Tensor, nn

    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone
    from headstart.models.states import TokenStates


def outputs_of(
    backbone: Backbone, head: nn.Module, examples: Examples, *, states: TokenStates | None = None
) -> Float[ndarray, "points outputs"]:
    """Outputs in the order of the examples, which are read in batches of like length.

    A head that answers for tokens gives a line for every token of every example, end to end.

    Args:
        backbone: the network, ready to read.
        head: its head, in evaluation mode.
        examples: tokenised texts.
        states: their states at a cut of this network, from which they are read where given.
    """
    return outputs_of_each(backbone, [head], examples, states=states)[0]


@torch.inference_mode()
def outputs_of_each(
    backbone: Backbone, heads: Sequence[nn.Module], examples: Examples, *, states: TokenStates | None = None
) -> list[Float[ndarray, "points outputs"]]:
    """What `outputs_of` gives for each of several heads, from one pass over the examples.

    Args:
        backbone: the network, ready to read.
        heads: heads of it, in evaluation mode.
        examples: tokenised texts.
        states: their states at a cut of this network, from which they are read where given.
    """
    weights = next(backbone.parameters())
    pad = backbone.tokenizer.pad_token_id or 0
    batches = reading_batches(examples.lengths, weights.device)
    firsts = [_of_nothing(head, weights, backbone.info.shape.width) for head in heads]
    one = torch.ones(1, 1, dtype=torch.bool, device=weights.device)
    found = [[_lines(first, one)[:0].float().cpu()] for first in firsts]
    for index in batches:
        batch = collate(examples, index, pad=pad, states=states).to(weights.device)
        read = states_for_each(heads, backbone, batch)
        for head, each, lines in zip(heads, read, found, strict=True):
            lines.append(_lines(head(each, batch.mask), batch.mask).float().cpu())
    order = np.concatenate(batches) if batches else np.zeros(0, dtype=np.int64)
    places = [order if first.ndim == 2 else token_places(examples, order) for first in firsts]
    return [_ordered(lines, where) for lines, where in zip(found, places, strict=True)]


def _of_nothing(head: nn.Module, weights: Tensor, width: int) -> Float[Tensor, "1 *tokens outputs"]:
    """What a head gives for a token whose state is nought, which shows the shape of its outputs."""
    layers = layers_of(head)
    nothing = weights.new_zeros(*(() if layers is None else (len(layers),)), 1, 1, width)
    outputs: Tensor = head(nothing, torch.ones(1, 1, dtype=torch.bool, device=weights.device))
    return outputs


def _ordered(
    lines: list[Float[Tensor, "some outputs"]], places: Int[ndarray, " points"]
) -> Float[ndarray, "points outputs"]:
    outputs = torch.cat(lines).numpy()
    ordered = np.empty_like(outputs)
    ordered[places] = outputs
    return ordered


def _lines(outputs: Tensor, mask: Bool[Tensor, "batch tokens"]) -> Float[Tensor, "points outputs"]:
    """A line an example, or a line a token that is none of the padding."""
    return outputs if outputs.ndim == 2 else outputs[mask]
