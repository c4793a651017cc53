"""A network as it would be if it ended sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.models.families import family_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jaxtyping import Float
    from torch import Tensor

    from headstart.models.backbone import Backbone
    from headstart.models.batching import Batch


def every_cut(
    backbone: Backbone, batch: Batch, *, until: int
) -> Iterator[Float[Tensor, "batch tokens width"]]:
    """The last states that the network would give if it ended after 0, 1, ... `until` blocks.

    The norm that follows the last block follows each of these ends, as it does in a truncated
    network.

    Args:
        backbone: the network.
        batch: tokens.
        until: number of blocks to run.
    """
    family, network = family_of(backbone.info.family), backbone.trunk
    states = family.embed(network, batch.tokens, batch.mask, batch.segments)
    around = family.surroundings(network, states, batch.mask)
    yield family.finish(network, states)
    for index in range(until):
        states = family.step(network, index, states, around)
        yield family.finish(network, states)
