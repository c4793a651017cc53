"""The precision that a network computes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.models.half import in_bfloat16
from headstart.models.quantised import is_quantised

if TYPE_CHECKING:
    from headstart.models.backbone import Backbone


def for_inference(backbone: Backbone, precision: str) -> Backbone:
    """The backbone itself in float32; in bfloat16 a copy, so that the stored weights stay as they are.

    Weights of 4 bits are multiplied in bfloat16 anyway.
    """
    half = precision == "bfloat16" and not is_quantised(backbone.network)
    return in_bfloat16(backbone) if half else backbone
