"""The precision that a network computes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.models.half import in_bfloat16

if TYPE_CHECKING:
    from headstart.models.backbone import Backbone


def for_inference(backbone: Backbone, precision: str) -> Backbone:
    """The backbone itself in float32; in bfloat16 a copy, so that the stored weights stay as they are."""
    return in_bfloat16(backbone) if precision == "bfloat16" else backbone
