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
    cuts = layers_of(head)
    if cuts is None:
        return backbone.read(batch)
    found = enumerate(every_cut(backbone, batch, until=max(cuts)))
    return torch.stack([states for cut, states in found if cut in cuts])
