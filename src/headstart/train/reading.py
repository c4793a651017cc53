"""What a head reads of a backbone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from headstart.models.every_cut import every_cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float
    from torch import Tensor, nn

    from headstart.models.backbone import Backbone
    from headstart.models.batching import Batch


def layers_of(head: nn.Module) -> Sequence[int] | None:
    """Numbers of blocks whose states a head reads; None for one that reads the last states alone."""
    return getattr(head, "cuts", None)


def states_for(
    head: nn.Module, backbone: Backbone, batch: Batch
) -> Float[Tensor, "*cuts batch tokens width"]:
    """The last states of a batch, or those of several layers where the head wants them."""
    return states_for_each([head], backbone, batch)[0]


def states_for_each(
    heads: Sequence[nn.Module], backbone: Backbone, batch: Batch
) -> list[Float[Tensor, "*cuts batch tokens width"]]:
    """What each of several heads reads of a batch, from one pass over it."""
    wanted = [layers_of(head) for head in heads]
    layers = sorted({cut for cuts in wanted for cut in cuts or ()})
    if not layers:
        return [backbone.read(batch)] * len(heads)
    until = max(layers) if None not in wanted else backbone.depth
    kept = {*layers, until}
    states = {cut: found for cut, found in enumerate(every_cut(backbone, batch, until=until)) if cut in kept}
    return [states[until] if cuts is None else torch.stack([states[cut] for cut in cuts]) for cuts in wanted]
