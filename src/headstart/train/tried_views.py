"""Layers and poolings that are worth trying on a base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.errors import SettingError
from headstart.models.truncate import shallowest
from headstart.models.view import POOLINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headstart.models.backbone import Backbone

# Of deeper networks every second cut is tried, or every third and so on.
MOST_CUTS = 7


def cut_of(backbone: Backbone, layer: int | None) -> int:
    """The number of blocks that a layer stands for: all for None, counted from the top where negative.

    Raises:
        SettingError: the base has no such layer.
    """
    depth, fewest = backbone.depth, shallowest(backbone)
    cut = depth if layer is None else layer if layer >= 0 else depth + 1 + layer
    if not fewest <= cut <= depth:
        raise SettingError(
            f"layer: got {layer} and {backbone.info.name} has the layers {fewest} to {depth}; "
            "choose one of them, or count from the top with -1, -2 and so on"
        )
    return cut


def tried_cuts(backbone: Backbone, top: int) -> list[int]:
    """Numbers of blocks from `top` down, evenly spread."""
    fewest = shallowest(backbone)
    stride = -(-(top - fewest + 1) // MOST_CUTS)
    return list(range(top, fewest - 1, -stride))


def mixed_cuts(cuts: Sequence[int]) -> list[int]:
    """Every second of the tried cuts, at least two: all of them were measured to be no better."""
    return list(cuts[::2] if len(cuts) > 2 else cuts)


def tried_poolings(backbone: Backbone) -> list[str]:
    """All plain poolings, but not the first token of a decoder, which has seen nothing but itself."""
    return [each for each in POOLINGS if each != "cls" or backbone.info.kind != "decoder"]
