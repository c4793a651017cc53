"""What a head gives for each of many examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from headstart.models.batching import collate, token_places
from headstart.models.inference import reading_batches
from headstart.train.reading import layers_of, states_for

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy import ndarray
    from torch import Tensor, nn

    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone
    from headstart.models.states import TokenStates


@torch.inference_mode()
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
    weights = next(backbone.parameters())
    pad = backbone.tokenizer.pad_token_id or 0
    batches = reading_batches(examples.lengths, weights.device)
    layers = layers_of(head)
    nothing = weights.new_zeros(*(() if layers is None else (len(layers),)), 1, 1, backbone.info.shape.width)
    one = torch.ones(1, 1, dtype=torch.bool, device=weights.device)
    first = head(nothing, one)
    found = [_lines(first, one)[:0].float().cpu()]
    for index in batches:
        batch = collate(examples, index, pad=pad, states=states).to(weights.device)
        found.append(_lines(head(states_for(head, backbone, batch), batch.mask), batch.mask).float().cpu())
    outputs = torch.cat(found).numpy()
    ordered = np.empty_like(outputs)
    if batches:
        order = np.concatenate(batches)
        ordered[order if first.ndim == 2 else token_places(examples, order)] = outputs
    return ordered


def _lines(outputs: Tensor, mask: Bool[Tensor, "batch tokens"]) -> Float[Tensor, "points outputs"]:
    """A line an example, or a line a token that is none of the padding."""
    return outputs if outputs.ndim == 2 else outputs[mask]
